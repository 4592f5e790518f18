// Names and sentences of a play-by-play event.
//
// Threads: pure functions.
#pragma once

#include "bench/fake_nba/game_log.hpp"
#include "bench/fake_nba/matchup.hpp"

#include <string>
#include <string_view>

namespace nba::fake {

// "2pt", "freethrow", ...
std::string_view action_name(action what);
// True for the kinds that the older serialisation sends without a description.
bool has_description(action what);
// Appends the sentence that people read: "K. Ibarra 21' pullup Jump Shot (2 PTS) (M. Ledger 1 AST)".
void describe(std::string& out, const event& value, const matchup& match);

}  // namespace nba::fake
