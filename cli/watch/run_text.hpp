// Runs in words, for `status`.
//
// Threads: pure functions.
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <string>
#include <vector>

namespace nba::cli {

// It holds its lock: under way, or silent.
bool goes_on(const watched_run& run);
// "backfill, under way since 2024-10-08 06:00 UTC on host (pid 7)", "daily, killed: ...", "daily, ended ...".
std::string describe(const watched_run& run);
// What a run does now: games, pace, time left; what limits it and what would help; hosts at rest. A line each.
std::vector<std::string> describe_progress(const run_snapshot& run);

}  // namespace nba::cli
