// How far stored rows can be trusted: each game's rows against the official record, against the schedule and against
// themselves.
//
// Purpose: the checks behind `nba-scraper validate`. They read only what is stored, so they work on any database,
// whatever version filled it. Threads: pure functions and plain values.
// The official record is the box score: final score, plus-minus, minutes. The bars are those of docs/derived.md.
#pragma once

#include "pipeline/derive/tables.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

enum class validation_check {
  stints_cover,         // every second of every period exactly once, ten different players, five a side, of these teams
  stint_points,         // points of the stints = final score, side by side
  plus_minus,           // of every player = official
  minutes,              // seconds_as_recorded of every player = official seconds_played
  seconds_on,           // of all players = ten times the game's length
  possession_chain,     // from the full clock to 0:00 of each period, one end each, sides taking turns
  possession_points,    // of offense and defense = final score, side by side
  possessions_close,    // of the two teams: at most 3 apart
  possessions_closer,   // at most 2 apart (a share of games, no failure of one)
  possessions_counted,  // each team's within 1 of an independent count, where one is given
  player_points,        // each player's points = his scoring events (rule player_points_are_events)
  schedule,             // teams, sides and date = the schedule's (rules schedule_teams, schedule_date)
  schedule_score,       // final score = the schedule's (a share of games: one recorded final differs by a point)
};
inline constexpr std::size_t validation_check_count = 13;

struct validation_bar {
  validation_check check;
  std::string_view what;
  double share_min;   // of the games (possessions_counted: of the team-games)
  bool fails_a_game;  // a game that misses it counts as failing
};
// In the order of the enum. `plus_minus` has a bar by season, which is not known here: see bar_of().
std::array<validation_bar, validation_check_count> validation_bars();
// The share of games whose plus-minus agrees: 0.999, before 2021-22 0.984 (more late edits in the record).
double plus_minus_bar(season of);

// Possessions of each team of a game by somebody else's count: game id -> team id -> possessions.
using possession_reference = std::map<game_id, std::map<std::int64_t, double>>;
// CSV with the columns game_id, team_id, possessions. Class configuration, naming the line.
result<possession_reference> parse_possession_reference(std::string_view csv);

// What the checks say about one game: empty where it holds, else the first deviation with both numbers. nullopt where
// there is nothing to compare.
struct game_validation {
  nba::game_id game_id;
  std::array<std::optional<std::string>, validation_check_count> deviations;
  int teams_compared = 0, teams_close = 0;      // with the independent count
  double possessions = 0, box_possessions = 0;  // sums over both teams; for the season's means
  bool fails() const;
};
// `planned`: the game as the stored schedule has it; null where it has none.
game_validation validate_game(const game_rows& rows, const derived_rows& derived,
                              const possession_reference& reference = {}, const planned_game* planned = nullptr);

struct validation_line {
  validation_check check;
  std::int64_t compared = 0, good = 0;  // games, or team-games
  double share() const { return compared == 0 ? 0 : static_cast<double>(good) / static_cast<double>(compared); }
};
struct season_validation {
  std::array<validation_line, validation_check_count> lines;
  std::int64_t games = 0, failing = 0;
  double possessions_mean = 0, box_mean = 0;  // per team and game
};
season_validation sum_up(const std::vector<game_validation>& games);

}  // namespace nba
