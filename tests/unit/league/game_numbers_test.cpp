#include "tests/unit/league/checker.hpp"
#include "tests/unit/league/samples.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace nba;
using namespace nba::test;

namespace {

// Checks every `step`-th final game of the league.
int check_games(const league& one, std::size_t first, std::size_t step, bool misread_tenths) {
  int checked = 0;
  const auto games = one.games();
  for (std::size_t i = first; i < games.size(); i += step) {
    const auto& id = games[i].id;
    const auto box = one.boxscore_json(id);
    const auto plays = one.playbyplay_json(id);
    REQUIRE(box.has_value());
    REQUIRE(plays.has_value());
    const auto problems = contradictions(*box, *plays, misread_tenths);
    INFO("game ", id.str());
    for (const auto& problem : problems) FAIL_CHECK(problem);
    ++checked;
  }
  return checked;
}

}  // namespace

TEST_CASE("every number of a box score follows from the play-by-play, over several seeds") {
  CHECK(check_games(*full_league(1), 0, 9, true) >= 145);
  CHECK(check_games(*full_league(7), 4, 13, true) >= 100);
  for (const std::uint64_t seed : {11u, 12u, 13u}) CHECK(check_games(*short_league(seed), 0, 3, true) == 40);
}

TEST_CASE("from 2025-26 on the minutes read the tenths of the clock as tenths") {
  league_settings settings;
  settings.season = season{2025};
  settings.regular_games = 30;
  const auto late = make_league(settings);
  CHECK(check_games(*late, 0, 1, false) == static_cast<int>(late->games().size()));
  // And the two readings differ: with the older one the minutes do not come out.
  const auto id = late->games().front().id;
  CHECK_FALSE(contradictions(*late->boxscore_json(id), *late->playbyplay_json(id), true).empty());
}

TEST_CASE("overtime games add up too, and a high rate of them can be asked for") {
  league_settings settings;
  settings.regular_games = 60;
  settings.overtime_rate = 1;
  const auto tied = make_league(settings);
  std::size_t overtimes = 0;
  for (const auto& game : tied->games()) {
    const auto box = *tied->boxscore_json(game.id);
    if (nlohmann::json::parse(box).at("game").at("period").get<int>() == 4) continue;
    ++overtimes;
    const auto problems = contradictions(box, *tied->playbyplay_json(game.id), true);
    for (const auto& problem : problems) FAIL_CHECK(problem);
  }
  CHECK(overtimes >= 20);
  settings.overtime_rate = 0;
  const auto ordinary = make_league(settings);
  const auto games = ordinary->games();
  CHECK(std::count_if(games.begin(), games.end(), [&](const planned_game& game) {
          return nlohmann::json::parse(*ordinary->boxscore_json(game.id)).at("game").at("period").get<int>() > 4;
        }) <= 6);
}

TEST_CASE("scores, events and lines are of the size the NBA's are") {
  const auto one = full_league(1);
  double points = 0, events = 0, games = 0, home_wins = 0, played = 0, free_throws = 0;
  for (const auto& game : one->games()) {
    if (game.id.type() != game_type::regular) continue;
    points += *game.home_score + *game.away_score;
    home_wins += *game.home_score > *game.away_score ? 1 : 0;
    if (static_cast<int>(games++) % 10 != 0) continue;
    const auto plays = nlohmann::json::parse(*one->playbyplay_json(game.id));
    events += static_cast<double>(plays.at("game").at("actions").size());
    const auto box = nlohmann::json::parse(*one->boxscore_json(game.id));
    for (const auto* side : {"homeTeam", "awayTeam"}) {
      const auto& players = box.at("game").at(side).at("players");
      CHECK(players.size() == 17);
      played += static_cast<double>(
          std::count_if(players.begin(), players.end(), [](const auto& one_of) { return one_of.at("played") == "1"; }));
      free_throws += box.at("game").at(side).at("statistics").at("freeThrowsAttempted").get<double>();
    }
  }
  CHECK(games == 1230);
  CHECK(points / games / 2 == doctest::Approx(113.8).epsilon(0.03));
  CHECK(home_wins / games == doctest::Approx(0.545).epsilon(0.08));
  CHECK(events / 123 == doctest::Approx(557).epsilon(0.05));
  CHECK(played / 246 == doctest::Approx(10.7).epsilon(0.08));
  CHECK(free_throws / 246 == doctest::Approx(21.7).epsilon(0.12));
}
