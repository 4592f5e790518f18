#include "tests/unit/league/samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

league_settings small_settings(std::uint64_t seed) {
  league_settings settings;
  settings.seed = seed;
  settings.regular_games = 60;
  return settings;
}

}  // namespace

TEST_CASE("the same seed gives the same bytes, whatever was asked before") {
  const auto one = make_league(small_settings(5));
  const auto two = make_league(small_settings(5));
  const auto games = one->games();
  REQUIRE(games == two->games());
  std::vector<std::string> forwards, backwards;
  for (const auto& game : games) {
    forwards.push_back(*one->boxscore_json(game.id));
    forwards.push_back(*one->playbyplay_json(game.id));
  }
  for (auto game = games.rbegin(); game != games.rend(); ++game) {
    backwards.push_back(*two->playbyplay_json(game->id));
    backwards.push_back(*two->boxscore_json(game->id));
  }
  std::reverse(backwards.begin(), backwards.end());
  CHECK(forwards == backwards);
  CHECK(one->schedule_json() == two->schedule_json());
}

TEST_CASE("another seed gives other games") {
  const auto one = make_league(small_settings(5));
  const auto two = make_league(small_settings(6));
  const auto id = one->games().front().id;
  CHECK(one->schedule_json() != two->schedule_json());
  CHECK(*one->boxscore_json(id) != *two->boxscore_json(id));
}

TEST_CASE("a game's documents do not depend on the size of the league's calendar features") {
  // The same pairing is played by the same people: only the seed and the id decide.
  auto settings = small_settings(5);
  const auto one = make_league(settings);
  settings.today = one->games().back().date;
  const auto two = make_league(settings);
  const auto id = one->games().front().id;
  CHECK(*one->playbyplay_json(id) == *two->playbyplay_json(id));
}

TEST_CASE("many threads may read one league at once") {
  const auto one = make_league(small_settings(5));
  const auto games = one->games();
  std::vector<std::string> expected;
  for (const auto& game : games) expected.push_back(*one->playbyplay_json(game.id));
  std::vector<std::vector<std::string>> got(4);
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < got.size(); ++i)
    readers.emplace_back([&, i] {
      for (const auto& game : games) got[i].push_back(*one->playbyplay_json(game.id));
    });
  for (auto& reader : readers) reader.join();
  for (const auto& texts : got) CHECK(texts == expected);
}
