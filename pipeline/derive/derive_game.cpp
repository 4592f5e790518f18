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

}  // namespace nba
