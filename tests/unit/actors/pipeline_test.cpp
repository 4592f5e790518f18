// Whole seasons through the whole graph, in many orders.
#include "tests/unit/actors/pipeline_rig.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

TEST_SUITE("pipeline") {
  TEST_CASE("every game of a season ends done, in many orders") {
    small_host host;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      CAPTURE(seed);
      const auto plan = small_season(20 + static_cast<int>(seed % 5) * 10, 3 + static_cast<int>(seed % 6));
      rig_options options;
      options.seed = seed;
      pipeline_rig rig(options, model_database::make(), plan, host);
      const auto& report = rig.run();
      REQUIRE_MESSAGE(report.ending == run_ending::completed, report.ending_reason);
      CHECK(report.inserted == static_cast<std::int64_t>(plan.size()));
      CHECK(report.failures == 0);
      for (const auto& game : plan) REQUIRE(rig.database->ledger(game.id).state == game_state::done);
      rig.check_all_returned();
    }
  }
}
