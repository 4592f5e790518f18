#include "pipeline/derive/validation.hpp"

#include "pipeline/csv.hpp"
#include "pipeline/game_clock.hpp"
#include "pipeline/transform/acceptance.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace nba {
namespace {

using deviation = std::optional<std::string>;
const deviation holds = "";

constexpr int balance_max = 3, closer_max = 2;
constexpr double reference_tolerance = 1;

double seconds(int hundredths) { return hundredths / 100.0; }

// The ids of "1-2-3-4-5"; empty when it is no such text.
std::vector<std::int64_t> players_of(std::string_view lineup) {
  std::vector<std::int64_t> ids;
  while (!lineup.empty()) {
    const auto dash = lineup.find('-');
    const auto part = lineup.substr(0, dash);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), id);
    if (error != std::errc{} || end != part.data() + part.size()) return {};
    ids.push_back(id);
    lineup.remove_prefix(dash == std::string_view::npos ? lineup.size() : dash + 1);
  }
  return ids;
}

deviation check_cover(const game_rows& rows, const derived_rows& derived) {
  std::unordered_map<std::int64_t, std::int64_t> team_of;
  for (const auto& player : rows.player_stats) team_of[player.player_id] = player.team_id;
  int period = 1, at = 0;
  for (const auto& stint : derived.stints) {
    if (at == game_length_hundredths(period)) ++period;
    if (stint.period != period || stint.start_elapsed_hundredths != at || stint.end_elapsed_hundredths < at ||
        stint.end_elapsed_hundredths > game_length_hundredths(period)) {
      // A stint of no length may stand where a period ends.
      const bool at_the_end = stint.period == period - 1 && stint.start_elapsed_hundredths == at &&
                              stint.end_elapsed_hundredths == at && at == game_length_hundredths(period - 1);
      if (!at_the_end)
        return fmt::format("stint {} is {} to {} s of period {}; expected from {} s of period {} on", stint.stint_idx,
                           seconds(stint.start_elapsed_hundredths), seconds(stint.end_elapsed_hundredths), stint.period,
                           seconds(at), period);
      --period;
    }
    at = stint.end_elapsed_hundredths;
    std::set<std::int64_t> different;
    for (const auto& [lineup, team] : {std::pair{&stint.home_lineup, rows.game.home_team_id},
                                       std::pair{&stint.away_lineup, rows.game.away_team_id}}) {
      const auto players = players_of(*lineup);
      if (players.size() != 5) return fmt::format("stint {} has {} players on a side", stint.stint_idx, players.size());
      for (const auto id : players) {
        different.insert(id);
        if (const auto found = team_of.find(id); found == team_of.end() || found->second != team)
          return fmt::format("stint {} has player {}, who is not in that team's box score", stint.stint_idx, id);
      }
    }
    if (different.size() != 10)
      return fmt::format("stint {} has {} different players", stint.stint_idx, different.size());
  }
  const int length = game_length_hundredths(rows.game.periods);
  if (at != length) return fmt::format("the stints end at {} s, the game at {} s", seconds(at), seconds(length));
  return holds;
}

deviation check_score(std::string_view what, const game_row& game, int home, int away) {
  if (home == game.home_score && away == game.away_score) return holds;
  return fmt::format("{} add up to {} : {}, the score is {} : {}", what, home, away, game.home_score, game.away_score);
}

const player_on_court_row* on_court_of(const derived_rows& derived, std::int64_t player_id) {
  const auto found = std::find_if(derived.on_court.begin(), derived.on_court.end(),
                                  [&](const auto& row) { return row.player_id == player_id; });
  return found == derived.on_court.end() ? nullptr : &*found;
}

deviation check_plus_minus(const game_rows& rows, const derived_rows& derived) {
  for (const auto& player : rows.player_stats) {
    const auto* row = on_court_of(derived, player.player_id);
    if (const int ours = row ? row->plus_minus : 0; ours != player.plus_minus)
      return fmt::format("player {}: {:+}, official {:+}", player.player_id, ours, player.plus_minus);
  }
  return holds;
}

deviation check_minutes(const game_rows& rows, const derived_rows& derived) {
  for (const auto& player : rows.player_stats) {
    const auto* row = on_court_of(derived, player.player_id);
    if (const int ours = row ? row->seconds_as_recorded_hundredths : 0; ours != player.seconds_played_hundredths)
      return fmt::format("player {}: {} s, official {} s", player.player_id, seconds(ours),
                         seconds(player.seconds_played_hundredths));
  }
  return holds;
}

deviation check_seconds_on(const game_rows& rows, const derived_rows& derived) {
  std::int64_t sum = 0;
  for (const auto& row : derived.on_court) sum += row.seconds_on_hundredths;
  const std::int64_t expected = 10LL * game_length_hundredths(rows.game.periods);
  if (sum == expected) return holds;
  return fmt::format("{} s on the floor, ten times the game are {} s", static_cast<double>(sum) / 100,
                     static_cast<double>(expected) / 100);
}

deviation check_chain(const game_rows& rows, const derived_rows& derived) {
  const possession_row* before = nullptr;
  int period = 0;
  for (const auto& one : derived.possessions) {
    const bool first = !before || before->period != one.period;
    const auto named = [&](std::string_view what) { return fmt::format("possession {} {}", one.possession_idx, what); };
    if (one.possession_idx != (before ? before->possession_idx + 1 : 0)) return named("is out of order");
    if (first && one.period != ++period) return named(fmt::format("is of period {}, not {}", one.period, period));
    if (first && before && before->end_clock_hundredths != 0)
      return fmt::format("the possessions of period {} end at {} s", before->period,
                         seconds(before->end_clock_hundredths));
    const int start = first ? period_length_hundredths(one.period) : before->end_clock_hundredths;
    if (one.start_clock_hundredths != start || one.end_clock_hundredths > start)
      return named(fmt::format("runs from {} to {} s; the one before ended at {} s",
                               seconds(one.start_clock_hundredths), seconds(one.end_clock_hundredths), seconds(start)));
    if (!first && one.offense_team_id == before->offense_team_id) return named("is of the same side as the one before");
    if (one.offense_team_id != rows.game.home_team_id && one.offense_team_id != rows.game.away_team_id)
      return named(fmt::format("is of team {}, which does not play", one.offense_team_id));
    before = &one;
  }
  if (!before || period != rows.game.periods)
    return fmt::format("there are possessions of {} periods of {}", period, rows.game.periods);
  if (before->end_clock_hundredths != 0)
    return fmt::format("the possessions end at {} s", seconds(before->end_clock_hundredths));
  return holds;
}

struct sides {
  int home = 0, away = 0;
  int& of(bool is_home) { return is_home ? home : away; }
};

sides counted_possessions(const game_rows& rows, const derived_rows& derived) {
  sides counted;
  for (const auto& one : derived.possessions)
    if (one.is_counted) ++counted.of(one.offense_team_id == rows.game.home_team_id);
  return counted;
}

sides possession_points(const game_rows& rows, const derived_rows& derived) {
  sides points;
  for (const auto& one : derived.possessions) {
    const bool home = one.offense_team_id == rows.game.home_team_id;
    points.of(home) += one.points;
    points.of(!home) += one.defense_points;
  }
  return points;
}

deviation deviation_of(const result<void>& verdict) { return verdict ? holds : verdict.error().message; }

deviation check_balance(const sides& counted, int max) {
  if (std::abs(counted.home - counted.away) <= max) return holds;
  return fmt::format("{} and {} possessions", counted.home, counted.away);
}

deviation compare_counts(const game_rows& rows, const sides& counted, const possession_reference& reference,
                         game_validation& out) {
  const auto found = reference.find(rows.game.game_id);
  if (found == reference.end()) return std::nullopt;
  deviation first = holds;
  for (const auto& [team, theirs] : found->second) {
    const int ours = team == rows.game.home_team_id ? counted.home : counted.away;
    ++out.teams_compared;
    if (std::abs(ours - theirs) <= reference_tolerance)
      ++out.teams_close;
    else if (first == holds)
      first = fmt::format("team {}: {} possessions, the other count has {}", team, ours, theirs);
  }
  return first;
}

}  // namespace

std::array<validation_bar, validation_check_count> validation_bars() {
  using enum validation_check;
  return {{
      {stints_cover, "stints cover every second, five a side", 1, true},
      {stint_points, "points of stints = final score", 1, true},
      {plus_minus, "plus-minus of all players = official", 0, true},
      {minutes, "minutes of all players = official", 1, true},
      {seconds_on, "seconds on the floor = 10 x the game", 1, true},
      {possession_chain, "possessions without gap, taking turns", 1, true},
      {possession_points, "points of possessions = final score", 1, true},
      {possessions_close, "possessions at most 3 apart", 1, true},
      {possessions_closer, "possessions at most 2 apart", 0.99, false},
      {possessions_counted, "within 1 of an independent count", 0.99, false},
      {player_points, "points of all players = their events", 1, true},
      {schedule, "teams, sides, date = the schedule", 1, true},
      {schedule_score, "final score = the schedule", 0.99, false},
  }};
}

double plus_minus_bar(season of) {
  constexpr int edited_until = 2020;  // 2020-21: dead balls that the scorer edited months later
  return of.start_year <= edited_until ? 0.984 : 0.999;
}

bool game_validation::fails() const {
  for (const auto& bar : validation_bars()) {
    const auto& deviation = deviations[static_cast<std::size_t>(bar.check)];
    if (bar.fails_a_game && deviation && !deviation->empty()) return true;
  }
  return false;
}

game_validation validate_game(const game_rows& rows, const derived_rows& derived, const possession_reference& reference,
                              const planned_game* planned) {
  game_validation out;
  out.game_id = rows.game.game_id;
  const auto of = [&](validation_check check) -> deviation& { return out.deviations[static_cast<std::size_t>(check)]; };
  sides stint_points;
  for (const auto& stint : derived.stints) {
    stint_points.home += stint.home_points;
    stint_points.away += stint.away_points;
  }
  const auto points = possession_points(rows, derived);
  const auto counted = counted_possessions(rows, derived);
  of(validation_check::stints_cover) = check_cover(rows, derived);
  of(validation_check::stint_points) = check_score("stints", rows.game, stint_points.home, stint_points.away);
  of(validation_check::plus_minus) = check_plus_minus(rows, derived);
  of(validation_check::minutes) = check_minutes(rows, derived);
  of(validation_check::seconds_on) = check_seconds_on(rows, derived);
  of(validation_check::possession_chain) = check_chain(rows, derived);
  of(validation_check::possession_points) = check_score("possessions", rows.game, points.home, points.away);
  of(validation_check::possessions_close) = check_balance(counted, balance_max);
  of(validation_check::possessions_closer) = check_balance(counted, closer_max);
  of(validation_check::possessions_counted) = compare_counts(rows, counted, reference, out);
  of(validation_check::player_points) = deviation_of(accept_rule("player_points_are_events", rows));
  if (planned) {
    of(validation_check::schedule) = deviation_of(accept_schedule(rows, *planned));
    if (has_result(*planned)) of(validation_check::schedule_score) = score_difference(rows.game, *planned).value_or("");
  }
  out.possessions = counted.home + counted.away;
  for (const auto& factors : derived.team_factors) out.box_possessions += factors.box_possessions.value_or(0);
  return out;
}

season_validation sum_up(const std::vector<game_validation>& games) {
  season_validation out;
  for (std::size_t i = 0; i < out.lines.size(); ++i) out.lines[i].check = static_cast<validation_check>(i);
  for (const auto& game : games) {
    for (std::size_t i = 0; i < out.lines.size(); ++i) {
      auto& line = out.lines[i];
      if (line.check == validation_check::possessions_counted) {
        line.compared += game.teams_compared;
        line.good += game.teams_close;
      } else if (const auto& deviation = game.deviations[i]) {
        ++line.compared;
        if (deviation->empty()) ++line.good;
      }
    }
    ++out.games;
    if (game.fails()) ++out.failing;
    out.possessions_mean += game.possessions;
    out.box_mean += game.box_possessions;
  }
  if (out.games > 0) {
    out.possessions_mean /= 2 * static_cast<double>(out.games);
    out.box_mean /= 2 * static_cast<double>(out.games);
  }
  return out;
}

result<possession_reference> parse_possession_reference(std::string_view csv) {
  const auto lines = csv_lines(csv, "game_id,team_id,possessions");
  if (!lines) return lines.error();
  const auto read = [](std::string_view text, auto& number) {
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
  };
  possession_reference reference;
  for (const auto& line : *lines) {
    auto rest = line.text;
    const auto id = game_id::parse(take(rest, ','));
    const auto team_text = take(rest, ',');
    std::int64_t team = 0;
    double possessions = 0;
    if (!id || !read(team_text, team) || !read(rest, possessions))
      return failure{failure_class::configuration,
                     fmt::format("'{}' is not GAME,TEAM,POSSESSIONS", line.text.substr(0, 60)),
                     fmt::format("line {}", line.number)};
    reference[*id][team] = possessions;
  }
  return reference;
}

}  // namespace nba
