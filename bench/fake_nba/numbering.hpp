// How the scorer's system recorded a game: action numbers, order numbers, wall-clock times and edits.
//
// Threads: pure function.
#pragma once

#include "bench/fake_nba/game_log.hpp"
#include "bench/fake_nba/matchup.hpp"
#include "bench/fake_nba/random.hpp"

namespace nba::fake {

// `orderNumber` follows the true order. `actionNumber` follows the order of entry: what is noticed late gets a later
// number and an order number between its neighbours'. `timeActual` runs backwards here and there.
void number_events(game_log& log, const game_quirks& quirks, random_stream random);

}  // namespace nba::fake
