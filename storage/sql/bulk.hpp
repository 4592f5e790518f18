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

// The tables of core_game_tables. Teams and players are upserted elsewhere (people.hpp).
template <class Table>
void visit_core_tables(std::span<const game_rows* const> games, Table&& table) {
  const auto id_of = [](const game_rows* game) -> const game_id& { return game->game.game_id; };
  const auto from_boxscore = [](const game_rows* game) {
    return row_origin{game->origin.source, game->origin.boxscore_url, game->origin.ingested_at};
  };
  const auto from_playbyplay = [](const game_rows* game) {
    return row_origin{game->origin.source, game->origin.playbyplay_url, game->origin.ingested_at};
  };
  const auto boxscore_rows = [&]<class Row>(auto rows_of, std::type_identity<Row>) {
    visit_table<Row>(games, rows_of, id_of, from_boxscore, table);
  };
  boxscore_rows([](const game_rows* game) { return std::span(&game->game, 1); }, std::type_identity<game_row>{});
  boxscore_rows([](const game_rows* game) { return std::span(game->period_scores); },
                std::type_identity<period_score_row>{});
  boxscore_rows([](const game_rows* game) { return std::span(game->officials); }, std::type_identity<official_row>{});
  boxscore_rows([](const game_rows* game) { return std::span(game->team_stats); },
                std::type_identity<team_stats_row>{});
  boxscore_rows([](const game_rows* game) { return std::span(game->player_stats); },
                std::type_identity<player_stats_row>{});
  visit_table<pbp_event_row>(
      games, [](const game_rows* game) { return std::span(game->events); }, id_of, from_playbyplay, table);
}

// The tables of `derived_tables` that each record writes, and `derived_versions`.
template <class Table>
void visit_derived_tables(std::span<const derived_record> games, Table&& table) {
  const auto id_of = [](const derived_record& game) -> const game_id& { return *game.game_id; };
  const auto origin_of = [](const derived_record& game) { return game.origin; };
  const auto rows_of = [&]<class Row>(derived_table which, auto all_rows, std::type_identity<Row>) {
    visit_table<Row>(
        games,
        [&](const derived_record& game) {
          return game.tables.contains(which) ? std::span<const Row>(all_rows(*game.rows)) : std::span<const Row>();
        },
        id_of, origin_of, table);
  };
  rows_of(
      derived_table::outcomes, [](const derived_rows& of) { return std::span(&of.outcome, 1); },
      std::type_identity<outcome_row>{});
  rows_of(
      derived_table::team_game_factors, [](const derived_rows& of) { return std::span(of.team_factors); },
      std::type_identity<team_factors_row>{});
  rows_of(
      derived_table::schedule_travel, [](const derived_rows& of) { return std::span(of.travel); },
      std::type_identity<travel_row>{});
  rows_of(
      derived_table::possessions, [](const derived_rows& of) { return std::span(of.possessions); },
      std::type_identity<possession_row>{});
  rows_of(
      derived_table::lineup_stints, [](const derived_rows& of) { return std::span(of.stints); },
      std::type_identity<lineup_stint_row>{});
  rows_of(
      derived_table::player_on_court, [](const derived_rows& of) { return std::span(of.on_court); },
      std::type_identity<player_on_court_row>{});
  rows_of(
      derived_table::q1_window_12_8,
      [](const derived_rows& of) { return std::span(of.q1_window ? &*of.q1_window : nullptr, of.q1_window ? 1 : 0); },
      std::type_identity<q1_window_row>{});
  rows_of(
      derived_table::early_shocks, [](const derived_rows& of) { return std::span(of.shocks); },
      std::type_identity<early_shock_row>{});
  visit_table<derived_version_row>(
      games, [](const derived_record& game) { return std::span(game.versions); }, id_of, origin_of, table);
}

}  // namespace nba::sql
