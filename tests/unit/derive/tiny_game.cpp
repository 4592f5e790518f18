#include "tests/unit/derive/tiny_game.hpp"

#include "pipeline/game_clock.hpp"

#include <cmath>

namespace nba::test {

tiny_game::tiny_game(int periods, const std::string& id) {
  rows_.game.game_id = *game_id::parse(id);
  rows_.game.home_team_id = 1;
  rows_.game.away_team_id = 2;
  rows_.game.periods = periods;
  for (const int team : {1, 2})
    for (int number = 1; number <= 7; ++number) {
      auto& line = rows_.player_stats.emplace_back();
      line.team_id = team;
      line.player_id = 10 * team + number;
      line.starter = line.played = number <= 5;
    }
}

tiny_game& tiny_game::at(int period, double seconds_left) {
  period_ = period;
  clock_ = static_cast<int>(std::lround(100 * seconds_left));
  return *this;
}

pbp_event_row& tiny_game::add(const std::string& action_type, int player) {
  auto& row = rows_.events.emplace_back();
  row.event_idx = last();
  row.order_number = 10'000 * (last() + 1);
  row.period = period_;
  row.clock_hundredths = clock_;
  row.elapsed_hundredths = elapsed_hundredths(period_, clock_);
  row.action_type = action_type;
  if (player != 0) row.player_id = player, row.team_id = player / 10;
  return row;
}

tiny_game& tiny_game::out(int player) {
  add("substitution", player).sub_type = "out";
  return *this;
}

tiny_game& tiny_game::in(int player) {
  add("substitution", player).sub_type = "in";
  return *this;
}

tiny_game& tiny_game::substitute(int leaving, int coming) { return out(leaving).in(coming); }

tiny_game& tiny_game::basket(int player, int points) {
  auto& row = add(points == 3 ? "3pt" : "2pt", player);
  row.shot_result = "Made";
  row.points = points;
  (player / 10 == 1 ? rows_.game.home_score : rows_.game.away_score) += points;
  return *this;
}

tiny_game& tiny_game::foul(int player, const std::string& kind, const std::string& descriptor, int free_throws) {
  auto& row = add("foul", player);
  row.sub_type = kind;
  row.descriptor = descriptor;
  if (free_throws > 0) row.qualifiers = "inpenalty," + std::to_string(free_throws) + "freethrow";
  return *this;
}

tiny_game& tiny_game::free_throw(int player, const std::string& descriptor, bool made) {
  auto& row = add("freethrow", player);
  row.descriptor = descriptor;
  row.shot_result = made ? "Made" : "Missed";
  row.points = made ? 1 : 0;
  (player / 10 == 1 ? rows_.game.home_score : rows_.game.away_score) += row.points;
  return *this;
}

tiny_game& tiny_game::event(const std::string& action_type) {
  add(action_type, 0);
  return *this;
}

tiny_game& tiny_game::played(int player) {
  for (auto& line : rows_.player_stats)
    if (line.player_id == player) line.played = true;
  return *this;
}

}  // namespace nba::test
