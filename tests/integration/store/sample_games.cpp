#include "tests/integration/store/sample_games.hpp"

#include "storage/sql/row_fields.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace nba::test {
namespace {

using random = std::mt19937_64;

int number_up_to(random& source, int max) { return static_cast<int>(source() % static_cast<unsigned>(max + 1)); }
bool sometimes(random& source) { return source() % 3 == 0; }

constexpr std::array<std::string_view, 8> hard_texts{"plain",     "It's \"quoted\"", "back\\slash \\N \\.",
                                                     "tab\there", "line\nfeed\r\n",  "Jokić, Dončić, Pöltl",
                                                     "😀 emoji",   "  spaces  "};

std::string hard_text(random& source) { return std::string(hard_texts[source() % hard_texts.size()]); }
std::string text_or_empty(random& source) { return sometimes(source) ? std::string() : hard_text(source); }

utc_time instant(random& source) {
  return utc_time{date::sys_days{date::year{2024} / 11 / 13}} +
         std::chrono::milliseconds(source() % std::uint64_t{86'400'000});
}

stat_line sample_line(random& source) {
  stat_line line;
  for (int* value : {&line.points, &line.fgm, &line.fga, &line.fg3m, &line.fg3a, &line.ftm, &line.fta, &line.oreb,
                     &line.dreb, &line.reb, &line.ast, &line.stl, &line.blk, &line.tov, &line.pf})
    *value = number_up_to(source, 130);
  return line;
}

game_row sample_game_row(const game_id& id, int number, random& source) {
  game_row game;
  game.game_id = id;
  game.game_date = et_date{date::year{2024} / 10 / 22} + date::days{number % 170};
  game.tipoff_utc = utc_time{date::sys_days{game.game_date.time_since_epoch()}} + std::chrono::hours{24};
  game.home_team_id = 1610612737 + number % 30;
  game.away_team_id = 1610612737 + (number + 7) % 30;
  game.home_tricode = "HOM";
  game.away_tricode = "AWY";
  game.home_score = 80 + number_up_to(source, 60);
  game.away_score = 79 - number_up_to(source, 10);
  game.periods = 4 + number_up_to(source, 1);
  if (!sometimes(source)) game.duration_minutes = 130;
  if (!sometimes(source)) game.attendance = number_up_to(source, 20'000);
  if (!sometimes(source)) game.arena_id = 10 + number % 30;
  game.arena_name = hard_text(source);
  game.arena_city = "Mexico City";
  game.arena_state = sometimes(source) ? "" : "CA";
  game.arena_country = "US";
  game.arena_timezone = "America/New_York";
  game.is_neutral = sometimes(source);
  return game;
}

player_stats_row sample_player(std::int64_t team_id, std::int64_t player_id, int place, random& source) {
  player_stats_row row;
  row.team_id = team_id;
  row.player_id = player_id;
  row.starter = place < 5;
  row.position = row.starter ? "PG" : "";
  row.jersey_number = place == 0 ? "00" : std::to_string(place);
  row.played = place < 10;
  row.not_playing_reason = row.played ? "" : "INACTIVE_INJURY";
  row.seconds_played_hundredths = row.played ? number_up_to(source, 288'000) : 0;
  row.line = sample_line(source);
  row.plus_minus = number_up_to(source, 40) - 20;
  return row;
}

pbp_event_row sample_event(int index, const game_row& game, random& source) {
  pbp_event_row event;
  event.event_idx = index;
  event.order_number = 10'000LL * index + 5'000'000'000LL * (index % 2);
  event.action_number = 3 * index + 1;
  event.period = 1 + index % 4;
  event.clock_hundredths = number_up_to(source, 72'000);
  event.elapsed_hundredths = number_up_to(source, 288'000);
  event.action_type = "2pt";
  event.sub_type = text_or_empty(source);
  event.descriptor = text_or_empty(source);
  event.qualifiers = sometimes(source) ? "" : "2ndchance,fastbreak";
  if (!sometimes(source)) event.team_id = game.home_team_id;
  if (!sometimes(source)) event.player_id = 1'600'000 + number_up_to(source, 40'000);
  if (!sometimes(source)) event.possession_team_id = game.away_team_id;
  event.score_home = index;
  event.score_away = index / 2;
  if (!sometimes(source)) event.x = number_up_to(source, 1'000'000) / 10'007.0;
  if (!sometimes(source)) event.y = number_up_to(source, 1'000'000) / 9'973.0;
  if (!sometimes(source)) event.shot_distance = number_up_to(source, 900) / 10.0;
  event.shot_result = sometimes(source) ? "" : "Made";
  event.points = number_up_to(source, 3);
  if (sometimes(source)) event.assist_player_id = 201'939;
  event.description = text_or_empty(source);
  if (!sometimes(source)) event.time_actual = instant(source);
  if (!sometimes(source)) event.edited_at = instant(source);
  return event;
}

void add_team(game_rows& rows, std::int64_t team_id, random& source) {
  rows.teams.push_back(
      {team_id, "T" + std::to_string(team_id % 100), "Los Angeles", "Team " + std::to_string(team_id)});
  for (int period = 1; period <= rows.game.periods; ++period)
    rows.period_scores.push_back({team_id, period, number_up_to(source, 40)});
  team_stats_row stats;
  stats.team_id = team_id;
  stats.line = sample_line(source);
  stats.seconds_played_hundredths = 1'440'000;
  for (int* value : {&stats.team_reb, &stats.team_tov, &stats.points_in_paint, &stats.points_fast_break,
                     &stats.points_second_chance, &stats.points_off_turnovers, &stats.bench_points, &stats.biggest_lead,
                     &stats.lead_changes, &stats.times_tied, &stats.technical_fouls})
    *value = number_up_to(source, 60);
  rows.team_stats.push_back(stats);
  constexpr int players_per_team = 13;
  for (int place = 0; place < players_per_team; ++place) {
    const auto player_id = 1'600'000 + (team_id % 100) * 100 + place;
    const auto family = "Family" + std::to_string(player_id);
    rows.players.push_back({player_id, "Jö", family, "Jö " + family});
    rows.player_stats.push_back(sample_player(team_id, player_id, place, source));
  }
}

// Renders every field of a row with its name, so that two rows can be compared and shown.
class show_fields {
 public:
  explicit show_fields(std::ostringstream& out) : out_(out) { out_.precision(17); }
  template <class Field>
  void operator()(std::string_view name, const Field& field) {
    out_ << name << '=';
    show(field);
    out_ << "; ";
  }

 private:
  template <class T>
  void show(const T& value) {
    if constexpr (std::is_arithmetic_v<T>)
      out_ << value;
    else
      out_ << '"' << value << '"';
  }
  void show(const game_id& value) { out_ << value.str(); }
  void show(et_date value) { out_ << format_date(value); }
  void show(utc_time value) { out_ << format_timestamp(value); }
  void show(computed) {}
  template <class T>
  void show(const std::optional<T>& value) {
    value ? show(*value) : void(out_ << "NULL");
  }
  template <class T>
  void show(hundredths<T> field) {
    out_ << field.value;
  }
  template <class T>
  void show(empty_is_null<T> field) {
    show(field.value);
  }

  std::ostringstream& out_;
};

template <class Row>
std::string show(const Row& row) {
  std::ostringstream out;
  visit_fields(show_fields(out), row);
  return std::move(out).str();
}

template <class Row>
std::string rows_difference(std::string_view table, const std::vector<Row>& a, const std::vector<Row>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (show(a[i]) != show(b[i]))
      return std::string(table) + " " + std::to_string(i) + ":\n" + show(a[i]) + "\n" + show(b[i]);
  if (a.size() != b.size())
    return std::string(table) + ": " + std::to_string(a.size()) + " and " + std::to_string(b.size()) + " rows";
  return {};
}

std::string show(const provenance& origin) {
  return origin.source + " " + origin.urls[endpoint::boxscore] + " " + origin.urls[endpoint::playbyplay] + " " +
         format_timestamp(origin.ingested_at);
}

}  // namespace

game_id sample_id(int number, game_type type, int start_year) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "00%d%02d%05d", static_cast<int>(type), start_year % 100, number);
  const auto id = game_id::parse(digits.data());
  if (!id) throw std::logic_error("not a game id");
  return *id;
}

game_rows sample_game(int number, int edition, std::size_t events) {
  random source(static_cast<std::uint64_t>(number) * 1000 + static_cast<std::uint64_t>(edition));
  game_rows rows;
  const auto id = sample_id(number);
  rows.game = sample_game_row(id, number, source);
  const std::string host = "https://cdn.example/static/json/liveData/";
  rows.origin = {"cdn", {}, instant(source)};
  rows.origin.urls[endpoint::boxscore] = host + "boxscore/boxscore_" + id.str() + ".json";
  rows.origin.urls[endpoint::playbyplay] = host + "playbyplay/playbyplay_" + id.str() + ".json";
  add_team(rows, rows.game.home_team_id, source);
  add_team(rows, rows.game.away_team_id, source);
  for (int i = 0; i < 3; ++i)
    rows.officials.push_back(
        {200'000 + i * 7 + number % 5, hard_text(source), "OFFICIAL" + std::to_string(i + 1), "0"});
  for (std::size_t i = 0; i < events; ++i) rows.events.push_back(sample_event(static_cast<int>(i), rows.game, source));
  return rows;
}

// Values that a real game would not have together: what is tested is that they come back.
void add_statistics(derived_rows& derived, const game_rows& rows, random& source) {
  constexpr std::array reasons{possession_end::made_shot,         possession_end::made_free_throw,
                               possession_end::defensive_rebound, possession_end::turnover,
                               possession_end::jump_ball,         possession_end::end_of_period};
  for (int i = 0; i < 12; ++i) {
    possession_row possession;
    possession.possession_idx = i;
    possession.period = 1 + i % 4;
    possession.offense_team_id = rows.teams.at(static_cast<std::size_t>(i % 2)).team_id;
    possession.start_clock_hundredths = static_cast<int>(number_up_to(source, 72'000));
    possession.end_clock_hundredths = possession.start_clock_hundredths / 2;
    possession.points = i % 4;
    possession.end_reason = reasons[static_cast<std::size_t>(i) % reasons.size()];
    possession.is_counted = !sometimes(source);
    possession.end_event_idx = i * 3;
    derived.possessions.push_back(possession);
    derived.stints.push_back(
        {i, 1 + i % 4, i * 1'001, i * 1'001 + 999, "1-2-3-4-5", "6-7-8-9-" + std::to_string(i), i, 0, 1, 2});
  }
  for (const auto& player : rows.player_stats)
    derived.on_court.push_back({player.team_id, player.player_id, 123'456, 123'399, -7, 42});
  auto& window = derived.q1_window.emplace();
  window.home_possessions = 8;
  window.pace48 = 96.5;
  window.home_orb_pct = 1.0 / 3;
  window.away_bonus_hundredths = 4'217;
  constexpr std::array shocks{shock_type::early_foul_trouble, shock_type::technical, shock_type::flagrant,
                              shock_type::injury_exit};
  for (int i = 0; i < 4; ++i) {
    early_shock_row shock;
    shock.shock_idx = i;
    shock.event_type = shocks[static_cast<std::size_t>(i)];
    shock.clock_hundredths = 40'000 - i;
    if (i != 1) shock.team_id = rows.teams.front().team_id;
    if (i > 1) shock.player_id = 201'939;
    shock.immediate_sub = i == 0;
    if (i != 2) shock.description = hard_text(source);
    derived.shocks.push_back(std::move(shock));
  }
}

derived_rows sample_derived(const game_rows& rows) {
  random source(static_cast<std::uint64_t>(rows.game.home_score));
  derived_rows derived;
  derived.outcome = {rows.game.home_score,
                     rows.game.away_score,
                     rows.game.home_score - rows.game.away_score,
                     rows.game.home_score + rows.game.away_score,
                     rows.game.home_team_id,
                     rows.game.periods - 4};
  for (const auto& team : rows.teams) {
    team_factors_row factors;
    factors.team_id = team.team_id;
    factors.possessions = 100 + number_up_to(source, 1000) / 37.0;
    factors.pace = 99.1;
    factors.efg_pct = 1.0 / 3;
    if (sometimes(source)) factors.orb_pct = 0.25;
    derived.team_factors.push_back(factors);
    travel_row travel;
    travel.team_id = team.team_id;
    travel.is_back_to_back = sometimes(source);
    if (!sometimes(source)) {
      travel.days_rest = 1;
      travel.travel_distance_km = 3944.123456789;
      travel.prev_game_id = sample_id(1);
      travel.prev_game_date = rows.game.game_date - date::days{2};
    }
    derived.travel.push_back(travel);
  }
  add_statistics(derived, rows, source);
  return derived;
}

planned_game sample_planned(int number) {
  const auto rows = sample_game(number, 1, 0);
  planned_game game;
  game.id = rows.game.game_id;
  game.date = rows.game.game_date;
  if (number % 2 == 0) game.tipoff_utc = rows.game.tipoff_utc;
  game.status = number % 3 == 0 ? game_status::final : game_status::scheduled;
  game.postponed = number % 5 == 0;
  game.if_necessary = number % 7 == 0;
  game.home_team_id = number % 11 == 0 ? 0 : rows.game.home_team_id;
  game.away_team_id = rows.game.away_team_id;
  game.home_tricode = "HOM";
  game.away_tricode = "AWY";
  if (game.status == game_status::final) {
    game.home_score = rows.game.home_score;
    game.away_score = 0;
  }
  game.arena_name = rows.game.arena_name;
  game.arena_city = "Paris";
  game.is_neutral = number % 13 == 0;
  return game;
}

core_write sample_core(int number, int edition, std::size_t events) {
  std::array<char, 65> digest{};
  std::snprintf(digest.data(), digest.size(), "%032d%032d", number, edition);
  return {std::make_shared<const game_rows>(sample_game(number, edition, events)), digest.data()};
}

derived_write sample_derived_write(const core_write& core, int rules_version) {
  return {core.rows->game.game_id, std::make_shared<const derived_rows>(sample_derived(*core.rows)), rules_version,
          core.rows->origin};
}

game_rows in_reading_order(game_rows rows) {
  const auto by_home = [&](std::int64_t team_id) { return team_id == rows.game.home_team_id ? 0 : 1; };
  std::sort(rows.players.begin(), rows.players.end(),
            [](const auto& a, const auto& b) { return a.player_id < b.player_id; });
  std::sort(rows.officials.begin(), rows.officials.end(),
            [](const auto& a, const auto& b) { return a.official_id < b.official_id; });
  std::sort(rows.player_stats.begin(), rows.player_stats.end(), [&](const auto& a, const auto& b) {
    return std::pair(by_home(a.team_id), a.player_id) < std::pair(by_home(b.team_id), b.player_id);
  });
  return rows;
}

std::string first_difference(const game_rows& a, const game_rows& b) {
  if (show(a.origin) != show(b.origin)) return "origin:\n" + show(a.origin) + "\n" + show(b.origin);
  if (a.game.game_id != b.game.game_id) return "game_id";
  for (const auto& difference :
       {rows_difference("games", std::vector{a.game}, std::vector{b.game}), rows_difference("teams", a.teams, b.teams),
        rows_difference("players", a.players, b.players),
        rows_difference("period_scores", a.period_scores, b.period_scores),
        rows_difference("officials", a.officials, b.officials),
        rows_difference("team_game_stats", a.team_stats, b.team_stats),
        rows_difference("player_game_stats", a.player_stats, b.player_stats),
        rows_difference("pbp_events", a.events, b.events)})
    if (!difference.empty()) return difference;
  return {};
}

}  // namespace nba::test
