// Every field that is read from a game's documents: which object it is in, whether a game may be stored without it, and
// what its value may be. The one table behind both parsers, docs/derived.md, and the tests that mutate documents.
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

#include <array>
#include <cstddef>
#include <string_view>

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

inline constexpr std::array payload_fields = [] {
  // One by one: these hide functions of the same names that a test declares first.
  using payload_object::game, payload_object::arena, payload_object::official, payload_object::team,
      payload_object::period, payload_object::player, payload_object::player_line, payload_object::team_line,
      payload_object::plays, payload_object::action;
  using enum presence;
  namespace b = payload_bounds;
  return std::to_array<payload_field>({
      {game, "gameId", required, b::word},
      {game, "gameEt", required, b::word},
      {game, "gameTimeUTC", required, b::word},
      {game, "gameStatus", required, b::any},
      {game, "gameStatusText", decorative, b::name},
      {game, "period", required, b::any},
      {game, "duration", decorative, {0, 24 * 60}},
      {game, "attendance", decorative, {0, 250'000}},
      {game, "arena", decorative, b::any},
      {game, "officials", decorative, b::people},
      {game, "homeTeam", required, b::any},
      {game, "awayTeam", required, b::any},

      {arena, "arenaId", decorative, b::any},
      {arena, "arenaName", decorative, b::name},
      {arena, "arenaCity", decorative, b::name},
      {arena, "arenaState", decorative, b::word},
      {arena, "arenaCountry", decorative, b::word},
      {arena, "arenaTimezone", decorative, b::word},

      // An official without an id is left out: nothing can refer to him.
      {official, "personId", required, b::any},
      {official, "name", decorative, b::name},
      {official, "assignment", decorative, b::word},
      {official, "jerseyNum", decorative, b::number_on_a_shirt},

      {team, "teamId", required, b::any},
      {team, "teamCity", required, b::name},
      {team, "teamName", required, b::name},
      {team, "teamTricode", required, {1, 8}},
      {team, "score", required, b::points},
      {team, "periods", required, {0, periods_max}},
      {team, "players", required, b::people},
      {team, "statistics", required, b::any},

      {period, "period", required, b::period},
      {period, "score", required, b::points},

      {player, "personId", required, b::any},
      {player, "name", required, b::name},
      {player, "firstName", decorative, b::name},
      {player, "familyName", decorative, b::name},
      {player, "jerseyNum", decorative, b::number_on_a_shirt},
      {player, "position", decorative, b::number_on_a_shirt},
      {player, "starter", required, b::any},
      {player, "played", required, b::any},
      {player, "notPlayingReason", decorative, b::name},
      // Of a player who did not play, none of the statistics is needed: an odd one counts as zero.
      {player, "statistics", optional, b::any},

      {player_line, "points", required, b::points},
      {player_line, "fieldGoalsMade", required, b::count},
      {player_line, "fieldGoalsAttempted", required, b::count},
      {player_line, "threePointersMade", required, b::count},
      {player_line, "threePointersAttempted", required, b::count},
      {player_line, "freeThrowsMade", required, b::count},
      {player_line, "freeThrowsAttempted", required, b::count},
      {player_line, "reboundsOffensive", required, b::count},
      {player_line, "reboundsDefensive", required, b::count},
      {player_line, "reboundsTotal", required, b::count},
      {player_line, "assists", required, b::count},
      {player_line, "steals", required, b::count},
      {player_line, "blocks", required, b::count},
      {player_line, "turnovers", required, b::count},
      {player_line, "foulsPersonal", required, b::count},
      {player_line, "minutes", required, b::minutes_of_a_player},
      {player_line, "plusMinusPoints", required, b::plus_minus},

      {team_line, "points", required, b::points},
      {team_line, "fieldGoalsMade", required, b::count},
      {team_line, "fieldGoalsAttempted", required, b::count},
      {team_line, "threePointersMade", required, b::count},
      {team_line, "threePointersAttempted", required, b::count},
      {team_line, "freeThrowsMade", required, b::count},
      {team_line, "freeThrowsAttempted", required, b::count},
      {team_line, "reboundsOffensive", required, b::count},
      {team_line, "reboundsDefensive", required, b::count},
      {team_line, "reboundsPersonal", required, b::count},
      {team_line, "assists", required, b::count},
      {team_line, "steals", required, b::count},
      {team_line, "blocks", required, b::count},
      {team_line, "turnoversTotal", required, b::count},
      {team_line, "foulsPersonal", required, b::count},
      {team_line, "reboundsTeam", required, b::count},
      {team_line, "turnoversTeam", required, b::count},
      {team_line, "minutes", required, b::minutes_of_a_team},
      {team_line, "pointsInThePaint", optional, b::count},
      {team_line, "pointsFastBreak", optional, b::count},
      {team_line, "pointsSecondChance", optional, b::count},
      {team_line, "pointsFromTurnovers", optional, b::count},
      {team_line, "benchPoints", optional, b::count},
      {team_line, "biggestLead", optional, b::count},
      {team_line, "leadChanges", optional, b::count},
      {team_line, "timesTied", optional, b::count},
      {team_line, "foulsTechnical", optional, b::count},
      {team_line, "foulsTeamTechnical", optional, b::count},

      {plays, "gameId", required, b::word},
      {plays, "actions", required, {0, 20'000}},

      {action, "orderNumber", required, b::any},
      {action, "actionNumber", required, b::any},
      {action, "period", required, b::period},
      {action, "clock", required, {0, quarter_hundredths / 100}},
      {action, "actionType", required, b::word},
      {action, "subType", optional, b::name},
      {action, "descriptor", optional, b::name},
      {action, "qualifiers", optional, b::word},
      {action, "teamId", optional, b::any},
      {action, "personId", optional, b::any},
      {action, "possession", decorative, b::any},
      {action, "scoreHome", required, b::points},
      {action, "scoreAway", required, b::points},
      {action, "x", decorative, b::percent_of_the_court},
      {action, "y", decorative, b::percent_of_the_court},
      {action, "shotDistance", decorative, b::feet},
      {action, "shotResult", optional, b::word},
      {action, "assistPersonId", decorative, b::any},
      {action, "description", decorative, b::sentence},
      {action, "timeActual", decorative, b::word},
      {action, "edited", decorative, b::word},
  });
}();

template <class Value>
struct wanted_key {
  std::string_view key;
  Value value;
};

// The table of one object's keys, each with what payload_fields says about it. Does not compile with a key that is not
// there, nor without one that is.
template <class Value, std::size_t Size>
consteval key_table<Value, Size> keys_of(std::string_view object, const wanted_key<Value> (&wanted)[Size]) {
  using table = key_table<Value, Size>;
  typename table::entry entries[Size]{};
  std::size_t in_object = 0;
  for (const auto& field : payload_fields) in_object += field.object == object ? 1 : 0;
  if (in_object != Size) throw "the object has other keys in payload_fields";
  for (std::size_t i = 0; i < Size; ++i) {
    bool found = false;  // and no pointer: g++ 12 with -fsanitize=null does not compare one in a constant expression
    for (const auto& field : payload_fields) {
      if (field.object != object || field.key != wanted[i].key) continue;
      entries[i] = {wanted[i].key, wanted[i].value, field.need, field.bounds};
      found = true;
    }
    if (!found) throw "payload_fields does not have the key";
  }
  return table(entries);
}

}  // namespace nba
