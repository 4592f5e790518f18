// Who is on the floor: the ten of every moment of a game, from the starters and the substitutions.
//
// Threads: pure functions. Units: hundredths of a second since tip-off.
// Rules (domain facts: docs/derived.md, "lineup_stints"):
//   - the game begins with the five starters a side; `substitution` events, in true order, change a five, also between
//     periods. `in` may stand before its `out`; a five counts from the event that makes it five again, and events
//     between the two still belong to the five before.
//   - a spell is a run of events of one period with the same ten. It may last no time at all: substitutions in two
//   steps
//     at one stoppage.
//   - an `out` of somebody who is not there and an `in` of somebody who is are left out and named as problems. A five
//     that is not five when the clock runs cannot be told: `is_exact` is false and no ten is to be trusted.
#pragma once

#include "pipeline/derive/overrides.hpp"
#include "pipeline/rows.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nba {

// Five player ids in ascending order.
using five = std::array<std::int64_t, 5>;

struct floor_spell {
  int period = 1;
  int start_elapsed_hundredths = 0;
  int end_elapsed_hundredths = 0;
  std::array<five, 2> fives{};  // home, away
};

struct floor_record {
  std::vector<floor_spell> spells;            // in order, each beginning where the one before ended
  std::vector<std::uint32_t> spell_of_event;  // by event_idx
  std::vector<std::string> problems;          // what contradicts itself, with period and clock
  std::vector<const game_override*> overrides_used;
  bool is_exact = true;
};

// Errors: never; see `problems`.
floor_record follow_floor(const game_rows& rows, std::span<const game_override> overrides);

// The official playing time of everybody in `rows.player_stats`, by its own arithmetic: (clock of his own `in`) -
// (clock of his own `out`) from the substitutions exactly as they are recorded, no override applied. Seasons up to
// 2024-25 read the tenths of a clock below one minute as hundredths (13.9 s counted as 13.09 s). Same order as
// `player_stats`.
std::vector<int> seconds_as_recorded_hundredths(const game_rows& rows);

}  // namespace nba
