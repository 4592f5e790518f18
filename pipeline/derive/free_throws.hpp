// Which foul a free throw belongs to.
//
// Threads: pure functions.
// Source: found by comparing with the official plus-minus of two recorded seasons; docs/derived.md, "lineup_stints".
// Rules:
//   - a technical free throw belongs to a technical foul, a flagrant one to a flagrant foul, any other to a foul that
//   is
//     neither; always one of the other team, in the same period and at the same clock, that gave free throws (qualifier
//     `1freethrow`, `2freethrow`, `3freethrow`);
//   - the latest such foul before it; if there is none, the first one recorded after it;
//   - a free throw without such a foul belongs to itself.
#pragma once

#include "pipeline/rows.hpp"

#include <cstddef>
#include <span>

namespace nba {

// Index of the event whose ten a free throw is credited to: its foul's, or its own. `free_throw` indexes `events`.
std::size_t foul_of_free_throw(std::span<const pbp_event_row> events, std::size_t free_throw);

}  // namespace nba
