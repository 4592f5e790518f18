// Lineups of synthetic games: everything that the recorded seasons are held to, from a checkout alone.
#include "bench/fake_nba/league.hpp"
#include "pipeline/derive/lineups.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"
#include "tests/unit/derive/lineup_properties.hpp"

#include <doctest/doctest.h>

#include <random>

namespace nba {
namespace {

using strings = std::vector<std::string>;

// Possessions that end at random events: who had the ball does not matter to the ten who are credited with it.
std::vector<possession_row> random_possessions(const game_rows& rows, std::mt19937& random) {
  std::vector<possession_row> possessions;
  for (const auto& event : rows.events) {
    if (random() % 3 != 0) continue;
    auto& row = possessions.emplace_back();
    row.offense_team_id = random() % 2 == 0 ? rows.game.home_team_id : rows.game.away_team_id;
    row.is_counted = random() % 10 != 0;
    row.end_event_idx = event.event_idx;
  }
  return possessions;
}

// How many of a side's possessions are counted, in `possessions` and in the stints: they are all credited once.
void check_possessions(const game_rows& rows, const std::vector<possession_row>& possessions,
                       const lineup_result& lineups) {
  int home = 0, away = 0, credited_home = 0, credited_away = 0;
  for (const auto& row : possessions)
    if (row.is_counted) ++(row.offense_team_id == rows.game.home_team_id ? home : away);
  for (const auto& stint : lineups.stints) {
    credited_home += stint.home_possessions;
    credited_away += stint.away_possessions;
  }
  CHECK(credited_home == home);
  CHECK(credited_away == away);
}

void check_league(const std::string& season_name, std::uint64_t seed, int regular_games) {
  league_settings settings;
  settings.season = *parse_season(season_name);
  settings.seed = seed;
  settings.regular_games = regular_games;
  const auto made = league::create(settings);
  if (!made) FAIL(describe(made.error()));
  transformer engine{make_cdn_parser()};
  std::mt19937 random(static_cast<unsigned>(seed));
  std::size_t games = 0, stints = 0;
  for (const auto& game : (*made)->games()) {
    game_payloads both;
    both.id = game.id;
    both.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(*(*made)->boxscore_json(game.id));
    both.bodies[endpoint::playbyplay] = std::make_shared<const padded_body>(*(*made)->playbyplay_json(game.id));
    const auto rows = engine.transform(both);
    if (!rows) FAIL(game.id.str() << ": " << describe(rows.error()));
    const auto possessions = random_possessions(*rows, random);
    const auto lineups = derive_lineups(*rows, possessions, {});
    const auto& id = game.id.str();
    CHECK_MESSAGE(lineups.problems == strings{}, id);
    CHECK_MESSAGE(test::broken_lineup_properties(*rows, lineups) == strings{}, id);
    CHECK_MESSAGE(test::players_with_other_minutes(*rows, lineups) == std::vector<std::int64_t>{}, id);
    CHECK_MESSAGE(test::players_with_other_plus_minus(*rows, lineups) == std::vector<std::int64_t>{}, id);
    check_possessions(*rows, possessions, lineups);
    ++games;
    stints += lineups.stints.size();
  }
  CHECK(games >= static_cast<std::size_t>(regular_games));
  CHECK(stints > 15 * games);
}

TEST_CASE("synthetic 2024-25: stints, time on court and plus-minus are those of every box score") {
  check_league("2024-25", 1, 400);
}
TEST_CASE("synthetic 2025-26: the official time is the true one") { check_league("2025-26", 2, 200); }
TEST_CASE("synthetic 2019-20: time on court and plus-minus are those of every box score") {
  check_league("2019-20", 3, 100);
}

}  // namespace
}  // namespace nba
