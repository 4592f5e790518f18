#include "pipeline/plan/job_plan.hpp"

#include <doctest/doctest.h>

using namespace nba;

TEST_CASE("of the games that were asked for by name, those that nothing is done with are told with the reason") {
  const auto id = [](std::string_view text) { return *game_id::parse(text); };
  const auto done = id("0022400001"), parked = id("0022400002"), early = id("0022400003"), unknown = id("0022400004");
  job_plan plan;
  plan.seasons.emplace_back();
  auto& one = plan.seasons.front();
  one.limits.only = {done, parked, early, unknown};
  one.ledger = {{done, {}, game_state::done}, {parked, {}, game_state::parked}};
  one.work.to_fetch.emplace_back().id = parked;
  one.work.not_ready.push_back({early, {}, game_state::planned, "is still to come"});

  const auto told = named_for_nothing(plan);
  REQUIRE(told.size() == 2);
  CHECK(told[0].id == done);
  CHECK(told[0].reason == "is done already");
  CHECK(told[1].id == unknown);
  // Without names nobody waits for an answer.
  one.limits.only.reset();
  CHECK(named_for_nothing(plan).empty());
}

TEST_CASE("a game that was asked for by name is known when a schedule or the ledger has it") {
  const auto id = [](std::string_view text) { return *game_id::parse(text); };
  const auto listed = id("0022400001"), unlisted = id("0022400002"), in_ledger = id("0022400003"),
             unknown = id("0022400004");
  job_plan plan;
  plan.seasons.emplace_back();
  auto& one = plan.seasons.front();
  one.schedule.games.emplace_back().id = listed;
  one.schedule.unlisted.emplace_back().id = unlisted;
  one.ledger = {{in_ledger, {}, game_state::done}};
  CHECK(unknown_games(plan).empty());  // nobody named one
  one.limits.only = {listed, unlisted, in_ledger};
  CHECK(unknown_games(plan).empty());
  one.limits.only = {listed, unlisted, in_ledger, unknown};
  CHECK(unknown_games(plan) == std::vector{unknown});
}
