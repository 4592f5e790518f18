#include "tests/support/engine/small_league.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace nba::test;

namespace {

nba::result<nba::game_rows> rows_of(const nba::game_id& id, const small_payload& what = {}) {
  nba::game_payloads payloads;
  payloads.id = id;
  payloads.bodies[nba::endpoint::boxscore] = std::make_shared<nba::padded_body>(boxscore_json(id, what));
  payloads.bodies[nba::endpoint::playbyplay] = std::make_shared<nba::padded_body>(playbyplay_json(id, what));
  return nba::transformer{nba::make_cdn_parser()}.transform(payloads);
}

}  // namespace

TEST_SUITE("small league") {
  TEST_CASE("the transformer accepts its games") {
    const auto game = small_game(7);
    const auto rows = rows_of(game.id, {.home_points = 8, .away_points = 6, .filler_bytes = 5'000});
    REQUIRE_MESSAGE(rows, rows.error().message);
    CHECK(rows->game.home_score == 8);
    CHECK(rows->game.away_score == 6);
    CHECK(rows->player_stats.size() == 10);
    CHECK(rows->approximate_bytes() > 5'000);
  }

  TEST_CASE("a game that is not over is not final") {
    const auto rows = rows_of(small_game(7).id, {.status = 2});
    REQUIRE_FALSE(rows);
    CHECK(rows.error().kind == nba::failure_class::not_final);
  }

  TEST_CASE("a season has as many games and chunks as asked for, all ids different and out of date order") {
    const auto season = small_season(60, 6);
    std::set<nba::game_id> ids;
    bool in_order = true;
    for (std::size_t i = 0; i < season.size(); ++i) {
      ids.insert(season[i].id);
      if (i > 0 && season[i].date < season[i - 1].date) in_order = false;
    }
    CHECK(ids.size() == 60);
    CHECK_FALSE(in_order);
    CHECK(small_chunks(season).size() == 6);
  }
}
