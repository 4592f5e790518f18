// Rows -> derived rows: pure functions of a game's rows (travel: of the season's plan).
//
// Threads: pure functions; a season_travel is built once, then shared read-only.
// Formulas: docs/derived.md; each function's header names its source.
#pragma once

#include "pipeline/derive/tables.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nba {

outcome_row derive_outcome(const game_rows& rows);
// home, away; nothing when the rows have not two lines of team statistics. Possessions are the counted ones of
// `possessions` (possessions.hpp), each team's own; for a game in which a team has none, the box-score estimate, one
// number for both. Pace and ratings follow from them. Sources: team_factors.cpp.
std::vector<team_factors_row> derive_team_factors(const game_rows& rows, std::span<const possession_row> possessions);

// ---- travel ---------------------------------------------------------------------------------------------------------

struct arena {
  std::string name, city, country;
  double latitude = 0, longitude = 0;  // degrees, WGS 84
  double altitude_m = 0;               // of the ground, to about 10 m
  std::string timezone;                // IANA
};
// Every arena of the table (pipeline/derive/arenas.csv, compiled in, with its sources), in its order.
std::span<const arena> arenas();
// The arena of a game: by name and city (aliases included), else by name alone where it is unique, else null. Letter
// case, spaces and punctuation do not matter.
const arena* find_arena(std::string_view name, std::string_view city);

// Great-circle distance (haversine, R = 6,371 km).
double great_circle_km(double latitude_a, double longitude_a, double latitude_b, double longitude_b);

class season_travel {
 public:
  // Every game of the season's schedule. Two sequences per team, by (ET date, tip-off, id): preseason; and regular
  // season, Cup final, play-in and playoffs together. Postponed and undecided games are in neither, nor is All-Star,
  // nor a game that the schedule lists with one team twice. A game without a score before the season's end still
  // counts: it is planned for its date. Keeps nothing of `games`. Throws std::runtime_error when the system has no time
  // zone data (package tzdata); `tz_available` tells beforehand.
  explicit season_travel(std::span<const planned_game> games);
  // Two rows (home, away), or none.
  std::vector<travel_row> rows_of(const game_id& id) const;
  // Arenas that the table does not know ("Name, City"), each once; the distances from and to them are empty. For a
  // warning.
  const std::vector<std::string>& unknown_arenas() const noexcept { return unknown_arenas_; }

 private:
  std::unordered_map<game_id, std::vector<travel_row>> rows_;
  std::vector<std::string> unknown_arenas_;
};

derived_rows derive_game(const game_rows& rows, const season_travel& travel);
// Those of these tables alone.
std::size_t row_count(const derived_rows& rows, derived_table_set tables);

}  // namespace nba
