// How a season's schedule is found: from stats.nba.com, else the second way, else the plan of an earlier run.
//
// stats.nba.com refuses many networks (data centers above all). The current season's schedule also lies on cdn.nba.com,
// in the same shape; where that fails too, a plan that this database read less than stored_plan_age_max ago is better
// than none, but closes nothing. Other seasons have one way only. Why: docs/adr/0094-second-way-of-the-schedule.md.
// Threads: functions on the caller's thread; they block as long as the ways do. Errors: class storage when the database
// failed; otherwise the first way's, with what the others answered in its message.
#pragma once

#include "pipeline/event_log.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nba {

// The ways, so that the order of asking needs neither hosts nor a database.
struct schedule_ways {
  std::function<result<schedule>(season)> stats;
  std::vector<std::string> current_urls;  // of the second way, in the order in which to ask
  std::function<result<schedule>(season, const std::string& url)> current;
  // The stored plan and when its schedule was read; nullopt when there is none.
  struct stored_plan {
    schedule plan;
    schedule_reading reading;
  };
  std::function<result<std::optional<stored_plan>>(season)> stored;
  std::function<bool()> stopped = [] { return false; };
};

struct found_schedule {
  schedule value;
  std::optional<failure> refused;   // why a better way did not serve; empty for the first way
  std::optional<utc_time> read_at;  // of a stored plan
};

// Whether cdn.nba.com may hold this season's schedule: the one that is under way, was the last one, or comes next. It
// holds one at a time, and which one is checked when it comes.
bool may_be_current(season wanted, et_date today);
// Whether a failure of the first way says "not to you, not now" rather than "there is no such schedule".
bool calls_for_second_way(const failure& why);

result<found_schedule> find_schedule(const schedule_ways& ways, season wanted, utc_time now);

// What a run says about a schedule that it goes by: a WARN for each entry that was left out (listed_max of them at
// most, then their number), for values of another type, for repaired ids and for a schedule that did not come the first
// way; INFO for entries of other leagues.
void log_schedule(event_sink& log, const found_schedule& found);
inline constexpr std::size_t left_out_logged_max = 20;

}  // namespace nba
