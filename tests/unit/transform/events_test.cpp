// Play-by-play actions become events.
#include "tests/unit/transform/small_game.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace nba {
namespace {

using test::action;
using test::box;
using test::json;
using test::plays;
using test::serialisation;
using test::transform;

TEST_CASE("events keep every column of an action") {
  const auto rows = test::small_game_rows();
  REQUIRE(rows.events.size() == 11);
  const auto& shot = rows.events[1];
  CHECK(shot.event_idx == 1);
  CHECK(shot.order_number == 20000);
  CHECK(shot.action_number == 98);
  CHECK(shot.period == 1);
  CHECK(shot.clock_hundredths == 70'800);
  CHECK(shot.action_type == "3pt");
  CHECK(shot.sub_type == "Jump Shot");
  CHECK(shot.descriptor.empty());
  CHECK(shot.qualifiers.empty());
  CHECK(shot.team_id == test::home_id);
  CHECK(shot.player_id == 101);
  CHECK(shot.possession_team_id == test::home_id);
  CHECK(shot.score_home == 3);
  CHECK(shot.score_away == 0);
  CHECK(shot.x == 70.125);
  CHECK(shot.y == 50.0);
  CHECK(shot.shot_distance == 26.84);
  CHECK(shot.shot_result == "Made");
  CHECK(shot.points == 3);
  CHECK(shot.assist_player_id == 103);
  CHECK(shot.description == "3pt of the small game");
  REQUIRE(shot.time_actual.has_value());
  CHECK(format_timestamp(*shot.time_actual) == "2024-10-22T23:35:56.400Z");
  REQUIRE(shot.edited_at.has_value());
  CHECK(format_timestamp(*shot.edited_at) == "2024-10-22T23:36:13.000Z");
  CHECK(rows.events[2].qualifiers == "pointsinthepaint,fastbreak");
  CHECK(rows.events[6].descriptor == "shooting");
}

TEST_CASE("an id of 0 is no team and no person") {
  const auto rows = test::small_game_rows();
  const auto& start = rows.events[0];
  CHECK_FALSE(start.team_id.has_value());
  CHECK_FALSE(start.player_id.has_value());
  CHECK_FALSE(start.possession_team_id.has_value());
  CHECK_FALSE(start.assist_player_id.has_value());
  auto document = plays();
  action(document, 10000)["teamId"] = 0;
  CHECK_FALSE(transform(box(), document).value().events[0].team_id.has_value());
}

TEST_CASE("only made shots and free throws score, by their kind") {
  const auto rows = test::small_game_rows();
  std::vector<int> points;
  for (const auto& event : rows.events) points.push_back(event.points);
  CHECK(points == std::vector<int>{0, 3, 2, 2, 0, 0, 0, 1, 1, 3, 0});
}

TEST_CASE("elapsed time counts twelve-minute quarters and the clock to the hundredth") {
  const auto rows = test::small_game_rows();
  CHECK(rows.events[0].elapsed_hundredths == 0);
  CHECK(rows.events[1].elapsed_hundredths == 1'200);            // 12:00 - 11:48
  CHECK(rows.events[2].elapsed_hundredths == 72'000 - 1'390);   // 13.9 s before the end of the first
  CHECK(rows.events[3].elapsed_hundredths == 72'000 + 33'000);  // 5:30 into the second
  CHECK(rows.events[10].elapsed_hundredths == 4 * 72'000);      // the end
}

TEST_CASE("elapsed time counts five-minute overtimes") {
  auto score = box();
  auto document = plays();
  // Green ties in the fourth, Anders wins it in the second overtime.
  auto& actions = document["game"]["actions"];
  json tie = action(document, 30000), winner = action(document, 20000);
  tie.update({{"period", 4}, {"clock", "PT00M00.10S"}, {"orderNumber", 101000}, {"scoreHome", 7}, {"scoreAway", 7}});
  json start = action(document, 10000);
  start.update({{"period", 5}, {"clock", "PT05M00.00S"}, {"orderNumber", 102000}, {"scoreHome", 7}, {"scoreAway", 7}});
  winner.update(
      {{"period", 6}, {"clock", "PT01M00.00S"}, {"orderNumber", 103000}, {"scoreHome", 10}, {"scoreAway", 7}});
  auto end = action(document, 110000);
  end.update({{"period", 6}, {"scoreHome", 10}, {"scoreAway", 7}});
  actions.erase(actions.size() - 1);
  for (const auto& more : {tie, start, winner, end}) actions.push_back(more);
  auto& game = score["game"];
  game["period"] = 6;
  const auto overtime = [&](const char* side, int fourth, int sixth) {
    game[side]["periods"][3]["score"] = fourth;
    game[side]["periods"].push_back({{"period", 5}, {"periodType", "OVERTIME"}, {"score", 0}});
    game[side]["periods"].push_back({{"period", 6}, {"periodType", "OVERTIME"}, {"score", sixth}});
  };
  overtime("homeTeam", 0, 3);
  overtime("awayTeam", 5, 0);
  game["homeTeam"]["score"] = game["homeTeam"]["statistics"]["points"] = 10;
  game["awayTeam"]["score"] = game["awayTeam"]["statistics"]["points"] = 7;
  test::player(score, 101)["statistics"]["points"] = 8;
  test::player(score, 201)["statistics"]["points"] = 4;

  const auto rows = transform(score, document).value();
  REQUIRE(rows.events.size() == 14);
  CHECK(rows.events[11].elapsed_hundredths == 288'000);                    // the first overtime begins
  CHECK(rows.events[12].elapsed_hundredths == 288'000 + 30'000 + 24'000);  // 4:00 into the second
  CHECK(rows.events[13].elapsed_hundredths == 288'000 + 2 * 30'000);
}

TEST_CASE("orderNumber is the true order, and ties keep their place in the payload") {
  auto document = plays();
  auto& actions = document["game"]["actions"];
  std::swap(actions[1], actions[3]);
  std::swap(actions[7], actions[8]);
  action(document, 80000)["orderNumber"] = 90000;  // both free throws, the second one first in the payload
  actions[7]["description"] = "first in the payload";
  actions[8]["description"] = "second in the payload";
  const auto rows = transform(box(), document).value();
  for (std::size_t i = 0; i < rows.events.size(); ++i) CHECK(rows.events[i].event_idx == static_cast<int>(i));
  CHECK(std::is_sorted(rows.events.begin(), rows.events.end(),
                       [](const auto& a, const auto& b) { return a.order_number < b.order_number; }));
  CHECK(rows.events[1].order_number == 20000);
  CHECK(rows.events[7].description == "first in the payload");
  CHECK(rows.events[8].description == "second in the payload");
}

TEST_CASE("many actions with one orderNumber keep their place too") {
  auto document = plays();
  auto& actions = document["game"]["actions"];
  const json memo = action(document, 70000);
  // In front of everything, so that they have to be sorted after it.
  for (int i = 39; i >= 0; --i) {
    auto more = memo;
    more["actionNumber"] = 1000 + i;
    actions.insert(actions.begin(), more);
  }
  const auto rows = transform(box(), document).value();
  REQUIRE(rows.events.size() == 51);
  for (std::size_t i = 0; i < 40; ++i) CHECK(rows.events[6 + i].action_number == 1000 + static_cast<int>(i));
  CHECK(rows.events[46].action_number == 93);
}

TEST_CASE("both serialisations make the same rows") {
  const auto a = transform(box(), plays(serialisation::integers)).value();
  const auto b = transform(box(), plays(serialisation::strings)).value();
  REQUIRE(a.events.size() == b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    const auto &x = a.events[i], &y = b.events[i];
    const auto columns = [](const pbp_event_row& e) {
      return std::tie(e.event_idx, e.order_number, e.action_number, e.period, e.clock_hundredths, e.elapsed_hundredths,
                      e.action_type, e.sub_type, e.descriptor, e.qualifiers, e.team_id, e.player_id,
                      e.possession_team_id, e.score_home, e.score_away, e.x, e.y, e.shot_distance, e.shot_result,
                      e.points, e.assist_player_id, e.description, e.time_actual, e.edited_at);
    };
    CHECK(columns(x) == columns(y));
  }
}

TEST_CASE("absent, null and empty are the same nothing") {
  auto document = plays();
  auto& absent = action(document, 60000);
  for (const auto* key :
       {"subType", "qualifiers", "teamId", "personId", "possession", "description", "timeActual", "edited"})
    absent.erase(key);
  auto& null = action(document, 70000);
  for (const auto* key : {"subType", "descriptor", "qualifiers", "teamId", "personId", "possession", "description",
                          "timeActual", "edited"})
    null[key] = nullptr;
  auto& empty = action(document, 50000);
  empty["subType"] = "";
  empty["description"] = "  ";
  empty["edited"] = "";
  const auto rows = transform(box(), document).value();
  for (const auto i : {5, 6}) {
    const auto& event = rows.events[static_cast<std::size_t>(i)];
    CHECK(event.sub_type.empty());
    CHECK(event.descriptor.empty());
    CHECK(event.qualifiers.empty());
    CHECK_FALSE(event.team_id.has_value());
    CHECK_FALSE(event.player_id.has_value());
    CHECK_FALSE(event.possession_team_id.has_value());
    CHECK(event.description.empty());
    CHECK_FALSE(event.time_actual.has_value());
    CHECK_FALSE(event.edited_at.has_value());
  }
  CHECK(rows.events[4].sub_type.empty());
  CHECK(rows.events[4].description.empty());
  CHECK_FALSE(rows.events[4].edited_at.has_value());
}

TEST_CASE("unknown action types and unknown keys are stored and skipped") {
  auto document = plays();
  auto& strange = action(document, 70000);
  strange["actionType"] = "hologram";
  strange["subType"] = "of a kind";
  strange["newKey"] = {{"deep", {1, 2, {{"deeper", nullptr}}}}, {"text", "with \"quotes\" and } and ]"}};
  document["news"] = {{"a", {1, 2, 3}}};
  document["game"]["rulesOfTheDay"] = json::array({1, "two", nullptr});
  auto score = box();
  score["game"]["homeTeam"]["players"][0]["statistics"]["auraPoints"] = 12.5;
  score["game"]["hologram"] = true;
  const auto rows = transform(score, document).value();
  CHECK(rows.events[6].action_type == "hologram");
  CHECK(rows.events[6].sub_type == "of a kind");
}

TEST_CASE("texts are unescaped, trimmed, and may be in any language") {
  auto document = plays();
  action(document, 20000)["description"] = " N. Joki\u0107 \"the Joker\" \\ 3PT\n";
  const auto rows = transform(box(), document).value();
  CHECK(rows.events[1].description == "N. Joki\u0107 \"the Joker\" \\ 3PT");
  // The same with escapes instead of UTF-8.
  const auto escaped =
      transformer{make_cdn_parser()}.transform(test::raw_payloads(box().dump(), document.dump(-1, ' ', true))).value();
  CHECK(escaped.events[1].description == rows.events[1].description);
}

TEST_CASE("events after the end of the game, and a second end, are kept") {
  auto document = plays();
  auto& actions = document["game"]["actions"];
  json memo = action(document, 110000), again = memo;
  again["orderNumber"] = 120000;
  memo.update({{"orderNumber", 130000}, {"actionType", "memo"}, {"subType", ""}});
  actions.push_back(memo);
  actions.push_back(again);
  const auto rows = transform(box(), document).value();
  REQUIRE(rows.events.size() == 13);
  CHECK(rows.events[11].action_type == "game");
  CHECK(rows.events[12].action_type == "memo");
}

TEST_CASE("one transformer serves many games") {
  transformer shared{make_cdn_parser()};
  for (int i = 0; i < 3; ++i) {
    CHECK(shared.transform(test::payloads(box(), plays())).has_value());
    CHECK_FALSE(shared.transform(test::raw_payloads("{", "{")).has_value());
  }
  transformer moved = std::move(shared);
  CHECK(moved.transform(test::payloads(box(), plays())).has_value());
}

}  // namespace
}  // namespace nba
