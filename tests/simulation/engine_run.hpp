// One run of the engine inside a simulation: plans as the job runner does (actors/run/job_runner.cpp), drives the
// actors step by step, stops or cuts them where the settings say.
//
// Threads: one.
// Errors: violation; run_over when the run ends before it has a report.
#pragma once

#include "actors/jobs/daily_job.hpp"
#include "actors/jobs/derive_job.hpp"
#include "actors/run/schedule_finder.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/league.hpp"
#include "tests/support/engine/pipeline_rig.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nba::simulation {

// What a run is to do, as one of the commands says it.
struct job_order {
  enum class kind { backfill, daily, retry, derive } what = kind::backfill;
  std::vector<season_scope> seasons = {};        // of derive one; a daily run finds its own
  int catch_up_days = 7;                         // daily
  std::map<game_id, std::string> payloads = {};  // retry: of the games that start from what their dead letter holds
};
std::string_view to_string(job_order::kind value);

struct run_settings {
  test::rig_options rig;
  job_order order;
  int chunk_days = 7;
  std::size_t load_slowness = 1;
  // Steps after which something happens; empty: never.
  std::optional<std::size_t> crash_at, first_stop_at, second_stop_at;
  std::size_t steps_after_report = 0;  // the actors go on for so long, as while an engine is destroyed
  std::size_t steps_max = 0;
  bool starve = false;  // now and then one actor takes no message for a while
};

// The run is over before its end: the process is gone, or a step before or after the actors' work failed.
struct run_over {
  bool crashed = false;
  std::string why;
};

class engine_run {
 public:
  engine_run(const run_settings& settings, std::shared_ptr<test::model_database> database, league& world,
             invariants& judge, trace& log, bool& crash_now, std::uint64_t seed);
  ~engine_run();

  // Until the report is there, and what the settings add. `lost_writes`: whether the store has failed. Null when there
  // was nothing to do: a daily run whose date is reached.
  const run_report* drive(const std::function<bool()>& lost_writes);

 private:
  void step();
  void stop_if_due();
  void starve();
  void release_all();
  std::vector<caf::actor> stages() const;
  http_response answer(const http_request& request);
  result<schedule> ask_for_schedule(endpoint what, const std::string& url, season of);
  result<std::optional<schedule_ways::stored_plan>> read_stored(season of);
  result<schedule> find_schedule(season of);
  void write_plan(season_plan& one);
  void lock(const lock_name& name);
  bool ask(job& wanted);
  bool plan();
  void follow_up();
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
  std::vector<lock_attempt> locks_;
  job_plan plan_;
  run_input input_;
  std::optional<daily_job> daily_;
  std::optional<derive_job> derive_;
  std::size_t steps_ = 0, events_shown_ = 0;
  int stops_ = 0;
  std::vector<caf::actor> held_;
  std::size_t held_until_ = 0;
};

}  // namespace nba::simulation
