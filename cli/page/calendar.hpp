// A season at a glance: what became of the games of each ET date.
//
// Threads: plain values and pure functions.
#pragma once

#include "cli/season_report.hpp"
#include "pipeline/plan/chunks.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// A date in one word; the first that fits, from the top.
enum class day_state {
  set_aside,  // a game is parked
  under_way,  // a run has a chunk open on it
  not_final,  // a game was tried, and is not over yet
  missing,    // it is over, and not all of its games are here
  closed,     // no game of it will ever be here
  done,
  to_come,
};
std::string_view name_of(day_state value);       // its class: "aside", "busy", ...
std::string_view describe(day_state value);      // "set aside", "under way", ...
std::string_view explain(day_state value);       // for the legend: a sentence
const std::vector<day_state>& all_day_states();  // in the order of the legend

struct calendar_day {
  std::size_t games = 0, done = 0, closed = 0, set_aside = 0, not_final = 0;
  day_state state = day_state::to_come;

  std::size_t terminal() const noexcept { return done + closed; }
};
// By date. `busy`: the dates of the chunks that are open in the runs under way.
std::map<et_date, calendar_day> make_calendar(const season_report& report, const std::vector<date_range>& busy,
                                              et_date today);

// "Tuesday 12 November 2024: 11 of 12 games here, 1 set aside".
std::string describe(et_date date, const calendar_day& day);

// Whatever its dates say, a calendar has at most so many weeks; the games of later ones are counted.
inline constexpr std::size_t calendar_weeks_max = 60;

// A number that changes whenever the calendar or the lanes of the season would.
std::uint64_t fingerprint(const season_report& report, const std::vector<date_range>& busy, et_date today);

}  // namespace nba::cli
