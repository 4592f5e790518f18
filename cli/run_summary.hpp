// The report of a run, for people.
//
// Threads: pure but for the stream.
#pragma once

#include "actors/run/job_runner.hpp"

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

namespace nba::cli {

struct summary_options {
  std::string database;  // printable URL or path
  int unavailable_confirmations = 3;
  std::size_t games_listed_max = 12;  // of each kind; the rest is counted, with the command that lists them all
  std::optional<game_id> since;       // what --since kept out is explained
  std::string repeated;               // options to be said again in commands (cli/hints.hpp)
};

void print_run_summary(std::ostream& out, const job_outcome& outcome, const summary_options& options, et_date today);

// Per lane of the plan: watermark, games done and planned, what holds it and how to release it.
void print_watermarks(std::ostream& out, const job_outcome& outcome, const summary_options& options, et_date today);

struct dry_run_options {
  std::string database;
  std::string repeated;    // options to be said again in commands (cli/hints.hpp)
  engine_settings engine;  // for the hosts' budgets
  source_urls urls;        // of schedules
  std::shared_ptr<const game_source> games;
};
// What a plan asks of one host.
struct requests_to_host {
  std::string host;
  std::size_t requests = 0;
  double per_minute = 0;             // the host's pace; 0: no limit
  std::chrono::seconds at_least{0};  // how long that takes by itself
};
// The schedules, and the documents of each game; by host.
std::vector<requests_to_host> requests_of(const job_plan& plan, const dry_run_options& options);

void print_dry_run(std::ostream& out, const job_plan& plan, const dry_run_options& options);

}  // namespace nba::cli
