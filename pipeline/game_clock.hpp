// The length of an NBA game, in hundredths of a second: four quarters of 12 minutes, overtimes of 5.
//
// Threads: constants and pure functions.
// Source: NBA rule book, rule 5, section II.
#pragma once

#include <algorithm>

namespace nba {

inline constexpr int regulation_periods = 4;
inline constexpr int quarter_hundredths = 12 * 60 * 100;
inline constexpr int overtime_hundredths = 5 * 60 * 100;
// More periods than any game can have (the record is six overtimes, in 1951); a larger number is a broken payload.
inline constexpr int periods_max = 20;

constexpr int period_length_hundredths(int period) {
  return period <= regulation_periods ? quarter_hundredths : overtime_hundredths;
}

// Playing time of a game of `periods` periods; of a team: five times as much.
constexpr int game_length_hundredths(int periods) {
  const int quarters = std::clamp(periods, 0, regulation_periods);
  return quarters * quarter_hundredths + std::max(periods - regulation_periods, 0) * overtime_hundredths;
}

// Time since tip-off. A clock above the period's length (never seen, but a stale default would do it) counts as the
// period's start, so that the answer is never before it.
constexpr int elapsed_hundredths(int period, int clock_hundredths) {
  return game_length_hundredths(period - 1) + std::max(period_length_hundredths(period) - clock_hundredths, 0);
}

}  // namespace nba
