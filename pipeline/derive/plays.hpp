// The events of a game that possessions, the first-quarter window and the early shocks look at, in a form that is
// compared by numbers: a play-by-play has some 550 events, each with four texts, and every rule asks for their kind.
//
// Threads: plain values and pure functions.
// Units: clocks in hundredths of a second left in the period.
#pragma once

#include "pipeline/rows.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nba {

enum class play_kind : std::uint8_t {
  field_goal,
  free_throw,
  rebound,
  turnover,
  foul,
  violation,
  jump_ball,
  substitution,
  timeout,
  stoppage,  // an interruption of the officials: injury, equipment, blood rule, out of bounds
  period_start,
  period_end,
};

enum class foul_kind : std::uint8_t {
  none,
  personal,   // of the defense, or of nobody's ball (loose ball)
  offensive,  // of the offense: offensive foul, charge, off the ball
  double_personal,
  flagrant,
  technical,
};

// Which side a play belongs to; `none` for events of neither team, and of teams that are not in this game.
enum class play_side : std::int8_t { none = -1, home = 0, away = 1 };
constexpr play_side other_side(play_side side) {
  if (side == play_side::none) return side;
  return side == play_side::home ? play_side::away : play_side::home;
}
// Of arrays that hold home, then away. `none` has no place in them.
constexpr std::size_t index_of(play_side side) { return side == play_side::away ? 1 : 0; }

struct play {
  std::size_t position = 0;  // in game_rows::events
  int event_idx = 0;
  int period = 0;
  int clock = 0;
  play_kind kind = play_kind::violation;
  play_side side = play_side::none;
  std::int8_t points = 0;
  bool made = false;               // field goal, free throw
  bool is_three = false;           // field goal
  bool is_defensive = false;       // rebound
  bool is_dead_ball = false;       // rebound that only balances the books
  bool is_team = false;            // rebound or turnover credited to no player
  bool is_final = false;           // last free throw of its trip
  bool is_single = false;          // free throw "1 of 1"
  bool keeps_ball = false;         // free throw of a trip after which the shooting side has the ball again
  bool is_technical = false;       // free throw for a technical foul
  bool is_typed = false;           // turnover with a type
  bool is_ball_violation = false;  // shot clock or kicked ball: turnover or violation
  bool opens_period = false;       // jump ball at a period's start
  bool is_in = false;              // substitution
  foul_kind foul = foul_kind::none;
};

// The plays of these kinds, in true order; anything else is left out. An event in a period below 1 counts to period 1.
std::vector<play> plays_of(const game_rows& rows);

// What the plays add up to, home and away: points, shots, rebounds of players (without team rebounds), and turnovers
// (players' and the team's), as the box score counts them. The other members stay 0.
std::array<stat_line, 2> tally(std::span<const play> plays);

}  // namespace nba
