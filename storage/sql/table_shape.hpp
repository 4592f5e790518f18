// Names and columns of the tables, taken from the row descriptions.
//
// Threads: constants, and functions that build an immutable value once (thread-safe statics).
#pragma once

#include "storage/sql/row_fields.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace nba::sql {

struct column_shape {
  std::string_view name;
  std::string_view type;  // PostgreSQL's name for it
};

struct table_shape {
  std::string_view name;
  std::vector<column_shape> columns;
};

// "game_id, event_idx, ..."
std::string column_list(const table_shape& table);

// Tables with rows that belong to one game, filled by the bulk path. `games` is first: its row exists when any does.
inline constexpr std::array<std::string_view, 6> core_game_tables{"games",           "period_scores",     "officials",
                                                                  "team_game_stats", "player_game_stats", "pbp_events"};
// Every table of the schema in the order people read them.
inline constexpr std::array<std::string_view, 28> all_tables{"ingest_watermarks",
                                                             "ingest_games",
                                                             "dead_letters",
                                                             "ingest_runs",
                                                             "run_locks",
                                                             "run_lock_numbers",
                                                             "schedule_games",
                                                             "schedule_readings",
                                                             "schedule_left_out",
                                                             "schema_migrations",
                                                             "meta",
                                                             "games",
                                                             "teams",
                                                             "players",
                                                             "period_scores",
                                                             "officials",
                                                             "team_game_stats",
                                                             "player_game_stats",
                                                             "pbp_events",
                                                             "outcomes",
                                                             "team_game_factors",
                                                             "schedule_travel",
                                                             "possessions",
                                                             "lineup_stints",
                                                             "player_on_court",
                                                             "q1_window_12_8",
                                                             "early_shocks",
                                                             "derived_versions"};

template <class Row>
inline constexpr std::string_view table_name = "";
template <>
inline constexpr std::string_view table_name<game_row> = "games";
template <>
inline constexpr std::string_view table_name<period_score_row> = "period_scores";
template <>
inline constexpr std::string_view table_name<official_row> = "officials";
template <>
inline constexpr std::string_view table_name<team_stats_row> = "team_game_stats";
template <>
inline constexpr std::string_view table_name<player_stats_row> = "player_game_stats";
template <>
inline constexpr std::string_view table_name<pbp_event_row> = "pbp_events";
template <>
inline constexpr std::string_view table_name<outcome_row> = "outcomes";
template <>
inline constexpr std::string_view table_name<team_factors_row> = "team_game_factors";
template <>
inline constexpr std::string_view table_name<travel_row> = "schedule_travel";
template <>
inline constexpr std::string_view table_name<possession_row> = "possessions";
template <>
inline constexpr std::string_view table_name<lineup_stint_row> = "lineup_stints";
template <>
inline constexpr std::string_view table_name<player_on_court_row> = "player_on_court";
template <>
inline constexpr std::string_view table_name<q1_window_row> = "q1_window_12_8";
template <>
inline constexpr std::string_view table_name<early_shock_row> = "early_shocks";
template <>
inline constexpr std::string_view table_name<derived_version_row> = "derived_versions";

// Collects name and type of every field it visits.
class shape_visitor {
 public:
  explicit shape_visitor(std::vector<column_shape>& out) : out_(out) {}

  template <class Field>
  void operator()(std::string_view name, const Field& field) {
    out_.push_back({name, type_of(field)});
  }

 private:
  static std::string_view type_of(int) { return "integer"; }
  static std::string_view type_of(std::int64_t) { return "bigint"; }
  static std::string_view type_of(double) { return "double precision"; }
  static std::string_view type_of(bool) { return "boolean"; }
  static std::string_view type_of(const std::string&) { return "text"; }
  static std::string_view type_of(std::string_view) { return "text"; }
  static std::string_view type_of(computed) { return "text"; }
  static std::string_view type_of(possession_end) { return "text"; }
  static std::string_view type_of(shock_type) { return "text"; }
  static std::string_view type_of(const game_id&) { return "text"; }
  static std::string_view type_of(game_status) { return "integer"; }
  static std::string_view type_of(et_date) { return "date"; }
  static std::string_view type_of(utc_time) { return "timestamptz"; }
  template <class T>
  static std::string_view type_of(const std::optional<T>&) {
    return type_of(T{});
  }
  template <class T>
  static std::string_view type_of(hundredths<T>) {
    return "double precision";
  }
  template <class T>
  static std::string_view type_of(empty_is_null<T>) {
    return "text";
  }
  template <class T>
  static std::string_view type_of(zero_is_null<T>) {
    return "bigint";
  }

  std::vector<column_shape>& out_;
};

// The columns that visit_fields names.
template <class Row>
std::vector<column_shape> fields_of() {
  std::vector<column_shape> columns;
  const Row row;
  visit_fields(shape_visitor{columns}, row);
  return columns;
}

// The fact table of a row type, with all its columns.
template <class Row>
const table_shape& shape_of() {
  static const table_shape shape = [] {
    table_shape made{table_name<Row>, {}};
    const Row row;
    visit_record(shape_visitor{made.columns}, game_id{}, row, row_origin{});
    return made;
  }();
  return shape;
}

}  // namespace nba::sql
