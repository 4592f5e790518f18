// The league's schedule, parsed as stats.nba.com serves it (`scheduleleaguev2`).
//
// Threads: pure functions.
// Errors: contract_drift with the JSON path; rejected for a well-formed but useless schedule (no games, another
// season).
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"

#include <string_view>
#include <vector>

namespace nba {

struct schedule {
  nba::season season;
  // In id order, no id twice (the NBA lists a moved game once; if twice, the entry that is not postponed wins).
  std::vector<planned_game> games;
  et_date first_date{};  // bounds of the season, from its games
  et_date last_date{};
};

// `padded` must have body_padding_bytes readable bytes behind its end.
// Games that are not NBA games (`^00[1-6]\d{7}$`) or belong to another season by their id's YY are left out.
result<schedule> parse_schedule(std::string_view padded, season expected);

}  // namespace nba
