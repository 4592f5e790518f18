// Each acceptance rule, broken alone.
#include "pipeline/transform/acceptance.hpp"
#include "tests/unit/transform/small_game.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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
      {"events_present",
       [](game_rows& r) {
         r.events.erase(r.events.begin() + 3, r.events.begin() + 6);
         r.events[1].points += 2;
       },
       {"0 events", "period 2 of 4"}},
      {"events_present", [](game_rows& r) { r.events[10].period = 5; }, {"4 periods", "period 5"}},
      {"events_present", [](game_rows& r) { r.game.periods = 0; }, {"0 periods", "1 to 20"}},
      {"events_present", [](game_rows& r) { r.game.periods = 5; }, {"0 events", "period 5 of 5"}},
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
  const auto& names = acceptance_rule_names();
  CHECK(broken == std::set<std::string_view>(names.begin(), names.end()));
  CHECK(names.front() == "two_teams");
  CHECK(names.back() == "events_present");
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
