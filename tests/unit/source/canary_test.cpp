#include "pipeline/source/canary.hpp"

#include <doctest/doctest.h>

#include <string>

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
  CHECK(canary(std::nullopt, fallback).choose(other) == fallback);
  canary bird(game(7), fallback);
  CHECK(bird.choose(other) == game(7));
  bird.answered_well(game(8));
  CHECK(bird.choose(other) == game(8));
  bird.answered_well(game(9));
  bird.answered_well(game(8));
  CHECK(bird.choose(other) == game(8));
}

TEST_CASE("a refused game is not its own canary") {
  canary bird(game(7), fallback);
  CHECK(bird.choose(game(7)) == fallback);
  CHECK(canary(fallback, fallback).choose(fallback) == std::nullopt);
  CHECK(canary(nba::game_id(), nba::game_id()).choose(other) == std::nullopt);
}

TEST_CASE("many served games do not pile up") {
  canary bird(std::nullopt, fallback);
  for (int number = 100; number < 10'000; ++number) bird.answered_well(game(number));
  CHECK(bird.choose(other) == game(9'999));
  CHECK(bird.choose(game(9'999)) == game(9'998));
}

TEST_CASE("a candidate that did not answer goes behind the others") {
  canary bird(game(7), fallback);
  bird.answered_well(game(8));
  bird.did_not_answer(game(8));
  CHECK(bird.choose(other) == game(7));
  bird.did_not_answer(game(7));
  CHECK(bird.choose(other) == fallback);
  bird.did_not_answer(fallback);
  CHECK(bird.choose(other) == game(8));
  bird.did_not_answer(game(500));  // not one of them
  CHECK(bird.choose(other) == game(8));
}

TEST_CASE("an answer of the canary speaks for the host for half a minute") {
  canary bird(std::nullopt, fallback);
  CHECK_FALSE(bird.is_fresh(start));
  bird.vouched(start);
  CHECK(bird.is_fresh(start));
  CHECK(bird.is_fresh(start + 30s));
  CHECK_FALSE(bird.is_fresh(start + 30s + 1ns));
}

TEST_CASE("an answer of the canary is shared by a few refusals only") {
  canary bird(std::nullopt, fallback);
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
  canary bird(std::nullopt, fallback);
  bird.answered_well(game(8));
  CHECK_FALSE(bird.is_fresh(start));
  bird.vouched(start);
  bird.did_not_answer(game(8));
  CHECK_FALSE(bird.is_fresh(start));
}
