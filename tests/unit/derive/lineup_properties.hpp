// What holds for the lineups of every game, recorded or synthetic.
#pragma once

#include "pipeline/derive/lineups.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nba::test {

// In words, empty when all hold: stints cover every second of the game exactly once, in order, none across a period's
// end; ten different players in each; neighbours in a period differ; one of no length has something credited; points
// are the final score; time on court adds up to ten times the game; plus-minus to five times the margin.
std::vector<std::string> broken_lineup_properties(const game_rows& rows, const lineup_result& lineups);

// Players of the box score whose figure is not the official one; a player without a row has none.
std::vector<std::int64_t> players_with_other_minutes(const game_rows& rows, const lineup_result& lineups);
std::vector<std::int64_t> players_with_other_plus_minus(const game_rows& rows, const lineup_result& lineups);

}  // namespace nba::test
