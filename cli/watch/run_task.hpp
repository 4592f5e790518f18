// What a run was to do, as far as its failure and its success belong together: the job, and the season where it has
// one.
//
// A good backfill of one season says nothing of another one. Threads: pure functions.
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// The value of `--season` in a command line; empty without one.
std::string season_in(std::string_view arguments);
// What in a command line makes the job a part of itself, like "--from 2024-10-22"; empty: it is the whole job.
std::string scope_in(std::string_view arguments);
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
// Of each task whose run has ended or died, the newest first, and of each scope; but only one of a task is not made
// good. A run that found another one at work (122) or was stopped (130, 143) says nothing, and one of a part (scope_in)
// that ended well says nothing of the whole.
// A run is made good by a good run of the whole job, by one of the same part, or, where its games are all there is to
// it (backfill, dlq), by any good run after which none of them is left. One of a season without games (a slip) by the
// next good run of the job: none of that season ever could.
std::vector<task_end> task_ends_of(const watch_facts& facts, et_date today);

// Seasons of which the database knows a game. Empty: of none.
std::set<std::string> planned_seasons(const watch_facts& facts);

// Due games of the season that are neither done nor closed; parked ones count.
bool has_games_left(const season_report& report, et_date today);

}  // namespace nba::cli
