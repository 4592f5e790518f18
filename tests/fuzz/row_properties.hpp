// Properties of rows that a parser accepted, shared by the targets of box scores, play-by-plays and games.
//
// Threads: pure functions.
// Errors: broken_property.
#pragma once

#include "pipeline/rows.hpp"

namespace nba::fuzz {

// The id of the seeds' game, which the fuzzed payloads have to carry.
game_id fuzzed_game();

// What parse_boxscore fills.
void require_boxscore_rows(const game_rows& rows);
// What parse_playbyplay fills.
void require_events(const game_rows& rows);
// Both, accepted: sums that agree, in arithmetic that cannot overflow.
void require_reconciled(const game_rows& rows);

}  // namespace nba::fuzz
