#include "pipeline/source/cdn/parsers.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace nba;

namespace {

body_ptr body(std::string text) { return std::make_shared<const padded_body>(std::move(text)); }

std::string evidence(std::string boxscore, std::string playbyplay) {
  game_payloads payloads;
  payloads.id = *game_id::parse("0022400234");
  if (!boxscore.empty()) payloads.bodies[endpoint::boxscore] = body(std::move(boxscore));
  if (!playbyplay.empty()) payloads.bodies[endpoint::playbyplay] = body(std::move(playbyplay));
  return cdn_evidence_of_play(payloads);
}

std::string box(const std::string& status, const std::string& home, const std::string& away,
                const std::string& id = "0022400234") {
  return R"({"game":{"gameId":")" + id + R"(","gameStatus":)" + status + R"(,"homeTeam":{"score":)" + home +
         R"(},"awayTeam":{"score":)" + away + "}}}";
}

std::string events(const std::string& actions, const std::string& id = "0022400234") {
  return R"({"game":{"gameId":")" + id + R"(","actions":[)" + actions + "]}}";
}

constexpr const char* end = R"({"actionType":"game","subType":"end"})";

}  // namespace

TEST_CASE("the end of the game in the play-by-play, or a final score in the box, shows that it was played") {
  CHECK(evidence(box("1", "0", "0"), events(std::string{R"({"actionType":"period","subType":"end"},)"} + end)) ==
        "the play-by-play has the end of the game");
  CHECK(evidence("", events(end)) == "the play-by-play has the end of the game");
  CHECK(evidence(box("3", "110", "101"), "") == "the box score is final, 110-101");
  CHECK(evidence(box("\"3\"", "\"110\"", "\"101\""), events("")) == "the box score is final, 110-101");
}

TEST_CASE("nothing else does, and no document breaks it") {
  CHECK(evidence("", "").empty());
  CHECK(evidence(box("1", "0", "0"), events("")).empty());
  CHECK(evidence(box("2", "57", "60"), events(R"({"actionType":"period","subType":"end"})")).empty());
  CHECK(evidence(box("3", "0", "0"), "").empty());
  for (const auto* text : {"", "{", "[]", "null", "<html>", R"({"game":[]})", R"({"game":{"gameId":22400234}})",
                           R"({"game":{"gameId":"0022400234","actions":{}}})",
                           R"({"game":{"gameId":"0022400234","actions":[1,null,{"actionType":3}]}})"}) {
    CHECK(evidence(text, text).empty());
  }
}

TEST_CASE("documents of another game show nothing of this one") {
  CHECK(evidence(box("3", "110", "101", "0022400235"), events(end, "0022400235")).empty());
}
