#include "storage/sql/people.hpp"

#include "storage/sql/field_codec.hpp"
#include "storage/sql/table_shape.hpp"

#include <map>
#include <utility>

namespace nba::sql {
namespace {

// What the row says, then which game said it.
template <class Visitor, class Row>
void visit_person(Visitor&& visit, const Row& row, et_date last_game_date, const row_origin& origin) {
  visit_fields(visit, row);
  visit("last_game_date", last_game_date);
  visit("source", origin.source);
  visit("source_url", origin.url);
  visit("ingested_at", origin.ingested_at);
}

template <class Row>
upsert_target target_of() {
  upsert_target target{table_traits<Row>::name, {}};
  const Row row;
  visit_person(shape_visitor{target.columns}, row, et_date{}, row_origin{});
  constexpr std::size_t origin_columns = 3;
  target.compared = target.columns.size() - origin_columns;
  target.never_back = "last_game_date";
  return target;
}

template <class Row>
keyed_rows latest_rows(std::span<const game_rows* const> games) {
  std::map<std::int64_t, std::pair<const Row*, const game_rows*>> latest;
  for (const auto* game : games)
    for (const Row& row : rows_of<Row>(*game)) {
      auto& kept = latest[row.*table_traits<Row>::id];
      if (!kept.second || kept.second->game.game_date <= game->game.game_date) kept = {&row, game};
    }
  keyed_rows rows;
  for (const auto& [id, kept] : latest) {
    const auto& [row, game] = kept;
    auto& cells = rows[integer(id)];
    cell_sink sink(cells);
    visit_person(field_writer<cell_sink>(sink), *row, game->game.game_date,
                 row_origin{game->origin.source, game->origin.boxscore_url, game->origin.ingested_at});
  }
  return rows;
}

}  // namespace

people_upserts::people_upserts() : teams_(target_of<team_row>()), players_(target_of<player_row>()) {}

void people_upserts::run(session& db, std::span<const game_rows* const> games) {
  teams_.run(db, latest_rows<team_row>(games));
  players_.run(db, latest_rows<player_row>(games));
}

}  // namespace nba::sql
