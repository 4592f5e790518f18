// Which of two states of a game is the newer one, from what its documents say of themselves.
//
// Purpose: edges of the host disagree for hours, and stored payloads may be tried again long after; an older document
// must not replace a newer one by accident (docs/reliability.md).
// Threads: pure functions.
#pragma once

#include "pipeline/rows.hpp"

#include <optional>
#include <string>

namespace nba {

// "its newest edit is of 2024-11-13T00:10:24.900Z, the stored one of ...": why `offered` is older than `stored`.
// nullopt when it is not, or when neither the newest `edited` nor the time of the game's end is in both.
std::optional<std::string> why_older(const game_rows& offered, const game_rows& stored);

}  // namespace nba
