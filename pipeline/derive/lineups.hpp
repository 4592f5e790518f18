// Stints and time on court: who was on the floor when, and what was scored meanwhile.
//
// Threads: pure functions. Units: hundredths of a second.
// Rules (docs/derived.md, "lineup_stints" and "player_on_court"):
//   - a stint is a maximal interval of one period with the same ten (pipeline/derive/floor.hpp). One of no length is
//     kept only if points or possessions are credited to it.
//   - a field goal belongs to the ten on the floor, a free throw to the ten at its foul
//   (pipeline/derive/free_throws.hpp);
//     so does the possession that it ends. Only counted possessions are counted.
//   - so stints cover every second exactly once and their points add up to the final score.
// Errors: a record that does not tell who was on the floor gives neither stints nor players, and `problems` says why.
#pragma once

#include "pipeline/derive/overrides.hpp"
#include "pipeline/derive/rows.hpp"
#include "pipeline/rows.hpp"

#include <span>
#include <string>
#include <vector>

namespace nba {

struct lineup_result {
  std::vector<lineup_stint_row> stints;
  // Everybody who came on the floor or whom the box score says to have played, in the box score's order.
  std::vector<player_on_court_row> players;
  // What in the record contradicts itself, nearly always nothing. With rows: it was left out (docs/derived.md).
  std::vector<std::string> problems;
  std::vector<const game_override*> overrides_used;
};

// `possessions` may be empty; each names the event that ended it. `overrides`: those of this game, as overrides_of()
// answers them.
lineup_result derive_lineups(const game_rows& rows, std::span<const possession_row> possessions,
                             std::span<const game_override> overrides);

}  // namespace nba
