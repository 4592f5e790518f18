// What the database and a run under way show, as metric families.
//
// Threads: pure functions over plain values; nothing is kept between two scrapes, so what is gone has no series.
#pragma once

#include "cli/metrics/family_builder.hpp"
#include "cli/watch/watch_facts.hpp"

#include <string>

namespace nba::cli {

// What of the facts belongs into one text.
struct metrics_scope {
  std::string task;  // whoever reads: the job of the run that writes a file, "serve"
  // Runs of every task; else only those of `task`: another file has the others.
  bool every_task = true;
  std::string run_id = {};  // the run to show of several of one task; empty, or not there: the newest
};

void add_reading(family_builder& to, const watch_facts& facts, const metrics_scope& scope);
void add_database(family_builder& to, const watch_facts& facts, const metrics_scope& scope);
// The newest run of each task, and what its snapshot says while it is under way.
void add_runs(family_builder& to, const watch_facts& facts, const metrics_scope& scope);
void add_snapshot(family_builder& to, const run_snapshot& snapshot, const std::string& task);

}  // namespace nba::cli
