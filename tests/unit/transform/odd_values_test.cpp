// Odd values: what is decorative becomes as if it were absent, and is counted; what is essential parks the game. Every
// field of the table, with every kind of odd value.
#include "pipeline/transform/odd_values.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/source/cdn/payload_fields.hpp"
#include "tests/unit/transform/small_game.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace nba {
namespace {

using test::box;
using test::json;
using test::plays;

// Every object of that name in the two documents.
std::vector<json*> objects_of(std::string_view name, json& box, json& plays) {
  auto& game = box["game"];
  std::vector<json*> found;
  const auto add_all = [&](json& array) {
    for (auto& element : array) found.push_back(&element);
  };
  if (name == payload_object::game) found.push_back(&game);
  if (name == payload_object::arena) found.push_back(&game["arena"]);
  if (name == payload_object::official) add_all(game["officials"]);
  if (name == payload_object::plays) found.push_back(&plays["game"]);
  if (name == payload_object::action) add_all(plays["game"]["actions"]);
  for (const auto* side : {"homeTeam", "awayTeam"}) {
    auto& team = game[side];
    if (name == payload_object::team) found.push_back(&team);
    if (name == payload_object::period) add_all(team["periods"]);
    if (name == payload_object::player) add_all(team["players"]);
    if (name == payload_object::team_line) found.push_back(&team["statistics"]);
    if (name == payload_object::player_line)
      for (auto& player : team["players"]) found.push_back(&player["statistics"]);
  }
  return found;
}

// Stands for `NaN`, which some serialisers write and JSON does not have.
constexpr const char* nan_marker = "@NaN@";

const std::vector<json>& odd_kinds() {
  static const std::vector<json> all = {nullptr,
                                        "",
                                        "odd",
                                        "18,978",
                                        "2:17",
                                        "NaN",
                                        "-inf",
                                        std::string("a\0b", 3),
                                        std::string(200'000, 'x'),
                                        7,
                                        0,
                                        -1,
                                        0.5,
                                        4'000'000'000'000'000'000,
                                        1e300,
                                        true,
                                        json::object(),
                                        {{"personId", 1}, {"name", json::array()}},
                                        json::array(),
                                        {1, "two", {{"three", 3}}},
                                        nan_marker};
  return all;
}

std::string text_of(const json& document) {
  auto text = document.dump();
  const auto marker = json(nan_marker).dump();
  for (auto at = text.find(marker); at != std::string::npos; at = text.find(marker))
    text.replace(at, marker.size(), "NaN");
  return text;
}

struct outcome {
  result<game_rows> rows = failure{};
  transform_notes notes;
  std::int64_t count(std::string_view field) const {
    for (const auto& one : notes.odd.all())
      if (one.field == field) return one.count;
    return 0;
  }
};

outcome run(const json& box, const json& plays) {
  outcome out;
  out.rows =
      transformer{make_cdn_parser()}.transform(test::raw_payloads(text_of(box), text_of(plays)), nullptr, &out.notes);
  return out;
}

TEST_CASE("whatever a decorative field holds, the game is done, and nothing else of it changes") {
  const auto whole = test::small_game_rows();
  for (const auto& field : payload_fields()) {
    if (field.need != presence::decorative) continue;
    for (const auto& odd : odd_kinds()) {
      auto score = box(), actions = plays();
      for (auto* object : objects_of(field.object, score, actions)) (*object)[std::string(field.key)] = odd;
      const auto done = run(score, actions);
      CAPTURE(field.object);
      CAPTURE(field.key);
      CAPTURE(odd.dump().substr(0, 40));
      if (!done.rows) FAIL(describe(done.rows.error()));
      const auto& rows = *done.rows;
      CHECK(rows.game.game_date == whole.game.game_date);
      CHECK(rows.game.home_score == 7);
      CHECK(rows.events.size() == whole.events.size());
      CHECK(rows.players.size() == whole.players.size());
      CHECK(rows.events.back().sub_type == "end");
      CHECK(rows.player_stats[0].line.points == 5);
      if (field.key != "officials") CHECK(rows.officials.size() == 2);
      CHECK((rows.game.attendance == 19156) == (field.key != "attendance"));
      // Objects and arrays are odd in every decorative field but two, and each is counted.
      if (odd.is_object() && field.key != "arena") CHECK_FALSE(done.notes.odd.empty());
      if (odd == json("NaN") && field.bounds.highest == 120)
        CHECK(done.count("game.actions[]." + std::string(field.key)) == 11);
    }
  }
}

TEST_CASE("an essential field of another kind parks the game, and says where") {
  for (const auto& field : payload_fields()) {
    if (field.need == presence::decorative || field.object == payload_object::official) continue;
    for (const json& odd : {json::object(), json{{"a", 1}}, json::array({1, 2}), json(true), json(nan_marker)}) {
      // What these are where they belong.
      if (odd.is_boolean() && (field.key == "starter" || field.key == "played")) continue;
      auto score = box(), actions = plays();
      auto* object = objects_of(field.object, score, actions).front();
      (*object)[std::string(field.key)] = odd;
      const auto parked = run(score, actions);
      CAPTURE(field.object);
      CAPTURE(field.key);
      CAPTURE(odd.dump());
      REQUIRE_FALSE(parked.rows.has_value());
      CHECK(parked.rows.error().kind != failure_class::internal);
      CHECK(parked.rows.error().where.find("game") == 0);
    }
  }
}

struct oddity {
  const char* field;
  std::int64_t count;
  std::function<void(json& game, json& actions)> change;
};

TEST_CASE("each odd value is counted under its field, with one example") {
  const oddity cases[] = {
      {"game.attendance", 1, [](json& g, json&) { g["attendance"] = ""; }},
      {"game.attendance", 1, [](json& g, json&) { g["attendance"] = "18,978"; }},
      {"game.attendance", 1, [](json& g, json&) { g["attendance"] = -1; }},
      {"game.attendance", 1, [](json& g, json&) { g["attendance"] = 3'000'000'000; }},
      {"game.duration", 1, [](json& g, json&) { g["duration"] = "2:17"; }},
      {"game.arena", 1, [](json& g, json&) { g["arena"] = "TD Garden"; }},
      {"game.arena.arenaId", 1, [](json& g, json&) { g["arena"]["arenaId"] = ""; }},
      {"game.arena.arenaState", 1, [](json& g, json&) { g["arena"]["arenaState"] = 0; }},
      {"game.officials", 1, [](json& g, json&) { g["officials"] = "three of them"; }},
      {"game.officials[].name", 1, [](json& g, json&) { g["officials"][0]["name"] = 7; }},
      {"game.officials[].personId", 1, [](json& g, json&) { g["officials"][1] = g["officials"][0]; }},
      {"game.officials[].personId", 1, [](json& g, json&) { g["officials"][1].erase("personId"); }},
      {"game.homeTeam.players[].jerseyNum", 6,
       [](json& g, json&) {
         for (auto& player : g["homeTeam"]["players"]) player["jerseyNum"] = 8;
       }},
      {"game.awayTeam.players[].position", 1, [](json& g, json&) { g["awayTeam"]["players"][0]["position"] = 1; }},
      // Falk did not play.
      {"game.homeTeam.players[].statistics.minutes", 1,
       [](json& g, json&) { g["homeTeam"]["players"][5]["statistics"]["minutes"] = ""; }},
      {"game.homeTeam.players[].statistics.plusMinusPoints", 1,
       [](json& g, json&) { g["homeTeam"]["players"][5]["statistics"].erase("plusMinusPoints"); }},
      {"game.actions[].x", 11,
       [](json&, json& a) {
         for (auto& action : a) action["x"] = "";
       }},
      {"game.actions[].y", 1, [](json&, json& a) { a[1]["y"] = -300; }},
      {"game.actions[].shotDistance", 1, [](json&, json& a) { a[1]["shotDistance"] = "nan"; }},
      {"game.actions[].timeActual", 1, [](json&, json& a) { a[2]["timeActual"] = "noon"; }},
      {"game.actions[].timeActual", 1, [](json&, json& a) { a[2]["timeActual"] = "0001-01-01T00:00:00Z"; }},
      {"game.actions[].edited", 1, [](json&, json& a) { a[2]["edited"] = "1900-01-01T00:00:00Z"; }},
      {"game.actions[].description", 1, [](json&, json& a) { a[2]["description"] = std::string(20'000, 'x'); }},
      {"game.actions[].assistPersonId", 1, [](json&, json& a) { a[1]["assistPersonId"] = "nobody"; }},
  };
  for (const auto& [field, count, change] : cases) {
    auto score = box(), actions = plays();
    change(score["game"], actions["game"]["actions"]);
    const auto done = run(score, actions);
    CAPTURE(field);
    if (!done.rows) FAIL(describe(done.rows.error()));
    REQUIRE(done.notes.odd.all().size() == 1);
    CHECK(done.notes.odd.all()[0].field == field);
    CHECK(done.count(field) == count);
    CHECK(done.notes.odd.all()[0].example.size() > 20);
    CHECK(done.notes.odd.all()[0].example.size() < 250);
  }
  CHECK(run(box(), plays(test::serialisation::strings)).notes.odd.empty());
}

TEST_CASE("of odd values of a field the first is the example, whatever comes later") {
  odd_values of_game, of_run;
  of_game.add("game.actions[3].x", "first");
  of_game.add("game.actions[4].x", "second");
  REQUIRE(of_game.all().size() == 1);
  CHECK(of_game.all()[0].field == "game.actions[].x");
  CHECK(of_game.all()[0].example == "first");
  CHECK(of_game.all()[0].count == 2);
  of_run.merge(of_game, "0022400001: ");
  of_run.merge(of_game, "0022400002: ");
  CHECK(of_run.all()[0].example == "0022400001: first");
  CHECK(of_run.all()[0].count == 4);
}

TEST_CASE("what is odd is stored as if it were not there") {
  auto score = box(), actions = plays();
  auto& game = score["game"];
  game["attendance"] = "18,978";
  game["duration"] = "2:17";
  game["arena"]["arenaState"] = 0;
  game["homeTeam"]["players"][5]["statistics"]["minutes"] = "";
  test::action(actions, 20000)["x"] = "left";
  test::action(actions, 20000)["timeActual"] = "";
  const auto rows = run(score, actions).rows.value();
  CHECK_FALSE(rows.game.attendance.has_value());
  CHECK_FALSE(rows.game.duration_minutes.has_value());
  CHECK(rows.game.arena_state.empty());
  CHECK(rows.game.arena_name == "TD Garden");
  CHECK(rows.player_stats[5].seconds_played_hundredths == 0);
  CHECK_FALSE(rows.events[1].x.has_value());
  CHECK(rows.events[1].y.has_value());
  CHECK_FALSE(rows.events[1].time_actual.has_value());
}

TEST_CASE("statistics that cannot be read are essential to one who played, wherever his flag stands") {
  auto score = box();
  auto& player = score["game"]["homeTeam"]["players"][0];
  player["statistics"]["minutes"] = "";
  CHECK(run(score, plays()).rows.error().where == "game.homeTeam.players[0].statistics.minutes");
  player.erase("played");
  player["played"] = "1";  // after them
  CHECK(run(score, plays()).rows.error().where == "game.homeTeam.players[0].statistics.minutes");
}

TEST_CASE("a traded man in both lists stays where he played; one who played for both is refused") {
  for (const bool later_list : {true, false}) {
    auto score = box();
    auto& game = score["game"];
    auto& from = game[later_list ? "homeTeam" : "awayTeam"]["players"];
    auto& to = game[later_list ? "awayTeam" : "homeTeam"]["players"];
    auto absent = from[4];
    absent["played"] = absent["starter"] = "0";
    absent["statistics"] = game["homeTeam"]["players"][5]["statistics"];
    to.push_back(absent);
    const auto done = run(score, plays());
    if (!done.rows) FAIL(describe(done.rows.error()));
    CHECK(done.rows->players.size() == 11);
    CHECK(done.count(later_list ? "game.awayTeam.players[].personId" : "game.homeTeam.players[].personId") == 1);
    const auto id = from[4]["personId"].get<std::int64_t>();
    for (const auto& row : done.rows->player_stats)
      if (row.player_id == id) CHECK(row.team_id == (later_list ? test::home_id : test::away_id));
    to.back()["played"] = "1";
    CHECK(run(score, plays()).rows.error().where == "unique_keys");
  }
}

TEST_CASE("hours are a form of minutes, and a byte order mark is no part of a document") {
  auto score = box();
  score["game"]["homeTeam"]["players"][1]["statistics"]["minutes"] = "PT1H05M12.00S";
  score["game"]["homeTeam"]["statistics"]["minutes"] = "PT4H";
  const std::string mark = "\xEF\xBB\xBF";
  const auto rows =
      transformer{make_cdn_parser()}.transform(test::raw_payloads(mark + score.dump(), mark + plays().dump())).value();
  CHECK(rows.player_stats[1].seconds_played_hundredths == 391'200);
  CHECK(rows.team_stats[0].seconds_played_hundredths == 1'440'000);
  CHECK(transformer{make_cdn_parser()}
            .transform(test::raw_payloads(mark, plays().dump()))
            .error()
            .message.find("empty") != std::string::npos);
}

TEST_CASE("a document that breaks off inside something decorative is broken, not odd") {
  for (const auto* key : {"\"arena\":", "\"officials\":", "\"attendance\":"}) {
    const auto text = box().dump();
    const auto cut = text.substr(0, text.find(key) + std::string(key).size() + 12);
    const auto why = transformer{make_cdn_parser()}.transform(test::raw_payloads(cut, plays().dump())).error();
    CHECK(why.kind == failure_class::contract_drift);
    CHECK_MESSAGE(why.message.find("well-formed") != std::string::npos, why.message);
  }
}

}  // namespace
}  // namespace nba
