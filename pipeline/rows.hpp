// Rows of one game: what transform produces, load writes and derive reads.
//
// Shapes follow the tables of the contract (docs/data-model.md); a member is called after its column. Units last in a
// name. `std::optional` is SQL NULL. Ids of teams and people are 64-bit integers; 0 never reaches a table.
// Threads: plain values; a finished `game_rows` is shared read-only as std::shared_ptr<const game_rows>.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct team_row {
  std::int64_t team_id = 0;
  std::string tricode, city, name;
};

struct player_row {
  std::int64_t player_id = 0;
  std::string first_name, family_name, name;
};

struct period_score_row {
  std::int64_t team_id = 0;
  int period = 0;
  int points = 0;
};

struct official_row {
  std::int64_t official_id = 0;
  std::string name, assignment, jersey_number;
};

// Counting statistics shared by team and player lines. Names are the field's own (fgm = field goals made).
struct stat_line {
  int points = 0;
  int fgm = 0, fga = 0, fg3m = 0, fg3a = 0, ftm = 0, fta = 0;
  int oreb = 0, dreb = 0, reb = 0, ast = 0, stl = 0, blk = 0, tov = 0, pf = 0;
};

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

// Where the rows of a game came from.
struct provenance {
  std::string source;  // "cdn" or "sim"
  std::string boxscore_url;
  std::string playbyplay_url;
  utc_time ingested_at{};
};

// All core rows of one game.
struct game_rows {
  provenance origin;
  game_row game;
  std::vector<team_row> teams;  // home, away
  std::vector<player_row> players;
  std::vector<period_score_row> period_scores;
  std::vector<official_row> officials;
  std::vector<team_stats_row> team_stats;  // home, away
  std::vector<player_stats_row> player_stats;
  std::vector<pbp_event_row> events;

  // Rows this game writes into all tables.
  std::size_t row_count() const noexcept;
  // Approximate heap bytes, for the byte credit of a link; counts vectors and strings beyond their inline buffer.
  std::size_t approximate_bytes() const noexcept;
};

// ---- derived ------------------------------------------------------------------------------------------------------

struct outcome_row {
  int home_points = 0, away_points = 0;
  int margin = 0;  // home - away
  int total_points = 0;
  std::int64_t winner_team_id = 0;
  int overtime_periods = 0;
};

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

struct player_on_court_row {
  std::int64_t team_id = 0;
  std::int64_t player_id = 0;
  int seconds_on_hundredths = 0;           // by the clock as it stands; table: seconds_on
  int seconds_as_recorded_hundredths = 0;  // by the official convention of the season; table: seconds_as_recorded
  int plus_minus = 0;
  int possessions_on = 0;  // counted offensive possessions of his team while he was on the floor
};

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

// Period 1 from 12:00 down to 8:00 left, inclusive. Rules: pipeline/derive/first_quarter.hpp.
struct q1_window_row {
  int home_possessions = 0, away_possessions = 0;
  std::optional<double> pace48;  // possessions of one side per 48 minutes
  std::optional<double> home_efg, away_efg, home_tov_rate, away_tov_rate, home_ft_rate, away_ft_rate;
  std::optional<double> home_orb_pct, away_orb_pct;
  int home_bonus_hundredths = 0, away_bonus_hundredths = 0;  // table: home_bonus_seconds, away_bonus_seconds
};

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

struct derived_rows {
  outcome_row outcome;
  std::vector<team_factors_row> team_factors;  // home, away
  std::vector<travel_row> travel;              // home, away; empty when the game counts in no travel sequence
  std::vector<possession_row> possessions;
  std::vector<lineup_stint_row> stints;
  std::vector<player_on_court_row> on_court;
  std::optional<q1_window_row> q1_window;
  std::vector<early_shock_row> shocks;
  // What in the record contradicts itself, for a warning; no table has it. Nearly always empty.
  std::vector<std::string> problems;

  std::size_t row_count() const noexcept {
    return 1 + team_factors.size() + travel.size() + possessions.size() + stints.size() + on_court.size() +
           (q1_window ? 1 : 0) + shocks.size();
  }
};

}  // namespace nba
