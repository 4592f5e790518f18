// What a run was to do, as far as its failure and its success belong together: the job, and the season where it has
// one.
//
// A good backfill of one season says nothing of another one. Threads: pure functions.
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// The value of `--season` in a command line; empty without one.
std::string season_in(std::string_view arguments);
// "daily", "backfill 2024-25": what alerts are about, and what their titles say.
std::string task_name(std::string_view job, std::string_view season);
inline std::string task_of(const run_row& row) { return task_name(row.job, season_in(row.arguments)); }

// The newest run of a task that says how the task stands.
struct task_end {
  const watched_run* run = nullptr;
  std::string task, season;
  // The later good run after which nothing of it is left; empty without one.
  std::string made_good_by;
};
// Of each task whose run has ended or died, the newest first. One that found another run at work (122) says nothing.
// It is made good by a good run of the whole job, or, where its games are all there is to it (backfill, dlq), by any
// good run after which none of them is left.
std::vector<task_end> task_ends_of(const watch_facts& facts, et_date today);

// Due games of the season that are neither done nor closed; parked ones count.
bool has_games_left(const season_report& report, et_date today);

}  // namespace nba::cli
