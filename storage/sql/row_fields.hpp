// The columns of the rows that only the database has, and what frames a row of a game.
//
// Purpose: with the descriptions beside the row types (pipeline/table_traits.hpp) this is all that column lists,
// writing (COPY, bound parameters, cells) and reading go by, for both databases. What a visitor has to take is listed
// in field_codec.hpp. The tables themselves are in storage/migrations; docs/data-model.md explains them. Threads:
// templates without state.
#pragma once

#include "pipeline/derive/tables.hpp"
#include "pipeline/plan/planned_game.hpp"

#include <string>
#include <string_view>

namespace nba::sql {

// Which rules made the rows of a derived table of one game.
struct derived_version_row {
  std::string_view table_name;
  int rules_version = 0;
};
template <class Visitor, maybe_const<derived_version_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("table_name", computed{row.table_name});
  visit("rules_version", row.rules_version);
}

// ---- plan ---------------------------------------------------------------------------------------------------------
// The whole row of `schedule_games` but for `updated_at`.

template <class Visitor, maybe_const<planned_game> Row>
void visit_fields(Visitor&& visit, Row& row) {
  const auto season = row.id.empty() ? std::string() : to_string(row.id.in_season());
  visit("game_id", row.id);
  visit("season", computed{season});
  visit("game_type", computed{row.id.empty() ? std::string_view() : to_string(row.id.type())});
  visit("game_date", row.date);
  visit("tipoff_utc", row.tipoff_utc);
  visit("status", row.status);
  visit("postponed", row.postponed);
  visit("if_necessary", row.if_necessary);
  visit("home_team_id", zero_is_null{row.home_team_id});
  visit("away_team_id", zero_is_null{row.away_team_id});
  visit("home_tricode", row.home_tricode);
  visit("away_tricode", row.away_tricode);
  visit("home_score", row.home_score);
  visit("away_score", row.away_score);
  visit("arena_name", row.arena_name);
  visit("arena_city", row.arena_city);
  visit("arena_state", row.arena_state);
  visit("is_neutral", row.is_neutral);
}

// ---- records ------------------------------------------------------------------------------------------------------

// Where one row came from: the three last columns of every fact table.
struct row_origin {
  std::string_view source, url;
  utc_time ingested_at{};
};

// A whole row of a table that belongs to a game: the id, the row's own columns, and in fact tables its origin.
template <class Visitor, class Row>
void visit_record(Visitor&& visit, const game_id& id, Row& row, const row_origin& origin) {
  visit("game_id", id);
  visit_fields(visit, row);
  if constexpr (maybe_const<Row, derived_version_row>) return;
  visit("source", origin.source);
  visit("source_url", origin.url);
  visit("ingested_at", origin.ingested_at);
}

}  // namespace nba::sql

template <>
struct nba::table_traits<nba::sql::derived_version_row> {
  static constexpr std::string_view name = "derived_versions";
};
