// The decisive test: what the league makes is what the engine takes.
#include "tests/unit/league/samples.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <numeric>

using namespace nba;
using namespace nba::test;

namespace {

result<game_rows> transformed(transformer& engine, const league& one, const planned_game& game) {
  game_payloads payloads;
  payloads.id = game.id;
  payloads.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(*one.boxscore_json(game.id));
  payloads.bodies[endpoint::playbyplay] = std::make_shared<const padded_body>(*one.playbyplay_json(game.id));
  payloads.origin.source = "sim";
  payloads.is_neutral = game.is_neutral;
  return engine.transform(payloads);
}

int accepted_games(const league& one, std::size_t step) {
  transformer engine{make_cdn_parser()};
  int accepted = 0;
  const auto games = one.games();
  for (std::size_t i = 0; i < games.size(); i += step) {
    const auto& game = games[i];
    const auto rows = transformed(engine, one, game);
    if (!rows) {
      FAIL_CHECK(game.id.str(), ' ', describe(rows.error()));
      continue;
    }
    ++accepted;
    CHECK(rows->game.game_date == game.date);
    CHECK(rows->game.tipoff_utc == *game.tipoff_utc);
    CHECK(rows->game.home_score == *game.home_score);
    CHECK(rows->game.away_score == *game.away_score);
    CHECK(rows->game.home_tricode == game.home_tricode);
    CHECK(rows->game.is_neutral == game.is_neutral);
    CHECK(rows->team_stats.size() == 2);
    CHECK(rows->player_stats.size() == 34);
    CHECK(rows->officials.size() >= 3);
    const int points = std::accumulate(rows->events.begin(), rows->events.end(), 0,
                                       [](int sum, const pbp_event_row& event) { return sum + event.points; });
    CHECK(points == rows->game.home_score + rows->game.away_score);
    for (std::size_t k = 1; k < rows->events.size(); ++k)
      CHECK(rows->events[k].order_number > rows->events[k - 1].order_number);
  }
  return accepted;
}

}  // namespace

TEST_CASE("the transformer accepts every synthetic game it is given") {
  CHECK(accepted_games(*full_league(1), 3) == static_cast<int>((full_league(1)->games().size() + 2) / 3));
  CHECK(accepted_games(*short_league(21), 1) == 120);
  league_settings settings;
  settings.season = season{2025};
  settings.seed = 3;
  settings.regular_games = 60;
  settings.preseason = true;
  settings.overtime_rate = 0.8;
  CHECK(accepted_games(*make_league(settings), 1) >= 60);
}

TEST_CASE("a game in progress is not final for the transformer") {
  league_settings settings;
  settings.regular_games = 30;
  settings.live_today = true;
  const auto one = make_league(settings);
  const auto game = one->games().front();
  game_payloads payloads;
  payloads.id = game.id;
  payloads.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(*one->boxscore_json(game.id, game.date));
  payloads.bodies[endpoint::playbyplay] =
      std::make_shared<const padded_body>(*one->playbyplay_json(game.id, game.date));
  transformer engine{make_cdn_parser()};
  const auto rows = engine.transform(payloads);
  REQUIRE_FALSE(rows.has_value());
  CHECK(rows.error().kind == failure_class::not_final);
}
