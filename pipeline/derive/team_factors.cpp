// Possessions, and what follows from them.
//
// Sources: Dean Oliver, "Basketball on Paper" (2004): four factors, ratings, and the estimate with the 1.07 for
// offensive rebounds; the form averaged over both teams is Basketball-Reference's (glossary, "Poss"). The free throw
// weight is the 0.44 of NBA.com, the same as in TS% and TOV%. How well it fits: docs/derived.md.
#include "pipeline/derive/derive.hpp"
#include "pipeline/derive/four_factors.hpp"
#include "pipeline/game_clock.hpp"

#include <algorithm>

namespace nba {
namespace {

constexpr double offensive_rebound_weight = 1.07;
constexpr double minutes_per_game = 48;
constexpr double hundredths_per_minute = 60 * 100;

// Field goals missed do not end a possession when the team rebounds them.
double one_sided_possessions(const stat_line& own, const stat_line& opponent) {
  const double rebounded = offensive_rebound_share(own, opponent).value_or(0);
  return own.fga + free_throw_weight * own.fta - offensive_rebound_weight * rebounded * (own.fga - own.fgm) + own.tov;
}

std::optional<double> per_100(double points, double possessions) {
  if (possessions <= 0) return std::nullopt;
  return 100 * points / possessions;
}

double counted_possessions(std::span<const possession_row> possessions, std::int64_t team_id) {
  return static_cast<double>(std::count_if(possessions.begin(), possessions.end(), [&](const possession_row& each) {
    return each.is_counted && each.offense_team_id == team_id;
  }));
}

// One team in one game: its line, and how often it had the ball.
struct side_of_game {
  const team_stats_row& stats;
  double possessions = 0;
};

team_factors_row factors_of(const side_of_game& team, const side_of_game& opposing, int periods) {
  const auto& own = team.stats.line;
  const auto& opponent = opposing.stats.line;
  team_factors_row row;
  row.team_id = team.stats.team_id;
  row.possessions = team.possessions;
  // 48 * (own + opponent possessions) / (2 * minutes of the team / 5), where a team's minutes / 5 are the game's.
  row.pace = ratio(minutes_per_game * (team.possessions + opposing.possessions),
                   2 * game_length_hundredths(periods) / hundredths_per_minute);
  row.off_rating = per_100(own.points, team.possessions);
  row.def_rating = per_100(opponent.points, opposing.possessions);
  if (row.off_rating && row.def_rating) row.net_rating = *row.off_rating - *row.def_rating;
  row.efg_pct = effective_field_goals(own);
  row.ts_pct = true_shooting(own);
  row.tov_pct = turnover_rate(own);
  row.orb_pct = offensive_rebound_share(own, opponent);
  row.ft_rate = free_throw_rate(own);
  return row;
}

}  // namespace

std::vector<team_factors_row> derive_team_factors(const game_rows& rows, std::span<const possession_row> possessions) {
  if (rows.team_stats.size() != 2) return {};
  const auto& home = rows.team_stats[0];
  const auto& away = rows.team_stats[1];
  const double estimate =
      0.5 * (one_sided_possessions(home.line, away.line) + one_sided_possessions(away.line, home.line));
  const double home_counted = counted_possessions(possessions, home.team_id);
  const double away_counted = counted_possessions(possessions, away.team_id);
  const bool is_counted = home_counted > 0 && away_counted > 0;
  const side_of_game home_side{home, is_counted ? home_counted : estimate};
  const side_of_game away_side{away, is_counted ? away_counted : estimate};
  std::vector<team_factors_row> factors{factors_of(home_side, away_side, rows.game.periods),
                                        factors_of(away_side, home_side, rows.game.periods)};
  for (auto& row : factors) {
    row.possessions_method = is_counted ? "counted" : "box_estimate";
    row.box_possessions = estimate;
  }
  return factors;
}

void table_traits<team_factors_row>::derive(const derive_input& from, derived_rows& out) {
  out.team_factors = derive_team_factors(from.game, out.possessions);
}

}  // namespace nba
