// Each acceptance rule, broken alone.
#include "pipeline/transform/acceptance.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "tests/unit/transform/small_game.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>

namespace nba {
namespace {

struct breach {
  const char* rule;
  std::function<void(game_rows&)> change;
  std::vector<const char*> numbers;  // both have to stand in the message
};

player_stats_row& starter(game_rows& rows, std::int64_t id) {
  return *std::find_if(rows.player_stats.begin(), rows.player_stats.end(),
                       [id](const auto& row) { return row.player_id == id; });
}

const std::vector<breach>& breaches() {
  static const std::vector<breach> all = {
      {"two_teams", [](game_rows& r) { r.teams.pop_back(); }, {"1 teams", "not 2"}},
      {"two_teams", [](game_rows& r) { r.team_stats.clear(); }, {"with 0 lines", "not 2"}},
      {"two_teams", [](game_rows& r) { r.teams[1].team_id = test::home_id; }, {"1610612738", "the same"}},
      {"two_teams", [](game_rows& r) { r.teams[0].team_id = 0; }, {"0 and", "1610612752"}},
      {"two_teams", [](game_rows& r) { std::swap(r.teams[0], r.teams[1]); }, {"1610612738", "1610612752"}},
      {"unique_keys", [](game_rows& r) { r.player_stats[7].player_id = 101; }, {"player 101", "11 lines"}},
      {"unique_keys", [](game_rows& r) { r.officials[1].official_id = 301; }, {"official 301", "among 2"}},
      {"unique_keys", [](game_rows& r) { r.period_scores[1].period = 1; }, {"1610612738", "period 1"}},
      {"final_status", [](game_rows& r) { r.game.status = 2; }, {"2", "not 3"}},
      {"final_status", [](game_rows& r) { r.events.pop_back(); }, {"0 of 10", "3"}},
      {"final_status", [](game_rows& r) { r.game.away_score = 7; }, {"7 to 7", "tie"}},
      {"five_starters", [](game_rows& r) { starter(r, 103).starter = false; }, {"4 starters", "not 5"}},
      {"five_starters", [](game_rows& r) { starter(r, 106).starter = true; }, {"6 starters", "not 5"}},
      {"team_points_reconcile", [](game_rows& r) { r.team_stats[1].line.points = 6; }, {"is 5", "are 6"}},
      {"team_points_reconcile", [](game_rows& r) { r.period_scores[6].points = 4; }, {"is 5", "sum to 9"}},
      {"player_points_reconcile", [](game_rows& r) { starter(r, 201).line.points = 4; }, {"is 5", "sum to 7"}},
      {"event_points_reconcile", [](game_rows& r) { r.events[9].points = 2; }, {"is 5", "sum to 4"}},
      {"event_points_reconcile", [](game_rows& r) { r.events[3].team_id.reset(); }, {"is 7", "sum to 5"}},
      {"event_points_reconcile", [](game_rows& r) { r.events[10].score_away = 4; }, {"7 to 5", "7 to 4"}},
      {"dates_are_sane", [](game_rows& r) { r.game.game_date = *parse_date("0001-01-01"); }, {"0001-01-01", "2024-25"}},
      {"dates_are_sane", [](game_rows& r) { r.game.game_date = *parse_date("2024-06-30"); }, {"2024-06-30", "2024-07"}},
      {"dates_are_sane", [](game_rows& r) { r.game.game_date = *parse_date("2026-01-01"); }, {"2026-01-01", "2025-12"}},
      {"dates_are_sane",
       [](game_rows& r) { r.game.tipoff_utc = *parse_timestamp("0001-01-01T05:00:00Z"); },
       {"2024-10-22", "0001-01-01"}},
      {"dates_are_sane",
       [](game_rows& r) { r.game.tipoff_utc += std::chrono::hours{48}; },
       {"2024-10-22", "2024-10-24"}},
      {"player_points_are_events",
       [](game_rows& r) { r.events[3].player_id = 101; },
       {"player 101 has 5 points", "sum to 7"}},
      {"player_points_are_events",
       [](game_rows& r) { r.events[9].player_id.reset(); },
       {"202 has 3 points", "sum to 0"}},
      // Everything adds up, but one of the scorers is on no list.
      {"player_points_are_events",
       [](game_rows& r) {
         starter(r, 202).line.points = 0;
         starter(r, 201).line.points = 5;
         r.events[9].player_id = 201;
         r.events[2].player_id = 999;
         r.events[2].points = r.events[9].points = 0;
         r.events[4].team_id = test::away_id;
         r.events[4].player_id = 201;
         r.events[4].points = 5;
         r.events[5].player_id = 999;
         r.events[5].points = 1;
         r.events[5].team_id.reset();
       },
       {"player 999 has 0 points", "sum to 1"}},
      {"events_present",
       [](game_rows& r) {
         for (const int i : {3, 4, 5}) r.events[static_cast<std::size_t>(i)].period = 1;
       },
       {"0 events", "period 2 of 4"}},
      {"events_present", [](game_rows& r) { r.events[10].period = 5; }, {"4 periods", "period 5"}},
      {"events_present", [](game_rows& r) { r.game.periods = 0; }, {"0 periods", "1 to 20"}},
      {"events_present", [](game_rows& r) { r.game.periods = 5; }, {"0 events", "period 5 of 5"}},
  };
  return all;
}

planned_game planned() {
  planned_game game;
  game.id = *game_id::parse(test::small_game_id);
  game.date = *parse_date("2024-10-22");
  game.status = game_status::final;
  game.home_team_id = test::home_id;
  game.away_team_id = test::away_id;
  game.home_tricode = "BOS";
  game.away_tricode = "NYK";
  game.home_score = 7;
  game.away_score = 5;
  return game;
}

struct contradiction {
  const char* rule;
  std::function<void(planned_game&)> change;
  std::vector<const char*> values;
};
const std::vector<contradiction>& contradictions() {
  static const std::vector<contradiction> all = {
      {"schedule_teams",
       [](planned_game& p) { p.home_team_id = 1610612739, p.home_tricode = "CLE"; },
       {"CLE (1610612739)", "BOS (1610612738)"}},
      {"schedule_teams",
       [](planned_game& p) { p.away_team_id = 1610612748, p.away_tricode = "MIA"; },
       {"MIA (1610612748)", "NYK (1610612752)"}},
      {"schedule_teams",
       [](planned_game& p) { std::swap(p.home_team_id, p.away_team_id), std::swap(p.home_tricode, p.away_tricode); },
       {"BOS (1610612738) at NYK", "NYK (1610612752) at BOS", "sides exchanged"}},
      {"schedule_date", [](planned_game& p) { p.date += date::days{1}; }, {"2024-10-23", "2024-10-22"}},
  };
  return all;
}

TEST_CASE("the small game passes every rule") { CHECK(accept(test::small_game_rows()).has_value()); }

TEST_CASE("a rule that is broken is named, with both numbers") {
  for (const auto& [rule, change, numbers] : breaches()) {
    auto rows = test::small_game_rows();
    change(rows);
    const auto verdict = accept(rows);
    CAPTURE(rule);
    REQUIRE_FALSE(verdict.has_value());
    CAPTURE(verdict.error().message);
    CHECK(verdict.error().kind == failure_class::rejected);
    CHECK(verdict.error().where == rule);
    for (const auto* number : numbers) {
      CAPTURE(number);
      CHECK(verdict.error().message.find(number) != std::string::npos);
    }
  }
}

TEST_CASE("every rule has a test that breaks it, and names are told in the order of the checks") {
  std::set<std::string_view> broken;
  for (const auto& each : breaches()) broken.insert(each.rule);
  for (const auto& each : contradictions()) broken.insert(each.rule);
  broken.insert("game_as_asked");  // bad_payloads_test.cpp
  const auto& names = acceptance_rule_names();
  CHECK(broken == std::set<std::string_view>(names.begin(), names.end()));
  CHECK(names.front() == "game_as_asked");
  CHECK(names.back() == "schedule_date");
}

TEST_CASE("documents that contradict the schedule are refused, with the rule and both values") {
  const auto documents = test::payloads(test::box(), test::plays());
  auto game = planned();
  CHECK(transformer{make_cdn_parser()}.transform(documents, &game).has_value());
  for (const auto& [rule, change, values] : contradictions()) {
    game = planned();
    change(game);
    const auto refused = transformer{make_cdn_parser()}.transform(documents, &game);
    CAPTURE(rule);
    REQUIRE_FALSE(refused.has_value());
    CAPTURE(refused.error().message);
    CHECK(refused.error().kind == failure_class::rejected);
    CHECK(refused.error().where == rule);
    for (const auto* value : values) CHECK(refused.error().message.find(value) != std::string::npos);
  }
  // What the schedule has not decided is nothing to disagree with.
  game = planned();
  game.home_team_id = game.away_team_id = 0;
  CHECK(transformer{make_cdn_parser()}.transform(documents, &game).has_value());
}

TEST_CASE("a score that differs from the schedule's is worth a warning, and no more") {
  const auto documents = test::payloads(test::box(), test::plays());
  auto game = planned();
  transform_notes notes;
  REQUIRE(transformer{make_cdn_parser()}.transform(documents, &game, &notes).has_value());
  CHECK_FALSE(notes.score_difference.has_value());
  game.home_score = 8;
  REQUIRE(transformer{make_cdn_parser()}.transform(documents, &game, &notes).has_value());
  CHECK(notes.score_difference == "the schedule says 8 : 5, the box score 7 : 5");
  game.home_score = game.away_score = std::nullopt;  // not final there yet
  notes = {};
  REQUIRE(transformer{make_cdn_parser()}.transform(documents, &game, &notes).has_value());
  CHECK_FALSE(notes.score_difference.has_value());
}

TEST_CASE("rules are checked in order: the first broken one is told") {
  auto rows = test::small_game_rows();
  rows.events[10].period = 5;
  starter(rows, 103).starter = false;
  CHECK(accept(rows).error().where == "five_starters");
}

TEST_CASE("the transformer refuses what the rules refuse") {
  auto document = test::box();
  document["game"]["homeTeam"]["periods"][0]["score"] = 4;
  const auto why = test::transform(document, test::plays()).error();
  CHECK(why.kind == failure_class::rejected);
  CHECK(why.where == "team_points_reconcile");
  CHECK(describe(why).find("team_points_reconcile") != std::string::npos);

  // A player in both line-ups would break the tables' keys.
  document = test::box();
  test::player(document, 205)["personId"] = 105;
  CHECK(test::transform(document, test::plays()).error().where == "unique_keys");

  // An action that the payload lists twice counts twice.
  auto actions = test::plays();
  actions["game"]["actions"].push_back(test::action(actions, 20000));
  CHECK(test::transform(test::box(), actions).error().where == "event_points_reconcile");
}

}  // namespace
}  // namespace nba
