#include "pipeline/transform/acceptance.hpp"

#include "pipeline/game_clock.hpp"
#include "pipeline/source/document_head.hpp"
#include "pipeline/transform/payload_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>

namespace nba {
namespace {

using verdict = result<void>;

failure reject(std::string_view rule, std::string message) {
  return {failure_class::rejected, std::move(message), std::string(rule)};
}

// Seasons begin in October at the earliest and ended on 11 October at the latest (2019-20); half a year on either side
// tells a wrong year.
constexpr auto season_first = date::July / 1;
constexpr auto season_last = date::December / 31;
constexpr date::days tipoff_aside_max{1};  // of the ET date and the UTC one

verdict dates(std::string_view rule, const game_row& game) {
  const auto of = game.game_id.in_season();
  const et_date first{date::local_days{date::year{of.start_year} / season_first}};
  const et_date last{date::local_days{date::year{of.start_year + 1} / season_last}};
  if (game.game_date < first || game.game_date > last)
    return reject(rule, fmt::format("the box score's date is {}, season {} is {} to {}", format_date(game.game_date),
                                    to_string(of), format_date(first), format_date(last)));
  const auto day = date::sys_days{game.game_date.time_since_epoch()};
  const auto tipoff = date::floor<date::days>(game.tipoff_utc);
  if (tipoff < day - tipoff_aside_max || tipoff > day + tipoff_aside_max)
    return reject(rule, fmt::format("the box score's date is {}, its tip-off {}", format_date(game.game_date),
                                    format_timestamp(game.tipoff_utc)));
  return {};
}
verdict dates_are_sane(std::string_view rule, const game_rows& rows) { return dates(rule, rows.game); }

verdict two_teams(std::string_view rule, const game_rows& rows) {
  if (rows.teams.size() != 2 || rows.team_stats.size() != 2)
    return reject(rule, fmt::format("{} teams with {} lines of team statistics, not 2 with 2", rows.teams.size(),
                                    rows.team_stats.size()));
  const auto home = rows.teams[0].team_id, away = rows.teams[1].team_id;
  if (home <= 0 || away <= 0) return reject(rule, fmt::format("team ids {} and {}: one is none", home, away));
  if (home == away) return reject(rule, fmt::format("home team {} and away team {} are the same", home, away));
  if (home != rows.game.home_team_id || away != rows.game.away_team_id)
    return reject(rule, fmt::format("the game is {} against {}, the teams are {} and {}", rows.game.home_team_id,
                                    rows.game.away_team_id, home, away));
  return {};
}

// What the tables' primary keys demand; a database that refuses a row would look like a fault of the storage.
verdict unique_keys(std::string_view rule, const game_rows& rows) {
  std::set<std::int64_t> players, officials;
  for (const auto& row : rows.player_stats)
    if (!players.insert(row.player_id).second)
      return reject(rule,
                    fmt::format("player {} is listed twice among {} lines", row.player_id, rows.player_stats.size()));
  for (const auto& row : rows.officials)
    if (!officials.insert(row.official_id).second)
      return reject(rule, fmt::format("official {} is listed twice among {}", row.official_id, rows.officials.size()));
  std::set<std::pair<std::int64_t, int>> periods;
  for (const auto& row : rows.period_scores)
    if (!periods.insert({row.team_id, row.period}).second)
      return reject(rule, fmt::format("team {} has period {} twice", row.team_id, row.period));
  return {};
}

verdict final_status(std::string_view rule, const game_rows& rows) {
  if (rows.game.status != 3) return reject(rule, fmt::format("status is {}, not 3", rows.game.status));
  if (!has_game_end(rows))
    return reject(rule, fmt::format("status is 3, but 0 of {} events end the game", rows.events.size()));
  if (rows.game.home_score == rows.game.away_score)
    return reject(rule, fmt::format("status is 3, but the score is {} to {}: no NBA game ends in a tie",
                                    rows.game.home_score, rows.game.away_score));
  return {};
}

verdict five_starters(std::string_view rule, const game_rows& rows) {
  for (const auto& team : rows.teams) {
    const auto starters = std::count_if(rows.player_stats.begin(), rows.player_stats.end(),
                                        [&](const auto& row) { return row.team_id == team.team_id && row.starter; });
    if (starters != 5) return reject(rule, fmt::format("team {} has {} starters, not 5", team.team_id, starters));
  }
  return {};
}

struct side {
  std::int64_t team_id;
  int score;
  const team_stats_row& stats;
};
std::array<side, 2> sides(const game_rows& rows) {
  return {side{rows.teams[0].team_id, rows.game.home_score, rows.team_stats[0]},
          side{rows.teams[1].team_id, rows.game.away_score, rows.team_stats[1]}};
}

verdict disagree(std::string_view rule, const side& team, std::string_view what, std::int64_t sum) {
  return reject(rule, fmt::format("team {}: the score is {}, {} {}", team.team_id, team.score, what, sum));
}

// Sums have 64 bits: a payload may list any number of rows.
verdict team_points_reconcile(std::string_view rule, const game_rows& rows) {
  for (const auto& team : sides(rows)) {
    if (team.stats.line.points != team.score)
      return disagree(rule, team, "the points of its statistics are", team.stats.line.points);
    std::int64_t sum = 0;
    for (const auto& row : rows.period_scores) sum += row.team_id == team.team_id ? row.points : 0;
    if (sum != team.score) return disagree(rule, team, "its periods sum to", sum);
  }
  return {};
}

verdict player_points_reconcile(std::string_view rule, const game_rows& rows) {
  for (const auto& team : sides(rows)) {
    std::int64_t sum = 0;
    for (const auto& row : rows.player_stats) sum += row.team_id == team.team_id ? row.line.points : 0;
    if (sum != team.score) return disagree(rule, team, "its players' points sum to", sum);
  }
  return {};
}

verdict event_points_reconcile(std::string_view rule, const game_rows& rows) {
  for (const auto& team : sides(rows)) {
    std::int64_t sum = 0;
    for (const auto& event : rows.events) sum += event.team_id == team.team_id ? event.points : 0;
    if (sum != team.score) return disagree(rule, team, "its scoring events sum to", sum);
  }
  if (rows.events.empty()) return {};  // events_present says so
  const auto& last = rows.events.back();
  if (last.score_home != rows.game.home_score || last.score_away != rows.game.away_score)
    return reject(rule, fmt::format("the score is {} to {}, after the last event it is {} to {}", rows.game.home_score,
                                    rows.game.away_score, last.score_home, last.score_away));
  return {};
}

verdict player_points_are_events(std::string_view rule, const game_rows& rows) {
  std::unordered_map<std::int64_t, std::int64_t> scored;
  for (const auto& event : rows.events)
    if (event.points != 0) scored[event.player_id.value_or(0)] += event.points;
  for (const auto& row : rows.player_stats) {
    const auto found = scored.find(row.player_id);
    const auto sum = found == scored.end() ? 0 : found->second;
    if (sum != row.line.points)
      return reject(rule, fmt::format("player {} has {} points in the box score, his scoring events sum to {}",
                                      row.player_id, row.line.points, sum));
    if (found != scored.end()) scored.erase(found);
  }
  if (scored.empty()) return {};
  const auto& [player, points] = *scored.begin();
  return reject(rule, fmt::format("player {} has 0 points in the box score, where he is not listed, his scoring events "
                                  "sum to {}",
                                  player, points));
}

verdict events_present(std::string_view rule, const game_rows& rows) {
  std::array<int, periods_max + 1> events_of{};
  int last = 0;
  for (const auto& event : rows.events) {
    if (event.period >= 1 && event.period <= periods_max) ++events_of[static_cast<std::size_t>(event.period)];
    last = std::max(last, event.period);
  }
  if (rows.game.periods < 1 || rows.game.periods > periods_max)
    return reject(rule, fmt::format("{} periods played, not 1 to {}", rows.game.periods, periods_max));
  for (int period = 1; period <= rows.game.periods; ++period)
    if (events_of[static_cast<std::size_t>(period)] == 0)
      return reject(rule, fmt::format("0 events in period {} of {}", period, rows.game.periods));
  if (last != rows.game.periods)
    return reject(rule, fmt::format("{} periods played, but events reach period {}", rows.game.periods, last));
  return {};
}

struct rule {
  std::string_view name;
  verdict (*check)(std::string_view name, const game_rows& rows);
};
// A rule may rely on the ones before it.
constexpr std::string_view dates_rule = "dates_are_sane";
constexpr std::array<rule, 10> rules{{
    {dates_rule, dates_are_sane},
    {"two_teams", two_teams},
    {"unique_keys", unique_keys},
    {"final_status", final_status},
    {"five_starters", five_starters},
    {"team_points_reconcile", team_points_reconcile},
    {"player_points_reconcile", player_points_reconcile},
    {"event_points_reconcile", event_points_reconcile},
    {"player_points_are_events", player_points_are_events},
    {"events_present", events_present},
}};

// ---- the schedule ---------------------------------------------------------------------------------------------------

std::string named(std::string_view tricode, std::int64_t id) { return fmt::format("{} ({})", tricode, id); }

verdict schedule_teams(std::string_view rule, const game_rows& rows, const planned_game& planned) {
  const auto& game = rows.game;
  // An id of 0 is a team that is not decided yet.
  const bool home = planned.home_team_id == 0 || planned.home_team_id == game.home_team_id;
  const bool away = planned.away_team_id == 0 || planned.away_team_id == game.away_team_id;
  if (home && away) return {};
  const bool exchanged = planned.home_team_id == game.away_team_id && planned.away_team_id == game.home_team_id;
  return reject(
      rule, fmt::format("the schedule has {} at {}, the box score {} at {}{}",
                        named(planned.away_tricode, planned.away_team_id),
                        named(planned.home_tricode, planned.home_team_id), named(game.away_tricode, game.away_team_id),
                        named(game.home_tricode, game.home_team_id), exchanged ? ": sides exchanged" : ""));
}

verdict schedule_date(std::string_view rule, const game_rows& rows, const planned_game& planned) {
  if (planned.date == rows.game.game_date) return {};
  return reject(rule, fmt::format("the schedule has the game on {}, the box score on {}", format_date(planned.date),
                                  format_date(rows.game.game_date)));
}

struct schedule_rule {
  std::string_view name;
  verdict (*check)(std::string_view name, const game_rows& rows, const planned_game& planned);
};
constexpr std::array<schedule_rule, 2> schedule_rules{{
    {"schedule_teams", schedule_teams},
    {"schedule_date", schedule_date},
}};

}  // namespace

result<void> accept(const game_rows& rows) {
  for (const auto& [name, check] : rules)
    if (auto passed = check(name, rows); !passed) return passed;
  return {};
}

result<void> accept_rule(std::string_view wanted, const game_rows& rows) {
  for (const auto& [name, check] : rules)
    if (name == wanted) return check(name, rows);
  return {};
}

result<void> accept_dates(const game_row& game) { return dates(dates_rule, game); }

result<void> accept_schedule(const game_rows& rows, const planned_game& planned) {
  for (const auto& [name, check] : schedule_rules)
    if (auto passed = check(name, rows, planned); !passed) return passed;
  return {};
}

std::optional<std::string> score_difference(const game_row& game, const planned_game& planned) {
  if (!has_result(planned)) return std::nullopt;
  if (planned.home_score == game.home_score && planned.away_score == game.away_score) return std::nullopt;
  return fmt::format("the schedule says {} : {}, the box score {} : {}", planned.home_score.value_or(0),
                     planned.away_score.value_or(0), game.home_score, game.away_score);
}

failure not_as_asked(std::string_view document, std::string_view found, const game_id& asked) {
  return reject(as_asked_rule, fmt::format("the {} is of game {}, not {}", document, shortened(found), asked.str()));
}

bool has_game_end(const game_rows& rows) {
  // Nearly always the last event; memos and reviews may follow it.
  return std::any_of(rows.events.rbegin(), rows.events.rend(),
                     [](const pbp_event_row& event) { return event.action_type == "game" && event.sub_type == "end"; });
}

const std::vector<std::string_view>& acceptance_rule_names() {
  static const auto names = [] {
    std::vector<std::string_view> all{as_asked_rule};
    for (const auto& [name, check] : rules) all.push_back(name);
    for (const auto& [name, check] : schedule_rules) all.push_back(name);
    return all;
  }();
  return names;
}

}  // namespace nba
