#include "pipeline/derive/derive.hpp"
#include "pipeline/derive/first_quarter.hpp"
#include "pipeline/derive/lineups.hpp"
#include "pipeline/derive/plays.hpp"
#include "pipeline/derive/possessions.hpp"

#include <utility>

namespace nba {

derived_rows derive_game(const game_rows& rows, const season_travel& travel) {
  const auto plays = plays_of(rows);
  derived_rows derived;
  derived.outcome = derive_outcome(rows);
  derived.possessions = count_possessions(plays, rows.game);
  derived.team_factors = derive_team_factors(rows, derived.possessions);
  derived.travel = travel.rows_of(rows.game.game_id);
  const auto corrections = choose_overrides(rows).applied;
  auto lineups = derive_lineups(rows, derived.possessions, corrections);
  derived.stints = std::move(lineups.stints);
  derived.on_court = std::move(lineups.players);
  derived.problems = std::move(lineups.problems);
  derived.q1_window = derive_q1_window(plays, rows.game, derived.possessions);
  derived.shocks = derive_early_shocks(plays, rows, derived.possessions);
  return derived;
}

std::size_t row_count(const derived_rows& rows, derived_table_set tables) {
  const auto of = [&](derived_table table, std::size_t count) { return tables.contains(table) ? count : 0; };
  return of(derived_table::outcomes, 1) + of(derived_table::team_game_factors, rows.team_factors.size()) +
         of(derived_table::schedule_travel, rows.travel.size()) +
         of(derived_table::possessions, rows.possessions.size()) +
         of(derived_table::lineup_stints, rows.stints.size()) +
         of(derived_table::player_on_court, rows.on_court.size()) +
         of(derived_table::q1_window_12_8, rows.q1_window ? 1 : 0) +
         of(derived_table::early_shocks, rows.shocks.size());
}

}  // namespace nba
