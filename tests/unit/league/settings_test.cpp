#include "tests/unit/league/samples.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

void check_refused(const league_settings& settings, const std::string& where, const std::string& words) {
  const auto made = league::create(settings);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().kind == failure_class::configuration);
  CHECK(made.error().where == where);
  CHECK_MESSAGE(made.error().message.find(words) != std::string::npos, made.error().message);
}

}  // namespace

TEST_CASE("impossible leagues are refused with the setting, its value and its limits") {
  league_settings settings;
  settings.teams = 31;
  check_refused(settings, "teams", "31");
  settings.teams = 1;
  check_refused(settings, "teams", "between 2 and 600");
  settings = {};
  settings.season = season{2046};
  check_refused(settings, "season", "2045");
  settings = {};
  settings.games_per_team = 151;
  check_refused(settings, "games_per_team", "150");
  settings = {};
  settings.regular_games = 100'000;
  check_refused(settings, "regular_games", "99999");
  settings.regular_games = 50'000;
  check_refused(settings, "regular_games", "raise games_per_team");
  settings = {};
  settings.overtime_rate = 1.5;
  check_refused(settings, "overtime_rate", "1.5");
}

TEST_CASE("regular_games gives exactly so many games, with more teams when the season is too short for them") {
  league_settings settings;
  settings.playoffs = settings.play_in = settings.cup = false;
  for (const int wanted : {1, 14, 15, 16, 47}) {
    settings.regular_games = wanted;
    CHECK(make_league(settings)->games().size() == static_cast<std::size_t>(wanted));
  }
  settings.regular_games = 12'300;
  const auto usable = checked(settings);
  REQUIRE(usable.has_value());
  CHECK(usable->teams == 300);
}

TEST_CASE("a tiny league has no Cup, play-in or playoffs") {
  league_settings settings;
  settings.teams = 4;
  settings.games_per_team = 10;
  const auto tiny = make_league(settings);
  CHECK(tiny->games().size() == 20);
  for (const auto& game : tiny->games()) CHECK(game.id.type() == game_type::regular);
}

TEST_CASE("leagues of many kinds can be made") {
  for (const int year : {1946, 1999, 2000, 2024, 2025, 2045})
    for (const int teams : {2, 8, 16, 20, 30, 32}) {
      league_settings settings;
      settings.season = season{year};
      settings.teams = teams;
      settings.games_per_team = teams == 16 ? 21 : 4;
      settings.preseason = true;
      settings.cancelled_games = 1;
      const auto made = league::create(settings);
      REQUIRE_MESSAGE(made.has_value(), year, " ", teams);
      for (const auto& game : (*made)->games()) CHECK(game.id.in_season() == season{year});
    }
}
