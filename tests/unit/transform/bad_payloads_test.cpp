// Payloads that are not as agreed: the failure's class, and the JSON path of what is wrong.
#include "pipeline/transform/payload_reader.hpp"
#include "tests/unit/transform/small_game.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace nba {
namespace {

using test::action;
using test::box;
using test::json;
using test::plays;
using test::transform;

failure failure_of(const json& score, const json& actions) {
  auto failed = transform(score, actions);
  REQUIRE_FALSE(failed.has_value());
  return failed.error();
}

failure failure_of_text(const std::string& score, const std::string& actions) {
  auto failed = transformer{make_cdn_parser()}.transform(test::raw_payloads(score, actions));
  REQUIRE_FALSE(failed.has_value());
  return failed.error();
}

bool says(const failure& what, std::string_view text) { return what.message.find(text) != std::string::npos; }

struct drift {
  const char* where;  // the path the failure has to name
  std::function<void(json&)> change;
  const char* found;  // what the message has to quote
};

TEST_CASE("a box score that drifts names the path") {
  const drift cases[] = {
      {"game", [](json& d) { d.erase("game"); }, "is missing"},
      {"game", [](json& d) { d["game"] = "none"; }, "\"none\""},
      {"game.gameId", [](json& d) { d["game"].erase("gameId"); }, "is missing"},
      {"game.gameEt", [](json& d) { d["game"]["gameEt"] = "tomorrow"; }, "tomorrow"},
      {"game.gameEt", [](json& d) { d["game"]["gameEt"] = "2024-02-30T19:30:00"; }, "2024-02-30"},
      {"game.gameTimeUTC", [](json& d) { d["game"]["gameTimeUTC"] = ""; }, "is empty"},
      {"game.period", [](json& d) { d["game"]["period"] = nullptr; }, "is missing"},
      {"game.period", [](json& d) { d["game"]["period"] = 4.5; }, "4.5"},
      {"game.homeTeam.score", [](json& d) { d["game"]["homeTeam"]["score"] = -1'000'001; }, "-1000001"},
      {"game.homeTeam", [](json& d) { d["game"].erase("homeTeam"); }, "is missing"},
      {"game.homeTeam.score", [](json& d) { d["game"]["homeTeam"]["score"] = -1; }, "0 to 500, found -1"},
      {"game.homeTeam.score", [](json& d) { d["game"]["homeTeam"]["score"] = 3'000'000'000; }, "3000000000"},
      {"game.homeTeam.score", [](json& d) { d["game"]["homeTeam"]["score"] = 7.5; }, "7.5"},
      // The first whole numbers that a double cannot tell apart, and beyond: another number than was meant.
      {"game.homeTeam.teamId", [](json& d) { d["game"]["homeTeam"]["teamId"] = 9007199254740992.0; }, "an integer"},
      {"game.homeTeam.teamId", [](json& d) { d["game"]["homeTeam"]["teamId"] = 1e300; }, "an integer"},
      {"game.homeTeam.teamId", [](json& d) { d["game"]["homeTeam"]["teamId"] = "NaN"; }, "an integer"},
      {"game.homeTeam.teamTricode", [](json& d) { d["game"]["homeTeam"]["teamTricode"] = ""; }, "1 to 8 bytes long"},
      {"game.homeTeam.teamCity", [](json& d) { d["game"]["homeTeam"]["teamCity"] = std::string(201, 'x'); },
       "found 201"},
      {"game.awayTeam.players[1].statistics.minutes",
       [](json& d) { d["game"]["awayTeam"]["players"][1]["statistics"]["minutes"] = "PT25H00M"; }, "PT25H"},
      {"game.awayTeam.players[1].statistics.minutes",
       [](json& d) { d["game"]["awayTeam"]["players"][1]["statistics"]["minutes"] = ""; }, "\"\""},
      {"game.awayTeam.players[101]",
       [](json& d) {
         auto& players = d["game"]["awayTeam"]["players"];
         while (players.size() < 102) players.push_back(players[4]);
       },
       "at most 100"},
      {"game.homeTeam.teamId", [](json& d) { d["game"]["homeTeam"]["teamId"] = 0; }, "found 0"},
      {"game.awayTeam.score", [](json& d) { d["game"]["awayTeam"]["score"] = json::array(); }, "an integer"},
      {"game.awayTeam.periods[2].score", [](json& d) { d["game"]["awayTeam"]["periods"][2].erase("score"); },
       "is missing"},
      {"game.awayTeam.periods[3].period", [](json& d) { d["game"]["awayTeam"]["periods"][3]["period"] = 21; }, "21"},
      {"game.homeTeam.players", [](json& d) { d["game"]["homeTeam"]["players"] = json::object(); }, "an array"},
      {"game.homeTeam.players[3]", [](json& d) { d["game"]["homeTeam"]["players"][3] = 104; }, "an object"},
      {"game.homeTeam.players[3].personId", [](json& d) { d["game"]["homeTeam"]["players"][3].erase("personId"); },
       "is missing"},
      {"game.homeTeam.players[3].starter", [](json& d) { d["game"]["homeTeam"]["players"][3]["starter"] = "2"; },
       "\"2\""},
      {"game.homeTeam.players[3].statistics.points",
       [](json& d) { d["game"]["homeTeam"]["players"][3]["statistics"]["points"] = "0x1"; }, "0x1"},
      {"game.awayTeam.players[1].statistics.minutes",
       [](json& d) { d["game"]["awayTeam"]["players"][1]["statistics"]["minutes"] = "33:11"; }, "33:11"},
      {"game.awayTeam.statistics.turnoversTotal",
       [](json& d) { d["game"]["awayTeam"]["statistics"].erase("turnoversTotal"); }, "is missing"},
      {"game.homeTeam.teamName", [](json& d) { d["game"]["homeTeam"]["teamName"] = 76; }, "a text"},
      {"game.homeTeam.teamName", [](json& d) { d["game"]["homeTeam"]["teamName"] = std::string("7\0", 2) + "6"; },
       "NUL"},
  };
  for (const auto& [where, change, found] : cases) {
    CAPTURE(where);
    auto document = box();
    change(document);
    const auto why = failure_of(document, plays());
    CHECK(why.kind == failure_class::contract_drift);
    CHECK(why.where == where);
    CHECK_MESSAGE(says(why, found), why.message);
    CHECK(says(why, "box score"));
  }
}

TEST_CASE("a play-by-play that drifts names the path") {
  const drift cases[] = {
      {"game", [](json& d) { d.erase("game"); }, "is missing"},
      {"game.gameId", [](json& d) { d["game"].erase("gameId"); }, "is missing"},
      {"game.actions", [](json& d) { d["game"].erase("actions"); }, "is missing"},
      {"game.actions", [](json& d) { d["game"]["actions"] = "soon"; }, "\"soon\""},
      {"game.actions[4]", [](json& d) { d["game"]["actions"][4] = json::array(); }, "an object"},
      {"game.actions[4].clock", [](json& d) { d["game"]["actions"][4].erase("clock"); }, "is missing"},
      {"game.actions[4].clock", [](json& d) { d["game"]["actions"][4]["clock"] = "11:58"; }, "11:58"},
      {"game.actions[4].clock", [](json& d) { d["game"]["actions"][4]["clock"] = "PT-1M00.00S"; }, "PT-1M"},
      {"game.actions[4].clock", [](json& d) { d["game"]["actions"][4]["clock"] = ""; }, "\"\""},
      {"game.actions[3].clock", [](json& d) { d["game"]["actions"][3]["clock"] = "PT12M00.01S"; }, "PT12M00.01S"},
      {"game.actions[3].clock", [](json& d) { d["game"]["actions"][3]["clock"] = "PT1H00M"; }, "PT1H"},
      {"game.actions[3].clock", [](json& d) { d["game"]["actions"][3]["clock"] = "PTH"; }, "PTH"},
      {"game.actions[3].clock", [](json& d) { d["game"]["actions"][3]["clock"] = "PT-1H"; }, "PT-1H"},
      {"game.actions[3].clock", [](json& d) { d["game"]["actions"][3]["clock"] = "PT0H1H"; }, "PT0H1H"},
      {"game.actions[10].clock",
       [](json& d) {
         d["game"]["actions"][10]["period"] = 5;
         d["game"]["actions"][10]["clock"] = "PT05M00.01S";
       },
       "longer than period 5"},
      {"game.actions[10].period", [](json& d) { d["game"]["actions"][10]["period"] = 0; }, "found 0"},
      {"game.actions[10].period", [](json& d) { d["game"]["actions"][10]["period"] = 2'000'000'000; }, "2000000000"},
      {"game.actions[1].scoreHome", [](json& d) { d["game"]["actions"][1]["scoreHome"] = nullptr; }, "is missing"},
      {"game.actions[1].scoreAway", [](json& d) { d["game"]["actions"][1]["scoreAway"] = ""; }, "an integer"},
      {"game.actions[1].orderNumber", [](json& d) { d["game"]["actions"][1].erase("orderNumber"); }, "is missing"},
      {"game.actions[1].actionNumber", [](json& d) { d["game"]["actions"][1]["actionNumber"] = true; }, "true"},
      {"game.actions[1].actionType", [](json& d) { d["game"]["actions"][1].erase("actionType"); }, "is missing"},
      {"game.actions[2].qualifiers[1]", [](json& d) { d["game"]["actions"][2]["qualifiers"][1] = 7; }, "a text"},
      {"game.actions[2].qualifiers", [](json& d) { d["game"]["actions"][2]["qualifiers"] = "and1"; }, "an array"},
  };
  for (const auto& [where, change, found] : cases) {
    CAPTURE(where);
    auto document = plays();
    change(document);
    const auto why = failure_of(box(), document);
    CHECK(why.kind == failure_class::contract_drift);
    CHECK(why.where == where);
    CHECK_MESSAGE(says(why, found), why.message);
    CHECK(says(why, "play-by-play"));
  }
}

TEST_CASE("a long value is cut between two letters") {
  CHECK(shortened(std::string(40, 'x')) == std::string(40, 'x'));
  CHECK(shortened(std::string(41, 'x')) == std::string(40, 'x') + "...");
  CHECK(shortened(std::string(39, 'x') + "\u010D and more") == std::string(39, 'x') + "...");
  CHECK(shortened(std::string(38, 'x') + "\u010D and more") == std::string(38, 'x') + "\u010D...");
}

TEST_CASE("a long offending value is cut") {
  auto document = plays();
  action(document, 20000)["clock"] = std::string(5000, 'x');
  CHECK(failure_of(box(), document).message.size() < 200);
  document = plays();
  document["game"]["gameId"] = std::string(5000, 'x');
  CHECK(failure_of(box(), document).message.size() < 200);
  for (const auto* key : {"gameId", "gameEt"}) {
    auto score = box();
    score["game"][key] = std::string(5000, 'x');
    CHECK_MESSAGE(failure_of(score, plays()).message.size() < 200, key);
  }
  auto live = box();
  live["game"]["gameStatus"] = 2;
  live["game"]["gameStatusText"] = std::string(5000, 'x');
  CHECK(failure_of(live, plays()).message.size() < 200);
}

// The JSON library of the tests keeps the last of two equal keys, so this one is written as text.
TEST_CASE("technical fouls that are listed twice count once") {
  auto score = box().dump();
  const std::string key = "\"foulsTeamTechnical\":2";
  const auto at = score.find(key);
  REQUIRE(at != std::string::npos);
  score.insert(at, key + ",");
  const auto rows = transformer{make_cdn_parser()}.transform(test::raw_payloads(score, plays().dump()));
  REQUIRE(rows.has_value());
  CHECK(rows->team_stats[0].technical_fouls == 3);
}

TEST_CASE("HTML, XML, nothing, another JSON value, and text after the document") {
  const auto good_box = box().dump(), good_plays = plays().dump();
  CHECK(
      transformer{make_cdn_parser()}.transform(test::raw_payloads(good_box + "\r\n ", "\n" + good_plays)).has_value());
  const std::pair<std::string, const char*> cases[] = {
      {"<!DOCTYPE html><html><body>Access Denied</body></html>", "HTML"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "XML"},
      {"", "empty"},
      {" \n\t ", "empty"},
      {"[]", "not a JSON object"},
      {"\"game\"", "not a JSON object"},
      {"null", "not a JSON object"},
      {good_box + "{}", "after"},
      {good_box + "]", "well-formed"},
  };
  for (const auto& [text, found] : cases) {
    CAPTURE(text.substr(0, 40));
    const auto in_box = failure_of_text(text, good_plays);
    CHECK(in_box.kind == failure_class::contract_drift);
    CHECK_MESSAGE(says(in_box, found), in_box.message);
  }
  const auto in_plays = failure_of_text(good_box, cases[0].first);
  CHECK(in_plays.kind == failure_class::contract_drift);
  CHECK(says(in_plays, "play-by-play"));
}

TEST_CASE("malformed JSON and text that is not UTF-8") {
  auto text = plays().dump();
  const auto at = text.find("\"clock\":");
  auto no_colon = text;
  no_colon[at + 7] = ' ';
  CHECK(failure_of_text(box().dump(), no_colon).kind == failure_class::contract_drift);
  auto not_utf8 = text;
  not_utf8[text.find("small game")] = '\xff';
  const auto why = failure_of_text(box().dump(), not_utf8);
  CHECK(why.kind == failure_class::contract_drift);
  CHECK(says(why, "UTF-8"));
}

TEST_CASE("a payload of another game is refused") {
  auto other_box = box();
  other_box["game"]["gameId"] = "0022400062";
  auto why = failure_of(other_box, plays());
  CHECK(why.kind == failure_class::rejected);
  CHECK(why.where == "game_as_asked");
  CHECK(says(why, "0022400062"));
  CHECK(says(why, "0022400061"));
  auto other_plays = plays();
  other_plays["game"]["gameId"] = "0022400062";
  why = failure_of(box(), other_plays);
  CHECK(why.kind == failure_class::rejected);
  CHECK(says(why, "play-by-play"));
  // An id that lost its zeros is another id, and so is one of another league.
  for (const auto* other : {"22400061", "1022400061"}) {
    other_plays["game"]["gameId"] = other;
    CHECK(failure_of(box(), other_plays).where == "game_as_asked");
  }
}

TEST_CASE("missing bodies are a bug of the caller") {
  auto both = test::payloads(box(), plays());
  both.bodies[endpoint::playbyplay] = nullptr;
  CHECK(transformer{make_cdn_parser()}.transform(both).error().kind == failure_class::internal);
}

}  // namespace
}  // namespace nba
