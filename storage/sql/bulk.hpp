// The bulk path: all rows of some games, table by table.
//
// Purpose: walks the rows for both databases. `table(shape, row_count, feed)` is called once for each table that has
// rows, with the rows of all games, so that several games share one COPY or one series of multi-row inserts;
// `feed(sink)` puts the rows into a sink (field_codec.hpp), framing each by begin_row() and end_row(). Threads:
// templates without state.
#pragma once

#include "pipeline/derive/tables.hpp"
#include "storage/sql/field_codec.hpp"
#include "storage/sql/table_shape.hpp"

#include <span>
#include <type_traits>
#include <vector>

namespace nba::sql {

// The derived rows of one game, ready to be written.
struct derived_record {
  const nba::game_id* game_id = nullptr;
  const derived_rows* rows = nullptr;
  row_origin origin;
  derived_table_set tables;
  std::vector<derived_version_row> versions;  // one for each of `tables`
};

// `rows_of(game)` answers the rows as a span, `id_of(game)` and `origin_of(game)` what frames them.
template <class Row, class Games, class RowsOf, class IdOf, class OriginOf, class Table>
void visit_table(const Games& games, RowsOf rows_of, IdOf id_of, OriginOf origin_of, Table& table) {
  std::size_t row_count = 0;
  for (const auto& game : games) row_count += std::span<const Row>(rows_of(game)).size();
  if (row_count == 0) return;
  table(shape_of<Row>(), row_count, [&](auto& sink) {
    field_writer writer(sink);
    for (const auto& game : games) {
      const auto origin = origin_of(game);
      for (const Row& row : std::span<const Row>(rows_of(game))) {
        sink.begin_row();
        visit_record(writer, id_of(game), row, origin);
        sink.end_row();
      }
    }
  });
}

// The tables of core_table_list. Teams and players are upserted elsewhere (people.hpp).
template <class Table>
void visit_core_tables(std::span<const game_rows* const> games, Table&& table) {
  for_each_table(core_table_list{}, [&]<class Row>(std::type_identity<Row>) {
    visit_table<Row>(
        games, [](const game_rows* game) { return nba::rows_of<Row>(*game); },
        [](const game_rows* game) -> const game_id& { return game->game.game_id; },
        [](const game_rows* game) {
          return row_origin{game->origin.source, game->origin.urls[table_traits<Row>::document],
                            game->origin.ingested_at};
        },
        table);
  });
}

// The tables of `derived_table_list` that each record writes, and `derived_versions`.
template <class Table>
void visit_derived_tables(std::span<const derived_record> games, Table&& table) {
  const auto id_of = [](const derived_record& game) -> const game_id& { return *game.game_id; };
  const auto origin_of = [](const derived_record& game) { return game.origin; };
  for_each_table(derived_table_list{}, [&]<class Row>(std::type_identity<Row>) {
    const auto rows = [](const derived_record& game) {
      return game.tables.contains<Row>() ? nba::rows_of<Row>(*game.rows) : std::span<const Row>();
    };
    visit_table<Row>(games, rows, id_of, origin_of, table);
  });
  visit_table<derived_version_row>(
      games, [](const derived_record& game) { return std::span(game.versions); }, id_of, origin_of, table);
}

}  // namespace nba::sql
