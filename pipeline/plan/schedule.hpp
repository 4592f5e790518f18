// The league's schedule, parsed as stats.nba.com serves it (`scheduleleaguev2`).
//
// What is required: `leagueSchedule{seasonYear, gameDates[]{games[]}}`, and of a game `gameId`, `gameStatus`, a usable
// date, `homeTeam` and `awayTeam`. Everything else may be absent or null; unknown keys are ignored; integers and flags
// may come as strings. A `gameStatus` beyond 1, 2, 3 counts as scheduled: once its date has passed the game is fetched
// and its payload decides.
// Threads: pure functions.
// Errors: contract_drift with the JSON path; rejected for a well-formed but useless schedule (no games, another
// season).
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"

#include <cstddef>
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
  // Entries that are not NBA games (`^00[1-6]\d{7}$`) or belong to another season by their id's YY.
  std::size_t left_out = 0;
};

// `padded` must have body_padding_bytes readable bytes behind its end (padded_body does).
result<schedule> parse_schedule(std::string_view padded, season expected);

}  // namespace nba
