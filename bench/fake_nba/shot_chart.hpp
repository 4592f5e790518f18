// Where shots are taken from, and of what kind they are.
//
// Threads: pure functions.
#pragma once

#include "bench/fake_nba/game_log.hpp"
#include "bench/fake_nba/random.hpp"

#include <string_view>

namespace nba::fake {

struct shot_choice {
  std::string_view sub_type, descriptor;
  shot_spot spot;
  double accuracy = 0;  // of an average player
  bool in_the_paint = false;
};

shot_choice draw_two(random_stream& random, bool after_rebound);
shot_choice draw_three(random_stream& random);

// The centre of the basket, and the court.
inline constexpr double basket_feet = 5.25, court_length_feet = 94, court_width_feet = 50;

}  // namespace nba::fake
