// Rows of the core tables, each with its columns.
//
// Shapes follow the tables of the contract (docs/data-model.md); a member is called after its column. Units last in a
// name. `std::optional` is SQL NULL. Ids of teams and people are 64-bit integers; 0 never reaches a table.
// Beside each row `visit_fields` names its columns (table_traits.hpp), without those that every table has: the game,
// and where the row came from.
// Threads: plain values.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/table_traits.hpp"
#include "pipeline/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

struct game_row {
  nba::game_id game_id;
  et_date game_date{};  // date part of `gameEt`
  utc_time tipoff_utc{};
  int status = 3;
  std::int64_t home_team_id = 0;
  std::int64_t away_team_id = 0;
  std::string home_tricode, away_tricode;
  int home_score = 0;
  int away_score = 0;
  int periods = 0;                      // periods played, 4 plus overtimes
  std::optional<int> duration_minutes;  // wall-clock length; absent or 0 in the payload is NULL
  std::optional<int> attendance;        // absent is NULL; 0 is a real value (games behind closed doors)
  std::optional<std::int64_t> arena_id;
  std::string arena_name, arena_city, arena_state, arena_country, arena_timezone;
  bool is_neutral = false;  // from the schedule; the box score does not say
};
template <class Visitor, maybe_const<game_row> Row>
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

struct team_row {
  std::int64_t team_id = 0;
  std::string tricode, city, name;
};
template <class Visitor, maybe_const<team_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("tricode", row.tricode);
  visit("city", row.city);
  visit("name", row.name);
}

struct player_row {
  std::int64_t player_id = 0;
  std::string first_name, family_name, name;
};
template <class Visitor, maybe_const<player_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("player_id", row.player_id);
  visit("first_name", row.first_name);
  visit("family_name", row.family_name);
  visit("name", row.name);
}

struct period_score_row {
  std::int64_t team_id = 0;
  int period = 0;
  int points = 0;
};
template <class Visitor, maybe_const<period_score_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("period", row.period);
  visit("points", row.points);
}

struct official_row {
  std::int64_t official_id = 0;
  std::string name, assignment, jersey_number;
};
template <class Visitor, maybe_const<official_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("official_id", row.official_id);
  visit("name", row.name);
  visit("assignment", row.assignment);
  visit("jersey_number", row.jersey_number);
}

// Counting statistics shared by team and player lines. Names are the field's own (fgm = field goals made).
struct stat_line {
  int points = 0;
  int fgm = 0, fga = 0, fg3m = 0, fg3a = 0, ftm = 0, fta = 0;
  int oreb = 0, dreb = 0, reb = 0, ast = 0, stl = 0, blk = 0, tov = 0, pf = 0;
};
template <class Visitor, maybe_const<stat_line> Row>
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

// Team totals as the box score's `statistics` has them. oreb/dreb/reb are the players' rebounds (reboundsOffensive,
// reboundsDefensive, reboundsPersonal), without `team_reb`; tov is `turnoversTotal`: players' turnovers and `team_tov`.
// So in all 4,958 team lines of two recorded seasons; which field is which column: docs/derived.md.
struct team_stats_row {
  std::int64_t team_id = 0;
  stat_line line;
  int team_reb = 0;                   // reboundsTeam
  int team_tov = 0;                   // turnoversTeam
  int seconds_played_hundredths = 0;  // as the scorer has it; PT240M00.00S in regulation (once 244:20)
  int points_in_paint = 0, points_fast_break = 0, points_second_chance = 0, points_off_turnovers = 0, bench_points = 0;
  int biggest_lead = 0, lead_changes = 0, times_tied = 0;
  int technical_fouls = 0;  // foulsTechnical + foulsTeamTechnical
};
template <class Visitor, maybe_const<team_stats_row> Row>
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

struct player_stats_row {
  std::int64_t team_id = 0;
  std::int64_t player_id = 0;
  std::string position;       // only starters have one; empty is NULL
  std::string jersey_number;  // "00" and "0" are different numbers
  bool starter = false;
  bool played = false;                // the payload's flag; "played" with zero seconds happens
  std::string not_playing_reason;     // trimmed; empty is NULL
  int seconds_played_hundredths = 0;  // official minutes, written to the table as seconds with two decimals
  stat_line line;
  int plus_minus = 0;  // plusMinusPoints
};
template <class Visitor, maybe_const<player_stats_row> Row>
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

// One play-by-play action, in true order.
struct pbp_event_row {
  int event_idx = 0;  // 0 ... n-1, by orderNumber (ties: by position in the payload)
  std::int64_t order_number = 0;
  int action_number = 0;
  int period = 0;
  int clock_hundredths = 0;          // left in the period; table: clock_seconds
  int elapsed_hundredths = 0;        // since tip-off, never negative; table: elapsed_seconds
  std::string action_type;           // as sent; unknown types are stored
  std::string sub_type, descriptor;  // empty is NULL
  std::string qualifiers;            // joined by ','; empty is NULL
  std::optional<std::int64_t> team_id;
  std::optional<std::int64_t> player_id;           // personId 0 is NULL; may be a coach, who is in no player line
  std::optional<std::int64_t> possession_team_id;  // possession 0 is NULL
  int score_home = 0;
  int score_away = 0;
  std::optional<double> x, y;           // percent of the court's length and width
  std::optional<double> shot_distance;  // feet
  std::string shot_result;              // "Made", "Missed"; empty is NULL
  int points = 0;                       // what this event scored
  std::optional<std::int64_t> assist_player_id;
  std::string description;  // empty is NULL
  std::optional<utc_time> time_actual;
  std::optional<utc_time> edited_at;
};
template <class Visitor, maybe_const<pbp_event_row> Row>
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

}  // namespace nba
