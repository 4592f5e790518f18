// Rows of the derived tables, each with its columns; see core_rows.hpp.
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

struct outcome_row {
  int home_points = 0, away_points = 0;
  int margin = 0;  // home - away
  int total_points = 0;
  std::int64_t winner_team_id = 0;
  int overtime_periods = 0;
};
template <class Visitor, maybe_const<outcome_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("home_points", row.home_points);
  visit("away_points", row.away_points);
  visit("margin", row.margin);
  visit("total_points", row.total_points);
  visit("winner_team_id", row.winner_team_id);
  visit("overtime_periods", row.overtime_periods);
}

// Why a possession ended; every possession ends for exactly one of these.
enum class possession_end { made_shot, made_free_throw, defensive_rebound, turnover, jump_ball, end_of_period };
// "made_shot", "made_free_throw", ...: the text of the column `end_reason`.
std::string_view to_string(possession_end reason);
std::optional<possession_end> parse_possession_end(std::string_view text);

// One possession, in true order. Rules: pipeline/derive/possessions.hpp.
struct possession_row {
  int possession_idx = 0;  // 0 ... n-1 over the whole game
  int period = 0;
  std::int64_t offense_team_id = 0;
  int start_clock_hundredths = 0;  // left in the period when it began; table: start_clock
  int end_clock_hundredths = 0;    // table: end_clock
  int points = 0;                  // scored by the offense
  int defense_points = 0;          // free throws of the other side; with `points` they add up to the final score
  possession_end end_reason = possession_end::end_of_period;
  bool is_counted = true;  // false: began with two seconds or less and nobody scored or shot free throws any more
  int end_event_idx = 0;   // the event that ended it
};
template <class Visitor, maybe_const<possession_row> Row>
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

// A maximal interval of one period in which the ten on the floor are the same. Rules: pipeline/derive/lineups.hpp.
struct lineup_stint_row {
  int stint_idx = 0;  // 0 ... n-1 over the whole game
  int period = 0;
  int start_elapsed_hundredths = 0;      // since tip-off; table: start_elapsed
  int end_elapsed_hundredths = 0;        // table: end_elapsed
  std::string home_lineup, away_lineup;  // the five player ids, ascending, joined by '-'
  int home_points = 0, away_points = 0;
  int home_possessions = 0, away_possessions = 0;  // counted ones
};
template <class Visitor, maybe_const<lineup_stint_row> Row>
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

struct player_on_court_row {
  std::int64_t team_id = 0;
  std::int64_t player_id = 0;
  int seconds_on_hundredths = 0;           // by the clock as it stands; table: seconds_on
  int seconds_as_recorded_hundredths = 0;  // by the official convention of the season; table: seconds_as_recorded
  int plus_minus = 0;
  int possessions_on = 0;  // counted offensive possessions of his team while he was on the floor
};
template <class Visitor, maybe_const<player_on_court_row> Row>
void visit_fields(Visitor&& visit, Row& row) {
  visit("team_id", row.team_id);
  visit("player_id", row.player_id);
  visit("seconds_on", hundredths{row.seconds_on_hundredths});
  visit("seconds_as_recorded", hundredths{row.seconds_as_recorded_hundredths});
  visit("plus_minus", row.plus_minus);
  visit("possessions_on", row.possessions_on);
}

// Four factors and ratings of one team in one game. Ratios are empty when their denominator is zero.
struct team_factors_row {
  std::int64_t team_id = 0;
  // Counted possessions of this team (`possessions_method` = "counted"), or the box-score estimate ("box_estimate") for
  // a game whose play-by-play cannot be counted.
  double possessions = 0;
  std::string possessions_method = "box_estimate";
  std::optional<double> box_possessions;  // the box-score estimate, one number for both teams; empty by older rules
  std::optional<double> pace, off_rating, def_rating, net_rating;
  std::optional<double> efg_pct, ts_pct, tov_pct, orb_pct, ft_rate;
};
template <class Visitor, maybe_const<team_factors_row> Row>
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

// Period 1 from 12:00 down to 8:00 left, inclusive. Rules: pipeline/derive/first_quarter.hpp.
struct q1_window_row {
  int home_possessions = 0, away_possessions = 0;
  std::optional<double> pace48;  // possessions of one side per 48 minutes
  std::optional<double> home_efg, away_efg, home_tov_rate, away_tov_rate, home_ft_rate, away_ft_rate;
  std::optional<double> home_orb_pct, away_orb_pct;
  int home_bonus_hundredths = 0, away_bonus_hundredths = 0;  // table: home_bonus_seconds, away_bonus_seconds
};
template <class Visitor, maybe_const<q1_window_row> Row>
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

enum class shock_type { early_foul_trouble, technical, flagrant, injury_exit };
// "EARLY_FOUL_TROUBLE", ...: the text of the column `event_type`.
std::string_view to_string(shock_type type);
std::optional<shock_type> parse_shock_type(std::string_view text);

// Something that upsets a team's plan in the first quarter. Rules: pipeline/derive/first_quarter.hpp.
struct early_shock_row {
  int shock_idx = 0;  // 0 ... n-1 over the game, in true order
  shock_type event_type = shock_type::technical;
  int period = 1;
  int clock_hundredths = 0;  // table: clock_seconds
  std::optional<std::int64_t> team_id;
  std::optional<std::int64_t> player_id;  // empty for a team technical
  bool immediate_sub = false;             // the player is replaced at the same stoppage
  std::string description;                // empty is NULL
};
template <class Visitor, maybe_const<early_shock_row> Row>
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

// How a team came to this game. Computed from the season's schedule, not from the game's rows.
struct travel_row {
  std::int64_t team_id = 0;
  std::optional<int> days_rest;  // ET date difference - 1; empty for a season's first game
  bool is_back_to_back = false;
  bool is_3_in_4 = false;
  bool is_5_in_7 = false;
  std::optional<double> travel_distance_km;
  std::optional<double> timezone_shift_hours;
  std::optional<double> altitude_change_m;
  std::optional<nba::game_id> prev_game_id;
  std::optional<et_date> prev_game_date;
  friend bool operator==(const travel_row&, const travel_row&) = default;
};
template <class Visitor, maybe_const<travel_row> Row>
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

}  // namespace nba
