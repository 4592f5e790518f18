// Every field that is read from a game's documents: which object it is in, whether a game may be stored without it, and
// what its value may be. Each stands once, beside the member that it goes to: in boxscore_fields.hpp and
// playbyplay.cpp. From there `payload_fields` has them, for docs/documents.md and for the tests that mutate documents.
//
// Essential (`required`, `optional`): who played whom and when, the score, the clock, the order, the lines, and what
// the derived tables follow (types, sub types, qualifiers). An odd value in one of them parks the game. Decorative:
// everything else. An odd value (another type, an empty text where a number is due, out of bounds) is stored as if the
// field were absent, and counted for the warning `payload.odd_value`.
//
// Bounds are wide: the widest value of 2,479 recorded games (seasons 2020-21 and 2024-25) lies well inside. They are
// there to tell another kind of value, not a remarkable one. Threads: constants.
#pragma once

#include "pipeline/game_clock.hpp"
#include "pipeline/transform/key_table.hpp"

#include <string_view>
#include <vector>

namespace nba {

// The objects of the two documents.
namespace payload_object {
inline constexpr std::string_view game = "box score: game";
inline constexpr std::string_view arena = "box score: game.arena";
inline constexpr std::string_view official = "box score: game.officials[]";
inline constexpr std::string_view team = "box score: game.homeTeam, game.awayTeam";
inline constexpr std::string_view period = "box score: periods[] of a team";
inline constexpr std::string_view player = "box score: players[] of a team";
inline constexpr std::string_view player_line = "box score: statistics of a player";
inline constexpr std::string_view team_line = "box score: statistics of a team";
inline constexpr std::string_view plays = "play-by-play: game";
inline constexpr std::string_view action = "play-by-play: game.actions[]";
}  // namespace payload_object

struct payload_field {
  std::string_view object;
  std::string_view key;
  presence need = presence::required;
  value_bounds bounds = {};
};

namespace payload_bounds {
inline constexpr value_bounds any{};
inline constexpr value_bounds points{0, 500};  // of a team or player; the record is 186
inline constexpr value_bounds count{0, 1'000};
inline constexpr value_bounds plus_minus{-500, 500};
inline constexpr value_bounds name{0, 200};
inline constexpr value_bounds word{0, 100};
inline constexpr value_bounds sentence{0, 10'000};
inline constexpr value_bounds number_on_a_shirt{0, 8};
inline constexpr value_bounds period{1, periods_max};
inline constexpr value_bounds people{0, 100};
inline constexpr value_bounds percent_of_the_court{-20, 120};  // recorded: 0 to 99.9
inline constexpr value_bounds feet{0, 150};                    // the court has 94; recorded: 86.6
inline constexpr value_bounds minutes_of_a_player{0, 24 * 3600};
inline constexpr value_bounds minutes_of_a_team{0, 5 * 24 * 3600};
}  // namespace payload_bounds

// All of them, object by object.
std::vector<payload_field> payload_fields();

// Of one table of fields (field_table.hpp).
template <class Table>
void list_fields(std::vector<payload_field>& into, std::string_view object, const Table& table) {
  for (const auto& each : table.entries()) into.push_back({object, each.key, each.need, each.bounds});
}

}  // namespace nba
