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
