// One run of the engine inside a simulation: plans as the job runner does (actors/job_runner.cpp), drives the actors
// step by step, stops or cuts them where the settings say.
//
// Threads: one.
// Errors: violation; run_over when the run ends before it has a report.
#pragma once

#include "tests/simulation/invariants.hpp"
#include "tests/simulation/league.hpp"
#include "tests/support/engine/pipeline_rig.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nba::simulation {

struct run_settings {
  test::rig_options rig;
  reprocess mode = reprocess::missing;
  int chunk_days = 7;
  std::size_t load_slowness = 1;
  // Steps after which something happens; empty: never.
  std::optional<std::size_t> crash_at, first_stop_at, second_stop_at;
  std::size_t steps_after_report = 0;  // the actors go on for so long, as while an engine is destroyed
  std::size_t steps_max = 0;
  bool starve = false;  // now and then one actor takes no message for a while
};

// The run is over without a report: the process is gone, or the run could not begin.
struct run_over {
  bool crashed = false;
  std::string why;
};

class engine_run {
 public:
  engine_run(const run_settings& settings, std::shared_ptr<test::model_database> database, league& world,
             invariants& judge, trace& log, bool& crash_now, std::uint64_t seed);
  ~engine_run();

  // Until the report is there, and what the settings add. `lost_writes`: whether the store has failed.
  const run_report& drive(const std::function<bool()>& lost_writes);

 private:
  void step();
  void stop_if_due();
  void starve();
  void release_all();
  std::vector<caf::actor> stages() const;
  schedule fetch_schedule();
  run_input plan();
  void finish_checkpoint();
  template <class Value>
  Value must_have(result<Value> outcome, const char* what);
  void must_have(result<void> outcome, const char* what);

  const run_settings& settings_;
  std::shared_ptr<test::model_database> database_;
  league& league_;
  invariants& judge_;
  trace& log_;
  bool& crash_now_;
  dice dice_;
  test::pipeline_rig rig_;
  std::unique_ptr<store> connection_;
  lock_attempt lock_;
  std::size_t steps_ = 0, events_shown_ = 0;
  int stops_ = 0;
  std::vector<caf::actor> held_;
  std::size_t held_until_ = 0;
};

}  // namespace nba::simulation
