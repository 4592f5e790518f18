// The first quarter: its first four minutes as a window, and what upsets a team's plan in it.
//
// Threads: pure functions.
// Units: clocks in hundredths of a second left in the period.
// Errors: none; a game without plays in its first quarter has no window and no shocks.
// Sources: the NBA's official rules (rule 12, B, section V: the penalty); definitions: docs/derived.md.
#pragma once

#include "pipeline/derive/plays.hpp"
#include "pipeline/derive/rows.hpp"

#include <optional>
#include <span>
#include <vector>

namespace nba {

// ---- q1_window_12_8 -------------------------------------------------------------------------------------------------

// Down to here, inclusive: 8:00 left, four minutes played.
inline constexpr int q1_window_end_clock = 8 * 60 * 100;

// Everything that happens from the tip down to 8:00 left, that instant included.
//   possessions   those that end in the window, of each side (possessions.hpp). The one that is under way at 8:00 is in
//                 neither number, as its shot or turnover is in none of the factors
//   pace48        48 minutes / 4 minutes * the mean of the two sides' possessions
//   factors       as in team_game_factors, from the window's plays
//   bonus         time of the window in which a side has the bonus: from the other side's fifth team foul on. A team's
//                 fouls are its personal ones without offensive and double fouls; flagrant ones count, technical ones
//                 do not
std::optional<q1_window_row> derive_q1_window(std::span<const play> plays, const game_row& game,
                                              std::span<const possession_row> possessions);

// ---- early_shocks ---------------------------------------------------------------------------------------------------

// A player's second personal foul is early trouble with at least this much left: inside the first six minutes.
inline constexpr int early_foul_clock = 6 * 60 * 100;
// An injured player who is back before so many possessions (of both sides) have ended did not leave for the injury.
inline constexpr int injury_return_possessions = 6;

// In true order; first quarter only.
//   EARLY_FOUL_TROUBLE  a player's second personal foul (offensive, flagrant and double ones included) with 6:00 or
//                       more left
//   TECHNICAL           every technical foul. The player is empty for a team's (delay, defensive three seconds of a
//                       team, bench) and a coach's, who is in no player line; the description names him
//   FLAGRANT            every flagrant foul
//   INJURY_EXIT         a player who leaves and does not return for an injury. The feed hardly ever says so; taken as
//                       one is a player who is replaced at a stoppage for an injury and not back within six
//                       possessions; and a starter who is replaced, comes back in no later period either, and is
//                       neither ejected nor fouled out
// `immediate_sub`: the player is replaced at the same clock; always so for INJURY_EXIT. One foul can be two shocks.
std::vector<early_shock_row> derive_early_shocks(std::span<const play> plays, const game_rows& rows,
                                                 std::span<const possession_row> possessions);

}  // namespace nba
