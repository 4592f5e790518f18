// Why a run has no game at all to look at, in words that name the fix.
//
// Threads: pure function.
#pragma once

#include "pipeline/plan/schedule.hpp"
#include "pipeline/plan/work.hpp"

#include <string>

namespace nba {

// A sentence when no game of the schedule lies within the limits; empty when one does. Of several limits the first that
// leaves nothing is named: game types, then dates, then `since`, then names.
std::string why_empty(const schedule& season_schedule, const scope& limits);

}  // namespace nba
