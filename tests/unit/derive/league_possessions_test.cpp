// Possessions, factors and the first quarter over games of the synthetic league: what holds for every game there is.
#include "bench/fake_nba/league.hpp"
#include "pipeline/derive/derive.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"
#include "tests/unit/derive/possession_checks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace nba {
namespace {

using doctest::Approx;

// 400 games of one league, derived; made once. All three serialisations and all quirks are among them.
struct derived_game {
  game_rows rows;
  derived_rows derived;
};
const std::vector<derived_game>& games() {
  static const auto made = [] {
    league_settings settings;
    settings.seed = 84;
    settings.regular_games = 400;
    settings.playoffs = settings.play_in = settings.cup = false;
    settings.overtime_rate = 0.2;
    const auto one = *league::create(settings);
    const season_travel travel(one->games());
    transformer engine{make_cdn_parser()};
    std::vector<derived_game> all;
    for (const auto& game : one->games()) {
      game_payloads both;
      both.id = game.id;
      both.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(*one->boxscore_json(game.id));
      both.bodies[endpoint::playbyplay] = std::make_shared<const padded_body>(*one->playbyplay_json(game.id));
      auto rows = engine.transform(both);
      if (!rows) throw std::runtime_error(game.id.str() + std::string(": ") + describe(rows.error()));
      auto derived = derive_game(*rows, travel);
      all.push_back({*std::move(rows), std::move(derived)});
    }
    return all;
  }();
  return made;
}

TEST_CASE("property: possessions fill every period, alternate, and their points are the score") {
  REQUIRE(games().size() == 400);
  std::set<possession_end> reasons;
  int overtimes = 0;
  for (const auto& game : games()) {
    const auto wrong = test::violation_of(game.rows, game.derived.possessions);
    if (!wrong.empty()) FAIL_CHECK(game.rows.game.game_id.str() << " " << wrong);
    for (const auto& each : game.derived.possessions) reasons.insert(each.end_reason);
    overtimes += game.rows.game.periods > 4;
  }
  CHECK(reasons.size() == 6);  // every reason occurs
  CHECK(overtimes > 20);
}

TEST_CASE("property: two teams of a game have the ball equally often, to three") {
  std::map<int, int> differences;
  for (const auto& game : games()) {
    const auto numbers = test::numbers_of(game.rows, game.derived.possessions);
    ++differences[std::abs(numbers.home_counted - numbers.away_counted)];
  }
  CHECK(differences.rbegin()->first <= 3);
}

TEST_CASE("property: ratings are the score over the counted possessions, which the box score estimates well") {
  double counted = 0, estimated = 0;
  for (const auto& game : games()) {
    const auto numbers = test::numbers_of(game.rows, game.derived.possessions);
    const auto& factors = game.derived.team_factors;
    REQUIRE(factors.size() == 2);
    REQUIRE(factors[0].possessions == numbers.home_counted);
    REQUIRE(factors[1].possessions == numbers.away_counted);
    REQUIRE(*factors[0].off_rating == Approx(100.0 * game.rows.game.home_score / numbers.home_counted));
    REQUIRE(*factors[0].def_rating == *factors[1].off_rating);
    REQUIRE(factors[0].box_possessions == factors[1].box_possessions);
    counted += numbers.home_counted + numbers.away_counted;
    estimated += 2 * factors[0].box_possessions.value();
  }
  CHECK(counted == Approx(estimated).epsilon(0.03));
}

TEST_CASE("property: the window of the first quarter is consistent with the possessions") {
  for (const auto& game : games()) {
    REQUIRE(game.derived.q1_window.has_value());
    const auto& window = *game.derived.q1_window;
    const auto in_window = std::count_if(
        game.derived.possessions.begin(), game.derived.possessions.end(),
        [](const possession_row& each) { return each.period == 1 && each.end_clock_hundredths >= 48'000; });
    REQUIRE(window.home_possessions + window.away_possessions == in_window);
    REQUIRE(std::abs(window.home_possessions - window.away_possessions) <= 1);
    REQUIRE(*window.pace48 == Approx(6.0 * static_cast<double>(in_window)));
    for (const auto bonus : {window.home_bonus_hundredths, window.away_bonus_hundredths})
      REQUIRE((bonus >= 0 && bonus <= 24'000));
    for (const auto& share : {window.home_tov_rate, window.away_tov_rate, window.home_orb_pct, window.away_orb_pct})
      if (share) REQUIRE((*share >= 0 && *share <= 1));
  }
}

TEST_CASE("property: shocks are in order, in the first quarter, and of players of the game") {
  std::set<shock_type> types;
  for (const auto& game : games()) {
    int clock = 72'000;
    for (std::size_t i = 0; i < game.derived.shocks.size(); ++i) {
      const auto& shock = game.derived.shocks[i];
      types.insert(shock.event_type);
      REQUIRE(shock.shock_idx == static_cast<int>(i));
      REQUIRE(shock.period == 1);
      REQUIRE(shock.clock_hundredths <= clock);
      clock = shock.clock_hundredths;
      const auto& players = game.rows.player_stats;
      if (shock.player_id)
        REQUIRE(std::any_of(players.begin(), players.end(), [&](const player_stats_row& each) {
          return each.player_id == *shock.player_id && each.team_id == shock.team_id;
        }));
      if (shock.event_type == shock_type::early_foul_trouble) REQUIRE(shock.clock_hundredths >= 36'000);
      if (shock.immediate_sub) REQUIRE(shock.player_id.has_value());
    }
  }
  CHECK(types.size() >= 3);
}

}  // namespace
}  // namespace nba
