#include "pipeline/derive/derive.hpp"
#include "pipeline/game_clock.hpp"

#include <algorithm>

namespace nba {

outcome_row derive_outcome(const game_rows& rows) {
  const auto& game = rows.game;
  outcome_row outcome;
  outcome.home_points = game.home_score;
  outcome.away_points = game.away_score;
  outcome.margin = game.home_score - game.away_score;
  outcome.total_points = game.home_score + game.away_score;
  // Acceptance lets no tie pass.
  outcome.winner_team_id = outcome.margin > 0 ? game.home_team_id : game.away_team_id;
  outcome.overtime_periods = std::max(game.periods - regulation_periods, 0);
  return outcome;
}

void table_traits<outcome_row>::derive(const derive_input& from, derived_rows& out) {
  out.outcome = derive_outcome(from.game);
}

}  // namespace nba
