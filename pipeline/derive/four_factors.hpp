// The four factors and true shooting, of a whole game's line or of a part of one.
//
// Shares (0.5, not 50); empty when the denominator is 0.
// Threads: pure functions.
// Sources: Dean Oliver, "Basketball on Paper" (2004); the free throw weight, and free throws attempted (not made) per
// field goal attempt, are NBA.com's.
#pragma once

#include "pipeline/rows.hpp"

#include <optional>

namespace nba {

inline constexpr double free_throw_weight = 0.44;  // share of free throws that end a possession

constexpr std::optional<double> ratio(double numerator, double denominator) {
  if (denominator == 0) return std::nullopt;
  return numerator / denominator;
}

constexpr std::optional<double> effective_field_goals(const stat_line& own) {
  return ratio(own.fgm + 0.5 * own.fg3m, own.fga);
}
constexpr std::optional<double> true_shooting(const stat_line& own) {
  return ratio(own.points, 2 * (own.fga + free_throw_weight * own.fta));
}
constexpr std::optional<double> turnover_rate(const stat_line& own) {
  return ratio(own.tov, own.fga + free_throw_weight * own.fta + own.tov);
}
constexpr std::optional<double> offensive_rebound_share(const stat_line& own, const stat_line& opponent) {
  return ratio(own.oreb, own.oreb + opponent.dreb);
}
constexpr std::optional<double> free_throw_rate(const stat_line& own) { return ratio(own.fta, own.fga); }

}  // namespace nba
