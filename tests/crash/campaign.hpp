// One database, one job, killed again and again until a run ends by itself.
//
// Threads: used by the test's thread.
#pragma once

#include "tests/crash/observer.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace nba::test {

// The job whose runs are killed.
struct job_of_campaign {
  std::vector<std::string> arguments;
  int exit_code = 0;         // of a run that ends by itself
  bool corrections = false;  // it replaces games that were done
};

// How a run is killed: at a failpoint ("NAME:N"), or after some time.
struct kill_order {
  std::string failpoint;
  std::chrono::milliseconds after{};
};

struct campaign_result {
  int kills = 0;  // only those that met a living process
  bool completed = false;
  // What went wrong, with the run it happened in and what that run said; empty when nothing did.
  std::string broken;
};

// Runs the job until a run ends by itself, or `next` answers nullopt. `run` counts from 1.
campaign_result run_campaign(scene& world, const std::string& database, const job_of_campaign& job,
                             const std::function<std::optional<kill_order>(int run)>& next);
// One run that nobody kills, checked like the others.
std::string complete(scene& world, const std::string& database, const job_of_campaign& job);

// Kills survived by all campaigns of this process, for the last line of the test's output.
int& kills_survived();

// NBA_CRASH_SEED, or one from the clock.
std::uint64_t crash_seed();
// NBA_CRASH_KILLS, or what CI has time for.
int kills_wanted();

}  // namespace nba::test
