// Who plays whom: rounds in which every team plays exactly once.
//
// Threads: pure functions.
#pragma once

#include "bench/fake_nba/random.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace nba::fake {

struct pairing {
  int home = 0;
  int away = 0;
};
using round_of_games = std::vector<pairing>;

// `rounds` rounds of `teams` / 2 games (`teams` even). Everybody meets everybody before anybody meets again; over any
// two consecutive rounds (0 and 1, 2 and 3, ...) every team has one home and one away game.
std::vector<round_of_games> make_rounds(random_stream& random, int teams, int rounds);

// Sets who is at home in both rounds, so that every team has one home and one away game in them.
void balance_homes(round_of_games& first, round_of_games& second, int teams);

}  // namespace nba::fake
