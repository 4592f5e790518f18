// Possessions by the box-score estimate, and what follows from them.
//
// Sources: Dean Oliver, "Basketball on Paper" (2004): four factors, ratings, and the estimate with the 1.07 for
// offensive rebounds; the form averaged over both teams is Basketball-Reference's (glossary, "Poss"). The free throw
// weight is the 0.44 of NBA.com, the same as in TS% and TOV%. How well it fits: docs/derived.md.
#include "pipeline/derive/derive.hpp"
#include "pipeline/game_clock.hpp"

namespace nba {
namespace {

constexpr double free_throw_weight = 0.44;  // share of free throws that end a possession
constexpr double offensive_rebound_weight = 1.07;
constexpr double minutes_per_game = 48;
constexpr double hundredths_per_minute = 60 * 100;

std::optional<double> ratio(double numerator, double denominator) {
  if (denominator == 0) return std::nullopt;
  return numerator / denominator;
}

// Field goals missed do not end a possession when the team rebounds them.
double one_sided_possessions(const stat_line& own, const stat_line& opponent) {
  const double rebounded = ratio(own.oreb, own.oreb + opponent.dreb).value_or(0);
  return own.fga + free_throw_weight * own.fta - offensive_rebound_weight * rebounded * (own.fga - own.fgm) + own.tov;
}

std::optional<double> per_100(double points, double possessions) {
  if (possessions <= 0) return std::nullopt;
  return 100 * points / possessions;
}

team_factors_row factors_of(const team_stats_row& own_stats, const team_stats_row& opponent_stats, int periods) {
  const auto& own = own_stats.line;
  const auto& opponent = opponent_stats.line;
  team_factors_row row;
  row.team_id = own_stats.team_id;
  row.possessions = 0.5 * (one_sided_possessions(own, opponent) + one_sided_possessions(opponent, own));
  // Pace: 48 * (own + opponent possessions) / (2 * minutes of the team / 5), where the two are equal by the estimate
  // and a team's minutes / 5 are the game's.
  row.pace = ratio(minutes_per_game * row.possessions, game_length_hundredths(periods) / hundredths_per_minute);
  row.off_rating = per_100(own.points, row.possessions);
  row.def_rating = per_100(opponent.points, row.possessions);
  if (row.off_rating && row.def_rating) row.net_rating = *row.off_rating - *row.def_rating;
  row.efg_pct = ratio(own.fgm + 0.5 * own.fg3m, own.fga);
  row.ts_pct = ratio(own.points, 2 * (own.fga + free_throw_weight * own.fta));
  row.tov_pct = ratio(own.tov, own.fga + free_throw_weight * own.fta + own.tov);
  row.orb_pct = ratio(own.oreb, own.oreb + opponent.dreb);
  row.ft_rate = ratio(own.fta, own.fga);
  return row;
}

}  // namespace

std::vector<team_factors_row> derive_team_factors(const game_rows& rows) {
  if (rows.team_stats.size() != 2) return {};
  const auto& home = rows.team_stats[0];
  const auto& away = rows.team_stats[1];
  return {factors_of(home, away, rows.game.periods), factors_of(away, home, rows.game.periods)};
}

derived_rows derive_game(const game_rows& rows, const season_travel& travel) {
  derived_rows derived;
  derived.outcome = derive_outcome(rows);
  derived.team_factors = derive_team_factors(rows);
  derived.travel = travel.rows_of(rows.game.game_id);
  return derived;
}

}  // namespace nba
