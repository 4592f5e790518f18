// Possessions, counted from the play-by-play.
//
// A possession begins where the one before it ended, so a period's possessions follow each other without a gap from its
// full clock to 0:00, and every point, of whichever side, lies in exactly one. It ends for one of these:
//   made_shot          a basket, unless the same side shoots on at the same clock (and-one, flagrant foul)
//   made_free_throw    the last free throw of a trip, made, unless the trip keeps the ball (technical, flagrant,
//                      clear-path, away-from-play, inbound and transition-take fouls) or another follows
//   defensive_rebound  a real one (possession_rules.hpp)
//   turnover           a typed one; an untyped one if the other side plays on; and a possession that is lost to a
//                      flagrant foul of the offense, for which the scorer records no turnover
//   jump_ball          won by the defense in mid-period and played on by it, with no turnover to say the same
//   end_of_period      the horn; a possession that ends with the horn by itself keeps its own reason
// An ending that a play of the same side contradicts within three seconds, before the other side has played, was none:
// the possession goes on (a call taken back on review, a flagrant foul on the shooter that is recorded a second after
// his basket, a lane violation on an and-one). After that, the other side had the ball and lost it without a record;
// that counts as a turnover at the clock of the contradicting play. So the offense alternates within a period, always.
//
// Points: `points` are the offense's, `defense_points` the other side's, which has free throws while it has not the
// ball: technical fouls, and flagrant ones after which the offense still has it. Over a game the two add up to the
// final score, of each team.
//
// Counted: not counted is a possession that begins with two seconds or less left and from whose beginning on the period
// sees neither a basket nor a free throw, as in pbpstats; nobody can be expected to score in it.
//
// Threads: pure functions.
// Units: clocks in hundredths of a second left in the period.
// Errors: none. A game without plays has no possessions; a period that shows no offense has none.
// Sources: the rules of the game; for what ends a possession and what counts, the public documentation of pbpstats,
// checked against its count of 2024-25 (docs/derived.md names the differences).
#pragma once

#include "pipeline/derive/plays.hpp"
#include "pipeline/derive/rows.hpp"

#include <span>
#include <vector>

namespace nba {

// A possession that begins with at most this much left is counted only if somebody scores or shoots a free throw.
inline constexpr int too_late_hundredths = 200;
// How long after an ending a play of the same side still shows that it was none.
inline constexpr int taken_back_within_hundredths = 300;

std::vector<possession_row> count_possessions(std::span<const play> plays, const game_row& game);

}  // namespace nba
