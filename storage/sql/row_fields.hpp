// The columns of every table that holds rows of pipeline/, each named once.
//
// Purpose: one description per row type serves column lists, writing (COPY, bound parameters, cells) and reading, for
// both databases. `visit_fields(visitor, row)` calls `visitor(column, member)` in the order of the table's columns;
// the row may be const (writing) or not (reading). What a visitor has to take is listed in field_codec.hpp.
// The tables themselves are in storage/migrations; docs/data-model.md explains them.
// Threads: templates without state.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/rows.hpp"

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace nba::sql {

// Hundredths of a second in memory, seconds in the table.
template <class T>
struct hundredths {
  T& value;
};
template <class T>
hundredths(T&) -> hundredths<T>;

// Empty text in memory, NULL in the table.
template <class T>
struct empty_is_null {
  T& value;
};
template <class T>
empty_is_null(T&) -> empty_is_null<T>;

// Id 0 ("not decided yet") in memory, NULL in the table.
template <class T>
struct zero_is_null {
  T& value;
};
template <class T>
zero_is_null(T&) -> zero_is_null<T>;

// A column that follows from others (season and game type from the id): written, ignored when read.
struct computed {
  std::string_view value;
};

template <class Row, class T>
concept row_of = std::same_as<std::remove_const_t<Row>, T>;

// ---- core ---------------------------------------------------------------------------------------------------------
// The columns between `game_id` and `source`; see visit_record.

template <class Visitor, row_of<game_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  const auto season = row.game_id.empty() ? std::string() : to_string(row.game_id.in_season());
  visit("season", computed{season});
  visit("game_type", computed{row.game_id.empty() ? std::string_view() : to_string(row.game_id.type())});
  visit("game_date", row.game_date);
  visit("tipoff_utc", row.tipoff_utc);
  visit("status", row.status);
  visit("home_team_id", row.home_team_id);
  visit("away_team_id", row.away_team_id);
  visit("home_tricode", row.home_tricode);
  visit("away_tricode", row.away_tricode);
  visit("home_score", row.home_score);
  visit("away_score", row.away_score);
  visit("periods", row.periods);
  visit("duration_minutes", row.duration_minutes);
  visit("attendance", row.attendance);
  visit("arena_id", row.arena_id);
  visit("arena_name", row.arena_name);
  visit("arena_city", row.arena_city);
  visit("arena_state", row.arena_state);
  visit("arena_country", row.arena_country);
  visit("arena_timezone", row.arena_timezone);
  visit("is_neutral", row.is_neutral);
}

template <class Visitor, row_of<team_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("tricode", row.tricode);
  visit("city", row.city);
  visit("name", row.name);
}

template <class Visitor, row_of<player_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("player_id", row.player_id);
  visit("first_name", row.first_name);
  visit("family_name", row.family_name);
  visit("name", row.name);
}

template <class Visitor, row_of<period_score_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("period", row.period);
  visit("points", row.points);
}

template <class Visitor, row_of<official_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("official_id", row.official_id);
  visit("name", row.name);
  visit("assignment", row.assignment);
  visit("jersey_number", row.jersey_number);
}

template <class Visitor, row_of<stat_line> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("points", row.points);
  visit("fgm", row.fgm);
  visit("fga", row.fga);
  visit("fg3m", row.fg3m);
  visit("fg3a", row.fg3a);
  visit("ftm", row.ftm);
  visit("fta", row.fta);
  visit("oreb", row.oreb);
  visit("dreb", row.dreb);
  visit("reb", row.reb);
  visit("ast", row.ast);
  visit("stl", row.stl);
  visit("blk", row.blk);
  visit("tov", row.tov);
  visit("pf", row.pf);
}

template <class Visitor, row_of<team_stats_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit_fields(visit, row.line);
  visit("team_reb", row.team_reb);
  visit("team_tov", row.team_tov);
  visit("seconds_played", hundredths{row.seconds_played_hundredths});
  visit("points_in_paint", row.points_in_paint);
  visit("points_fast_break", row.points_fast_break);
  visit("points_second_chance", row.points_second_chance);
  visit("points_off_turnovers", row.points_off_turnovers);
  visit("bench_points", row.bench_points);
  visit("biggest_lead", row.biggest_lead);
  visit("lead_changes", row.lead_changes);
  visit("times_tied", row.times_tied);
  visit("technical_fouls", row.technical_fouls);
}

template <class Visitor, row_of<player_stats_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("player_id", row.player_id);
  visit("position", empty_is_null{row.position});
  visit("jersey_number", row.jersey_number);
  visit("starter", row.starter);
  visit("played", row.played);
  visit("not_playing_reason", empty_is_null{row.not_playing_reason});
  visit("seconds_played", hundredths{row.seconds_played_hundredths});
  visit_fields(visit, row.line);
  visit("plus_minus", row.plus_minus);
}

template <class Visitor, row_of<pbp_event_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("event_idx", row.event_idx);
  visit("order_number", row.order_number);
  visit("action_number", row.action_number);
  visit("period", row.period);
  visit("clock_seconds", hundredths{row.clock_hundredths});
  visit("elapsed_seconds", hundredths{row.elapsed_hundredths});
  visit("action_type", row.action_type);
  visit("sub_type", empty_is_null{row.sub_type});
  visit("descriptor", empty_is_null{row.descriptor});
  visit("qualifiers", empty_is_null{row.qualifiers});
  visit("team_id", row.team_id);
  visit("player_id", row.player_id);
  visit("possession_team_id", row.possession_team_id);
  visit("score_home", row.score_home);
  visit("score_away", row.score_away);
  visit("x", row.x);
  visit("y", row.y);
  visit("shot_distance", row.shot_distance);
  visit("shot_result", empty_is_null{row.shot_result});
  visit("points", row.points);
  visit("assist_player_id", row.assist_player_id);
  visit("description", empty_is_null{row.description});
  visit("time_actual", row.time_actual);
  visit("edited_at", row.edited_at);
}

// ---- derived ------------------------------------------------------------------------------------------------------

template <class Visitor, row_of<outcome_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("home_points", row.home_points);
  visit("away_points", row.away_points);
  visit("margin", row.margin);
  visit("total_points", row.total_points);
  visit("winner_team_id", row.winner_team_id);
  visit("overtime_periods", row.overtime_periods);
}

template <class Visitor, row_of<team_factors_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("possessions", row.possessions);
  visit("possessions_method", row.possessions_method);
  visit("box_possessions", row.box_possessions);
  visit("pace", row.pace);
  visit("off_rating", row.off_rating);
  visit("def_rating", row.def_rating);
  visit("net_rating", row.net_rating);
  visit("efg_pct", row.efg_pct);
  visit("ts_pct", row.ts_pct);
  visit("tov_pct", row.tov_pct);
  visit("orb_pct", row.orb_pct);
  visit("ft_rate", row.ft_rate);
}

template <class Visitor, row_of<possession_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("possession_idx", row.possession_idx);
  visit("period", row.period);
  visit("offense_team_id", row.offense_team_id);
  visit("start_clock", hundredths{row.start_clock_hundredths});
  visit("end_clock", hundredths{row.end_clock_hundredths});
  visit("points", row.points);
  visit("defense_points", row.defense_points);
  visit("end_reason", row.end_reason);
  visit("is_counted", row.is_counted);
  visit("end_event_idx", row.end_event_idx);
}

template <class Visitor, row_of<lineup_stint_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("stint_idx", row.stint_idx);
  visit("period", row.period);
  visit("start_elapsed", hundredths{row.start_elapsed_hundredths});
  visit("end_elapsed", hundredths{row.end_elapsed_hundredths});
  visit("home_lineup", row.home_lineup);
  visit("away_lineup", row.away_lineup);
  visit("home_points", row.home_points);
  visit("away_points", row.away_points);
  visit("home_possessions", row.home_possessions);
  visit("away_possessions", row.away_possessions);
}

template <class Visitor, row_of<player_on_court_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("player_id", row.player_id);
  visit("seconds_on", hundredths{row.seconds_on_hundredths});
  visit("seconds_as_recorded", hundredths{row.seconds_as_recorded_hundredths});
  visit("plus_minus", row.plus_minus);
  visit("possessions_on", row.possessions_on);
}

template <class Visitor, row_of<q1_window_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("home_possessions", row.home_possessions);
  visit("away_possessions", row.away_possessions);
  visit("pace48", row.pace48);
  visit("home_efg", row.home_efg);
  visit("away_efg", row.away_efg);
  visit("home_tov_rate", row.home_tov_rate);
  visit("away_tov_rate", row.away_tov_rate);
  visit("home_ft_rate", row.home_ft_rate);
  visit("away_ft_rate", row.away_ft_rate);
  visit("home_orb_pct", row.home_orb_pct);
  visit("away_orb_pct", row.away_orb_pct);
  visit("home_bonus_seconds", hundredths{row.home_bonus_hundredths});
  visit("away_bonus_seconds", hundredths{row.away_bonus_hundredths});
}

template <class Visitor, row_of<early_shock_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("shock_idx", row.shock_idx);
  visit("event_type", row.event_type);
  visit("period", row.period);
  visit("clock_seconds", hundredths{row.clock_hundredths});
  visit("team_id", row.team_id);
  visit("player_id", row.player_id);
  visit("immediate_sub", row.immediate_sub);
  visit("description", empty_is_null{row.description});
}

// Which rules made the rows of a derived table of one game.
struct derived_version_row {
  std::string_view table_name;
  int rules_version = 0;
};
template <class Visitor, row_of<derived_version_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("table_name", computed{row.table_name});
  visit("rules_version", row.rules_version);
}

template <class Visitor, row_of<travel_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("days_rest", row.days_rest);
  visit("is_back_to_back", row.is_back_to_back);
  visit("is_3_in_4", row.is_3_in_4);
  visit("is_5_in_7", row.is_5_in_7);
  visit("travel_distance_km", row.travel_distance_km);
  visit("timezone_shift_hours", row.timezone_shift_hours);
  visit("altitude_change_m", row.altitude_change_m);
  visit("prev_game_id", row.prev_game_id);
  visit("prev_game_date", row.prev_game_date);
}

// ---- plan ---------------------------------------------------------------------------------------------------------
// The whole row of `schedule_games` but for `updated_at`.

template <class Visitor, row_of<planned_game> Row>
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
  if constexpr (row_of<Row, derived_version_row>) return;
  visit("source", origin.source);
  visit("source_url", origin.url);
  visit("ingested_at", origin.ingested_at);
}

}  // namespace nba::sql
