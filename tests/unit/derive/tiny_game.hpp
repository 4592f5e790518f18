// A game small enough to follow by hand: one quarter unless told, teams 1 (home: players 11 to 17) and 2 (away: 21 to
// 27), of whom 11 to 15 and 21 to 25 start.
#pragma once

#include "pipeline/rows.hpp"

#include <string>

namespace nba::test {

class tiny_game {
 public:
  explicit tiny_game(int periods = 1, const std::string& id = "0022500001");

  // All that follows happens then: period, and seconds left in it.
  tiny_game& at(int period, double seconds_left);
  // Two events: `out`, then `in`.
  tiny_game& substitute(int out, int in);
  tiny_game& out(int player);
  tiny_game& in(int player);
  tiny_game& basket(int player, int points);
  // `kind` "personal" or "technical"; `free_throws` 0 gives none.
  tiny_game& foul(int player, const std::string& kind, const std::string& descriptor, int free_throws);
  tiny_game& free_throw(int player, const std::string& descriptor = "", bool made = true);
  // Any other event.
  tiny_game& event(const std::string& action_type);
  // Says that this player played although he was never on the floor.
  tiny_game& played(int player);

  // Position, and order number, of the last event.
  int last() const { return static_cast<int>(rows_.events.size()) - 1; }
  std::int64_t last_order() const { return rows_.events.back().order_number; }
  const game_rows& rows() const { return rows_; }

 private:
  pbp_event_row& add(const std::string& action_type, int player);

  game_rows rows_;
  int period_ = 1, clock_ = 72'000;
};

}  // namespace nba::test
