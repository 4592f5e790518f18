#include "pipeline/source/canary.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using nba::canary;

namespace {

const canary::time_point start{1h};
nba::game_id game(int number) {
  const auto digits = std::to_string(number);
  return nba::game_id::parse("00224" + std::string(5 - digits.size(), '0') + digits).value();
}
const nba::game_id fallback = game(61);
const nba::game_id other = game(999);

}  // namespace

TEST_CASE("the default canary is a game id") { CHECK(nba::game_id::parse(nba::default_canary_game) == fallback); }

TEST_CASE("the canary is the game served last, else the ledger's, else the configured one") {
  CHECK(canary().choose(other) == std::nullopt);
  CHECK(canary({}, fallback).choose(other) == fallback);
  canary bird({game(7), game(6)}, fallback);
  CHECK(bird.choose(other) == game(7));
  bird.answered_well(game(8));
  CHECK(bird.choose(other) == game(8));
  bird.answered_well(game(9));
  bird.answered_well(game(8));
  CHECK(bird.choose(other) == game(8));
}

TEST_CASE("a refused game is not its own canary") {
  canary bird({game(7), game(6)}, fallback);
  CHECK(bird.choose(game(7)) == game(6));
  CHECK(canary({fallback}, fallback).choose(fallback) == std::nullopt);
  CHECK(canary({nba::game_id()}, nba::game_id()).choose(other) == std::nullopt);
}

TEST_CASE("where a game of the database is known the configured one is not asked: its host may serve nothing else") {
  CHECK(canary({game(7), game(6)}, fallback).candidates() == std::vector{game(7), game(6)});
  CHECK(canary({nba::game_id()}, fallback).candidates() == std::vector{fallback});
}

TEST_CASE("known games are drawn from those played last, others every day") {
  const nba::et_date first{date::local_days{date::year{2024} / 10 / 22}};
  CHECK(nba::draw_known_good({}, 1).empty());
  CHECK(nba::draw_known_good({{game(5), first}}, 1) == std::vector{game(5)});
  std::vector<nba::done_game> done;
  // Ids are not in date order.
  for (int i = 0; i < 200; ++i) done.push_back({game(1'000 - i), first + date::days{i / 4}});
  std::set<nba::game_id> seen;
  std::set<std::vector<nba::game_id>> draws;
  for (int day = 0; day < 400; ++day) {
    const auto seed = nba::seed_of(first + date::days{day});
    const auto drawn = nba::draw_known_good(done, seed);
    CHECK(drawn == nba::draw_known_good({done.rbegin(), done.rend()}, seed));
    REQUIRE(drawn.size() == nba::known_good_max);
    CHECK(std::set<nba::game_id>(drawn.begin(), drawn.end()).size() == drawn.size());
    for (const auto& id : drawn) CHECK((id >= game(801) && id < game(801 + static_cast<int>(nba::known_good_pool))));
    seen.insert(drawn.begin(), drawn.end());
    draws.insert(drawn);
  }
  CHECK(seen.size() == nba::known_good_pool);  // each of them, sooner or later
  CHECK(draws.size() > 390);
}

TEST_CASE("many served games do not pile up") {
  canary bird({}, fallback);
  for (int number = 100; number < 10'000; ++number) bird.answered_well(game(number));
  CHECK(bird.choose(other) == game(9'999));
  CHECK(bird.choose(game(9'999)) == game(9'998));
}

TEST_CASE("a candidate that did not answer goes behind the others") {
  canary bird({game(7), game(6)}, fallback);
  bird.answered_well(game(8));
  bird.did_not_answer(game(8));
  CHECK(bird.choose(other) == game(7));
  bird.did_not_answer(game(7));
  CHECK(bird.choose(other) == game(6));
  bird.did_not_answer(game(6));
  CHECK(bird.choose(other) == game(8));
  bird.did_not_answer(game(500));  // not one of them
  CHECK(bird.choose(other) == game(8));
}

TEST_CASE("an answer of the canary speaks for the host for half a minute") {
  canary bird({}, fallback);
  CHECK_FALSE(bird.is_fresh(start));
  bird.vouched(start);
  CHECK(bird.is_fresh(start));
  CHECK(bird.is_fresh(start + 30s));
  CHECK_FALSE(bird.is_fresh(start + 30s + 1ns));
}

TEST_CASE("an answer of the canary is shared by a few refusals only") {
  canary bird({}, fallback);
  CHECK_FALSE(bird.share(start));
  bird.vouched(start);
  for (int i = 0; i < canary::shares_max; ++i) CHECK(bird.share(start + 1s));
  CHECK_FALSE(bird.share(start + 1s));
  CHECK_FALSE(bird.is_fresh(start + 1s));
  bird.vouched(start + 2s);
  CHECK(bird.share(start + 2s));
  CHECK_FALSE(bird.share(start + 33s));
}

TEST_CASE("a good answer for a game is no verdict, a refused canary ends the last one") {
  canary bird({}, fallback);
  bird.answered_well(game(8));
  CHECK_FALSE(bird.is_fresh(start));
  bird.vouched(start);
  bird.did_not_answer(game(8));
  CHECK_FALSE(bird.is_fresh(start));
}
