// Whether documents that gave no rows show all the same that their game was played.
//
// Purpose: a game that any document shows to have been played is never cancelled (docs/adr/0092-closings.md), and its
// documents may be stale, contradict each other, or be of another shape. So this asks for little and believes little.
// Threads: pure function.
#pragma once

#include "pipeline/transform/transform.hpp"

#include <string>

namespace nba {

// "the play-by-play has the end of the game", "the box score is final, 110-101"; empty when nothing shows it, or the
// documents are of another game. Null documents show nothing.
std::string evidence_of_play(const game_payloads& payloads);

}  // namespace nba
