// The league's schedule, parsed as stats.nba.com serves it (`scheduleleaguev2`).
//
// What is required: `leagueSchedule{seasonYear, gameDates[]{games[]}}`, and of a game `gameId`, `gameStatus`, a usable
// date, `homeTeam` and `awayTeam`. Everything else may be absent, null or of another type (then it counts as absent and
// is counted, schedule::odd_values); unknown keys are ignored; integers and flags may come as strings. A `gameStatus`
// beyond 1, 2, 3 counts as scheduled: once its date has passed the game is fetched and its payload decides. An entry
// that lacks what is required is left out and named, unless there are many of them: then the shape has changed.
// Threads: pure functions.
// Errors: contract_drift with the JSON path; rejected for a well-formed but useless schedule (no games, another
// season).
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/plan/schedule_reading.hpp"
#include "pipeline/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct schedule {
  nba::season season;
  // In id order, no id twice. The NBA lists a moved game once as a rule; of two entries the better evidence wins: a
  // final score, then live, then scheduled, then "Final" without a score, then postponed or cancelled; of equals the
  // later date.
  std::vector<planned_game> games;
  et_date first_date{};  // bounds of the season, from its games
  et_date last_date{};
  schedule_origin origin = schedule_origin::stats;
  // Whether what it says may take a game out of the expected set (postponed, cancelled, unavailable), and a date count
  // as complete. Never by a plan that an earlier run stored: it does not know what the league has said since.
  bool may_close = true;
  // Games that an earlier run stored and this schedule does not list, as they were listed last. Not of the parser: who
  // plans a run fills it.
  std::vector<planned_game> unlisted = {};
  // Entries that are no games of the plan, in the order of the schedule; the first left_out_kept_max of them.
  std::vector<left_out_entry> left_out = {};
  std::size_t left_out_count = 0;
  // Entries of other leagues: rightly none of our business, only counted.
  std::size_t other_leagues = 0;
  // Ids that had lost their zeros and were given them back.
  std::size_t repaired_ids = 0;
  std::vector<odd_schedule_value> odd_values = {};
};
inline constexpr std::size_t left_out_kept_max = 100;
// More entries than this that cannot be read are no slips: the shape has changed, and the schedule is refused.
inline constexpr std::size_t unreadable_entries_max = 10;

// Whether the schedule says anything of this game: it is planned, or it is an entry that was left out.
bool mentions(const schedule& in, const game_id& id);

// `padded` must have body_padding_bytes readable bytes after its end (padded_body does).
result<schedule> parse_schedule(std::string_view padded, season expected);

}  // namespace nba
