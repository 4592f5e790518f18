#include "pipeline/derive/derive.hpp"
#include "pipeline/derive/plays.hpp"

namespace nba {

derived_rows derive_game(const game_rows& rows, const season_travel& travel) {
  const auto plays = plays_of(rows);
  const derive_input from{rows, travel, plays};
  derived_rows derived;
  for_each_table(derived_table_list{},
                 [&]<class Row>(std::type_identity<Row>) { table_traits<Row>::derive(from, derived); });
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
