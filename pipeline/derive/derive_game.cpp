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
  std::size_t count = 0;
  for_each_table(derived_table_list{}, [&]<class Row>(std::type_identity<Row>) {
    if (tables.contains<Row>()) count += rows_of<Row>(rows).size();
  });
  return count;
}

}  // namespace nba
