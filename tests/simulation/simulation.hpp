// One deterministic simulation: a season, a database, and a row of runs of the whole engine, all from one seed.
//
// Safety phase: runs under faults of the host and the store, cut at arbitrary points (all actors are thrown away, what
// the model store committed stays), stopped once or twice, with options that differ. Then the liveness phase: no
// faults, and everything must be done within liveness_runs runs of at most a bounded number of steps; in half of the
// simulations after some days of daily runs alone, which owe what was played and tried. `invariants` judges every step.
// Threads: one. Nothing depends on a real clock: the actors' clock is the testing scheduler's, the calendar the
// league's.
// Errors: violation (or another std::exception) with what is wrong.
#pragma once

#include "tests/simulation/engine_run.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/league.hpp"
#include "tests/simulation/store_weather.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace nba::simulation {

// A run under faults ends within this many steps; in practice ten thousand are rare. Retries, pauses and probes are all
// bounded.
inline constexpr std::size_t safety_steps_max = 400'000;
// Without faults: every open game, then every game again (corrections, unavailable ones), then nothing, then a daily
// run.
inline constexpr int liveness_runs = 4;
// Before them in half of the simulations: daily runs alone, so many days after the one before.
inline constexpr std::array<int, 4> days_of_daily_runs{0, 1, 2, 30};
inline constexpr std::size_t liveness_steps_base = 5'000, liveness_steps_per_game = 1'000;

struct figures {
  std::uint64_t hash = 0;
  std::size_t steps = 0;
  std::size_t runs = 0, crashes = 0, stops = 0;
  std::map<std::string, std::size_t> endings;  // by name, of all runs
  std::map<std::string, std::size_t> orders;   // the same
  std::map<std::string, std::size_t> closings;
};

class simulation {
 public:
  simulation(std::uint64_t seed, trace& log);
  ~simulation();
  figures run();

 private:
  run_settings draw_settings();
  job_order draw_order();
  job_order draw_backfill();
  job_order draw_retry();
  job_order draw_closed();
  run_settings draw_faultless(job_order order);
  void run_daily_alone();
  void run_until_converged();
  void run_once(run_settings settings);
  void decrees();
  void move_marks(store& person);
  void mend_daily_mark(store& person);
  void check_travel();

  dice dice_;
  trace& log_;
  league league_;
  store_weather store_weather_;
  std::shared_ptr<test::model_database> database_;
  invariants invariants_;
  bool crash_now_ = false;
  bool faultless_ = false;
  figures figures_;
};

}  // namespace nba::simulation
