// What single plays say about who has the ball. The rules that need a look around: the plays before and after, as a
// rule at the same clock of the same period.
//
// Threads: pure functions.
// Sources: the NBA's official rules (rule 12, B: which free throws keep the ball); what the feed records and leaves
// out, measured on the recorded seasons (docs/derived.md).
#pragma once

#include "pipeline/derive/plays.hpp"

#include <cstddef>
#include <span>

namespace nba {

// A rebound that decides who has the ball. The scorer owes every missed shot a rebound, so many are bookkeeping: dead
// balls, at the horn, after a free throw that is not the last or that keeps the ball, and one given to the defense when
// the shot clock runs out on the offense, or the offense kicks the ball.
bool is_real_rebound(std::span<const play> plays, std::size_t position);

// The offense that the first play from `position` on proves, within `period`; `none` when the period ends first.
// Proof: a field goal attempt, a free throw of an ordinary trip, a turnover, an offensive foul, a real rebound.
play_side next_offense(std::span<const play> plays, std::size_t position, int period);

enum class more_free_throws { none, ordinary, keep_ball };
// After a basket or the last free throw of a trip: free throws of the same side that follow at the same clock, before
// anybody else has had the ball. Ordinary ones are an and-one, or a loose-ball foul during the shot; the others are for
// a flagrant or an away-from-play foul. Technical free throws do not matter.
more_free_throws free_throws_follow(std::span<const play> plays, std::size_t position);

}  // namespace nba
