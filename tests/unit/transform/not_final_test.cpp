// Games whose payloads say, or show, that they are not over.
#include "tests/unit/transform/small_game.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

using test::box;
using test::json;
using test::plays;
using test::transform;

failure_class kind_of(const json& score, const json& actions) {
  const auto rows = transform(score, actions);
  REQUIRE_FALSE(rows.has_value());
  return rows.error().kind;
}

TEST_CASE("a status other than 3 is not final, with the status in words") {
  for (const int status : {1, 2}) {
    auto document = box();
    document["game"]["gameStatus"] = status;
    document["game"]["gameStatusText"] = "Q3 4:12";
    const auto why = transform(document, plays()).error();
    CHECK(why.kind == failure_class::not_final);
    CHECK(why.where == "game.gameStatus");
    CHECK(why.message.find(std::to_string(status)) != std::string::npos);
    CHECK(why.message.find("Q3 4:12") != std::string::npos);
  }
}

TEST_CASE("a box score from before the game is not final, however much it lacks") {
  auto document = box();
  auto& game = document["game"];
  game["gameStatus"] = 1;
  game["gameStatusText"] = "7:30 pm ET";
  game["period"] = 0;
  game["officials"] = nullptr;
  for (const auto* side : {"homeTeam", "awayTeam"}) {
    game[side]["score"] = 0;
    game[side].erase("periods");
    game[side]["players"] = json::array();
    game[side].erase("statistics");
  }
  CHECK(kind_of(document, plays()) == failure_class::not_final);
  // The status may stand after the parts that do not parse.
  game.erase("gameStatus");
  game["gameStatus"] = 1;
  CHECK(kind_of(document, plays()) == failure_class::not_final);
}

TEST_CASE("a final status over a score of 0 to 0 is a stale box score") {
  auto document = box();
  document["game"]["gameStatusText"] = "pregame";
  document["game"]["homeTeam"]["score"] = 0;
  document["game"]["awayTeam"]["score"] = 0;
  const auto why = transform(document, plays()).error();
  CHECK(why.kind == failure_class::not_final);
  CHECK(why.message.find("before the game") != std::string::npos);
  document["game"]["homeTeam"].erase("statistics");
  CHECK(kind_of(document, plays()) == failure_class::not_final);
}

TEST_CASE("with a final status and a score that adds up, a stale text does not matter") {
  auto document = box();
  document["game"]["gameStatusText"] = "pregame";
  CHECK(transform(document, plays()).has_value());
}

TEST_CASE("a final box score that does not parse is drift, not 'not final'") {
  auto document = box();
  document["game"]["homeTeam"].erase("statistics");
  CHECK(kind_of(document, plays()) == failure_class::contract_drift);
}

TEST_CASE("a play-by-play without the end of the game is not final") {
  auto document = plays();
  auto& actions = document["game"]["actions"];
  actions.erase(actions.size() - 1);
  const auto why = transform(box(), document).error();
  CHECK(why.kind == failure_class::not_final);
  CHECK(why.where == "game.actions");
  document["game"]["actions"] = json::array();
  CHECK(kind_of(box(), document) == failure_class::not_final);
  document = plays();
  test::action(document, 110000)["subType"] = "start";
  CHECK(kind_of(box(), document) == failure_class::not_final);
}

}  // namespace
}  // namespace nba
