// One simulated game: its events in true order and the counts that follow from them.
//
// Threads: plain values.
// Units: clocks in tenths of a second left in the period, as the arena's clock shows them (whole seconds above one
// minute); wall-clock times in tenths of a second since tip-off.
#pragma once

#include "bench/fake_nba/rosters.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nba::fake {

enum class action : std::uint8_t {
  period_start,
  period_end,
  game_end,
  jump_ball,
  two_pointer,
  three_pointer,
  free_throw,
  rebound,
  turnover,
  steal,
  block,
  foul,
  substitution_out,
  substitution_in,
  timeout,
  violation,
  stoppage,
  instant_replay,
  ejection,
  memo,
  unknown,  // an action type that appears without notice
};

// Bits of event::qualifiers, in the order in which they are written.
enum qualifier : std::uint16_t {
  q_points_in_the_paint = 1u << 0,
  q_second_chance = 1u << 1,
  q_from_turnover = 1u << 2,
  q_fast_break = 1u << 3,
  q_defensive_goaltending = 1u << 4,
  q_in_penalty = 1u << 5,
  q_one_free_throw = 1u << 6,
  q_two_free_throws = 1u << 7,
  q_three_free_throws = 1u << 8,
  q_dead_ball = 1u << 9,
  q_team = 1u << 10,
  q_mandatory = 1u << 11,
  q_start_period = 1u << 12,
};
constexpr std::uint16_t when(bool condition, std::uint16_t bits) { return condition ? bits : std::uint16_t{0}; }
inline constexpr std::uint16_t q_any_free_throws = q_one_free_throw | q_two_free_throws | q_three_free_throws;

// 0 home, 1 away.
using side = std::int8_t;
inline constexpr side home_side = 0, away_side = 1, no_side = -1;
constexpr side other(side value) { return static_cast<side>(1 - value); }
constexpr std::size_t at(side value) { return static_cast<std::size_t>(value); }

// Index into a team's roster; no_player for a team's own event.
using player_index = std::int8_t;
inline constexpr player_index no_player = -1;
constexpr std::size_t at_player(player_index value) { return static_cast<std::size_t>(value); }

// Who is on the court: five of each side.
using five = std::array<player_index, 5>;
using ten = std::array<five, 2>;

struct shot_spot {
  double feet_from_baseline = 0;  // of the basket that is shot at
  double feet_to_the_side = 0;    // from the line between the baskets, positive to the shooter's left
  double distance_feet = 0;
  std::string_view area, area_detail;
};

struct event {
  action what = action::memo;
  std::string_view sub_type, descriptor, value;  // literals
  std::uint16_t qualifiers = 0;
  int period = 0;
  int clock_tenths = 0;
  fake::side side = no_side;
  player_index player = no_player;
  // Who else: assist, fouled player, stealer on a turnover, blocker on a shot, loser of a jump ball. Of the other side
  // except for an assist.
  player_index second = no_player;
  player_index third = no_player;  // recovers a jump ball, on `side`
  fake::side possession = no_side;
  int official = -1;  // index among the game's officials
  bool made = false;
  int points = 0;
  shot_spot spot;
  int shot_event = -1;  // a rebound's shot
  int foul_event = -1;  // a free throw's foul
  // After this event.
  std::array<int, 2> score{0, 0};
  ten court{};
  // Running counts of the acting player, as the event's text has them: points; rebounds, defensive, offensive; assists
  // of the passer; fouls, technicals; turnovers; steals; blocks.
  int count = 0, count_second = 0, count_third = 0;
  int assist_count = 0;
  // How it was recorded.
  std::int64_t wall_tenths = 0;
  int edited_after_seconds = 0;
  std::int64_t order_number = 0;
  int action_number = 0;
  bool at_end_of_list = false;  // stands after its later events in the document
};

struct player_line {
  int points = 0;
  int twos_made = 0, twos_tried = 0, threes_made = 0, threes_tried = 0, free_throws_made = 0, free_throws_tried = 0;
  int offensive_rebounds = 0, defensive_rebounds = 0;
  int assists = 0, steals = 0, blocks = 0, blocked = 0, turnovers = 0;
  int fouls = 0, offensive_fouls = 0, fouls_drawn = 0, technicals = 0;
  int fast_break_points = 0, paint_points = 0, second_chance_points = 0;
  int points_for = 0, points_against = 0;  // while responsible for the score
  int played_tenths = 0;                   // true
  int official_hundredths = 0;             // by the season's own arithmetic, see official_hundredths()
  bool appeared = false;
};

struct team_line {
  std::vector<int> period_points;
  int team_offensive_rebounds = 0, team_defensive_rebounds = 0, team_turnovers = 0, team_technicals = 0;
  int team_fouls = 0;
  int paint_made = 0, paint_tried = 0, fast_break_made = 0, fast_break_tried = 0;
  int second_chance_made = 0, second_chance_tried = 0, points_from_turnovers = 0;
  int biggest_lead = 0;
  std::array<int, 2> biggest_lead_score{0, 0};  // home, away
  int biggest_run = 0;
  std::array<int, 2> biggest_run_score{0, 0};
  int leading_hundredths = 0;
  int timeouts_left = 0;
  bool in_bonus = false;
};

struct game_log {
  std::vector<event> events;
  std::array<std::array<player_line, roster_size>, 2> players;
  std::array<team_line, 2> teams;
  std::array<int, 2> score{0, 0};
  int periods = 0;
  int lead_changes = 0, times_tied = 0;
  bool is_over = false;
  ten court{};  // at the end
};

// Seasons up to 2024-25 recorded playing time with the tenths of a clock below one minute read as hundredths (13.9 s
// counted as 13.09 s); later ones are right. Source: docs/synthetic-league.md, "Minutes".
constexpr int official_hundredths(int clock_tenths, bool misread_tenths) {
  if (misread_tenths && clock_tenths < 600) return clock_tenths / 10 * 100 + clock_tenths % 10;
  return clock_tenths * 10;
}

constexpr int period_tenths(int period) { return period <= 4 ? 7200 : 3000; }
constexpr int overtime_first = 5;

}  // namespace nba::fake
