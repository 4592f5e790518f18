#include "pipeline/derive/derive.hpp"

#include <doctest/doctest.h>

#include <random>

namespace nba {
namespace {

using doctest::Approx;

// Home: 40 of 90 (10 of 30 threes), 20 of 25 free throws: 2 * 30 + 3 * 10 + 20 = 110 points.
// Away: 42 of 85 (12 threes), 15 of 20 free throws: 2 * 30 + 3 * 12 + 15 = 111 points.
game_rows hand_made_game() {
  game_rows rows;
  rows.game.periods = 4;
  rows.team_stats.resize(2);
  rows.team_stats[0].team_id = 1;
  rows.team_stats[0].line = {.points = 110,
                             .fgm = 40,
                             .fga = 90,
                             .fg3m = 10,
                             .fg3a = 30,
                             .ftm = 20,
                             .fta = 25,
                             .oreb = 12,
                             .dreb = 34,
                             .reb = 46,
                             .tov = 14};
  rows.team_stats[1].team_id = 2;
  rows.team_stats[1].line = {.points = 111,
                             .fgm = 42,
                             .fga = 85,
                             .fg3m = 12,
                             .fg3a = 31,
                             .ftm = 15,
                             .fta = 20,
                             .oreb = 8,
                             .dreb = 36,
                             .reb = 44,
                             .tov = 13};
  return rows;
}

TEST_CASE("possessions are the mean of both sides' estimates") {
  const auto factors = derive_team_factors(hand_made_game(), {});
  REQUIRE(factors.size() == 2);
  // 90 + 0.44 * 25 - 1.07 * 12 / (12 + 36) * 50 + 14 = 115 - 13.375
  const double home = 101.625;
  // 85 + 0.44 * 20 - 1.07 * 8 / (8 + 34) * 43 + 13 = 106.8 - 368.08 / 42 = 98.03619
  const double away = 106.8 - 368.08 / 42;
  CHECK(factors[0].possessions == Approx((home + away) / 2).epsilon(1e-12));
  CHECK(factors[0].possessions == Approx(99.830595).epsilon(1e-6));
  CHECK(factors[1].possessions == factors[0].possessions);
  CHECK(factors[0].possessions_method == "box_estimate");
  CHECK(factors[0].box_possessions == factors[0].possessions);
}

// `home` and `away` counted possessions, and one of each that is not.
std::vector<possession_row> possessions_of(int home, int away) {
  std::vector<possession_row> rows(static_cast<std::size_t>(home + away) + 2);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].offense_team_id = i <= static_cast<std::size_t>(home) ? 1 : 2;
  rows.front().is_counted = rows.back().is_counted = false;
  return rows;
}

TEST_CASE("where possessions are counted, each team's own go into its ratings, and both into the pace") {
  const auto possessions = possessions_of(100, 98);
  const auto factors = derive_team_factors(hand_made_game(), possessions);
  const auto &home = factors[0], &away = factors[1];
  CHECK(home.possessions_method == "counted");
  CHECK(home.possessions == 100);
  CHECK(away.possessions == 98);
  CHECK(home.box_possessions == Approx(99.830595).epsilon(1e-6));
  CHECK(away.box_possessions == home.box_possessions);
  CHECK(*home.pace == Approx(99));  // 48 * (100 + 98) / (2 * 48)
  CHECK(*away.pace == Approx(99));
  CHECK(*home.off_rating == Approx(110));            // 100 * 110 / 100
  CHECK(*home.def_rating == Approx(11'100.0 / 98));  // 100 * 111 / 98
  CHECK(*away.off_rating == *home.def_rating);
  CHECK(*home.net_rating == Approx(110 - 11'100.0 / 98));
  CHECK(*home.efg_pct == Approx(0.5));  // not touched by the count
}

TEST_CASE("a game in which one team is never seen with the ball is estimated") {
  const auto possessions = possessions_of(100, 0);
  const auto factors = derive_team_factors(hand_made_game(), possessions);
  CHECK(factors[0].possessions_method == "box_estimate");
  CHECK(factors[0].possessions == Approx(99.830595).epsilon(1e-6));
}

TEST_CASE("the four factors, true shooting, pace and ratings of a game worked out by hand") {
  const auto factors = derive_team_factors(hand_made_game(), {});
  const auto &home = factors[0], &away = factors[1];
  CHECK(home.team_id == 1);
  CHECK(away.team_id == 2);
  CHECK(*home.efg_pct == Approx(0.5));         // (40 + 5) / 90
  CHECK(*away.efg_pct == Approx(48.0 / 85));   // (42 + 6) / 85
  CHECK(*home.ts_pct == Approx(110 / 202.0));  // 110 / (2 * (90 + 11))
  CHECK(*home.tov_pct == Approx(14 / 115.0));  // 14 / (90 + 11 + 14)
  CHECK(*home.orb_pct == Approx(0.25));        // 12 / (12 + 36)
  CHECK(*away.orb_pct == Approx(8.0 / 42));    // 8 / (8 + 34)
  CHECK(*home.ft_rate == Approx(25.0 / 90));
  CHECK(*home.pace == Approx(99.830595).epsilon(1e-6));  // 48 minutes: possessions themselves
  CHECK(*home.off_rating == Approx(100 * 110 / 99.830595).epsilon(1e-6));
  CHECK(*home.def_rating == Approx(100 * 111 / 99.830595).epsilon(1e-6));
  CHECK(*home.net_rating == Approx(-100 / 99.830595).epsilon(1e-6));  // one point worse
}

TEST_CASE("pace is per 48 minutes, however many were played") {
  auto rows = hand_made_game();
  rows.game.periods = 6;  // 58 minutes
  CHECK(*derive_team_factors(rows, {})[0].pace == Approx(99.830595 * 48 / 58).epsilon(1e-6));
  // A scorer's odd team minutes (244:20 once in the recorded seasons) do not touch it.
  rows.team_stats[0].seconds_played_hundredths = 1'466'000;
  CHECK(*derive_team_factors(rows, {})[0].pace == Approx(99.830595 * 48 / 58).epsilon(1e-6));
}

TEST_CASE("a ratio without a denominator is empty") {
  game_rows rows;
  rows.team_stats.resize(2);
  for (const auto& row : derive_team_factors(rows, {})) {
    CHECK(row.possessions == 0);
    CHECK_FALSE(row.pace.has_value());
    CHECK_FALSE(row.off_rating.has_value());
    CHECK_FALSE(row.def_rating.has_value());
    CHECK_FALSE(row.net_rating.has_value());
    CHECK_FALSE(row.efg_pct.has_value());
    CHECK_FALSE(row.ts_pct.has_value());
    CHECK_FALSE(row.tov_pct.has_value());
    CHECK_FALSE(row.orb_pct.has_value());
    CHECK_FALSE(row.ft_rate.has_value());
  }
  CHECK(derive_team_factors(game_rows{}, {}).empty());
}

TEST_CASE("property: one side's offence is the other's defence, and every share lies between 0 and 1") {
  std::mt19937 random(20241022);
  const auto between = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int i = 0; i < 2'000; ++i) {
    game_rows rows;
    rows.game.periods = between(4, 7);
    rows.team_stats.resize(2);
    for (auto& team : rows.team_stats) {
      auto& line = team.line;
      line.fga = between(1, 120);
      line.fgm = between(0, line.fga);
      line.fg3m = between(0, line.fgm);
      line.fta = between(0, 60);
      line.ftm = between(0, line.fta);
      line.points = 2 * line.fgm + line.fg3m + line.ftm;
      line.oreb = between(0, 30);
      line.dreb = between(0, 60);
      line.tov = between(0, 30);
    }
    const auto factors = derive_team_factors(rows, {});
    const auto &home = factors[0], &away = factors[1];
    REQUIRE(home.possessions == away.possessions);
    REQUIRE(home.off_rating == away.def_rating);
    REQUIRE(home.def_rating == away.off_rating);
    REQUIRE(home.pace == away.pace);
    if (home.net_rating) REQUIRE(*home.net_rating == Approx(-*away.net_rating));
    for (const auto& share : {home.tov_pct, home.orb_pct, away.tov_pct, away.orb_pct}) {
      if (share) REQUIRE((*share >= 0 && *share <= 1));
    }
    REQUIRE((*home.efg_pct >= 0 && *home.efg_pct <= 1.5));
    if (rows.game.periods == 4 && home.pace) REQUIRE(*home.pace == Approx(home.possessions));
  }
}

}  // namespace
}  // namespace nba
