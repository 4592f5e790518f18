// Runs that end before their time, and runs that go on where they stopped.
#include "tests/support/engine/pipeline_rig.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace nba;
using namespace nba::test;

namespace {

rig_options seeded(std::uint64_t seed) {
  rig_options options;
  options.seed = seed;
  options.parallel = 1 + static_cast<int>(seed % 4);
  return options;
}

// Takes at most so many steps.
void walk(pipeline_rig& rig, std::size_t steps) {
  for (std::size_t i = 0; i < steps && !rig.finished(); ++i) REQUIRE(rig.step());
}

// Done games and games named as not ready are all games.
void check_nothing_lost(const pipeline_rig& rig, const run_report& report, const std::vector<planned_game>& plan) {
  std::set<game_id> named;
  for (const auto& game : report.not_ready) REQUIRE(named.insert(game.id).second);
  REQUIRE(report.parked.empty());
  REQUIRE(report.failed.empty());
  REQUIRE(report.done() + static_cast<std::int64_t>(named.size()) == report.games_total);
  for (const auto& game : plan)
    REQUIRE_MESSAGE((rig.database->ledger(game.id).state == game_state::done || named.contains(game.id)),
                    game.id.str());
  CHECK(rig.database->dead_letters().empty());
}

// The next run finishes what is left, and no game was written twice.
void check_resumes(std::shared_ptr<model_database> database, const std::vector<planned_game>& plan, small_host& host,
                   std::uint64_t seed) {
  pipeline_rig rig(seeded(seed), database, plan, host);
  const auto& report = rig.run();
  REQUIRE_MESSAGE(report.ending == run_ending::completed, report.ending_reason);
  CHECK(report.failures == 0);
  for (const auto& game : plan) {
    REQUIRE(database->ledger(game.id).state == game_state::done);
    REQUIRE(database->core_writes(game.id) == 1);
  }
  CHECK(database->watermark(lane_stage, "2024-25") == plan[plan.size() - 2].id.str());
  rig.check_all_returned();
}

}  // namespace

TEST_SUITE("pipeline: stopping") {
  TEST_CASE("a stop at any moment drains: what was fetched is done, the rest is named") {
    const auto plan = small_season(30, 4);
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
      CAPTURE(seed);
      small_host host;
      auto database = model_database::make();
      {
        pipeline_rig rig(seeded(seed), database, plan, host);
        rig.start();
        walk(rig, seed * 29 % 2'400);
        rig.stop(1);
        const auto& report = rig.finish();
        const bool early = report.ending == run_ending::interrupted;
        CHECK((early || report.ending == run_ending::completed));
        CHECK(early == !report.not_ready.empty());
        check_nothing_lost(rig, report, plan);
        // A clean drain leaves nothing half-way.
        for (const auto& entry : database->ledger()) CHECK(entry.state != game_state::loaded);
        rig.check_all_returned();
      }
      check_resumes(database, plan, host, seed + 1'000);
    }
  }

  TEST_CASE("a second stop aborts at once, and names every game that was under way") {
    const auto plan = small_season(30, 4);
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(seed);
      small_host host;
      auto database = model_database::make();
      {
        pipeline_rig rig(seeded(seed), database, plan, host);
        rig.start();
        walk(rig, seed * 31 % 1'500);
        rig.stop(1);
        walk(rig, seed % 7 * 20);
        const bool was_over = rig.finished();
        rig.stop(2);
        rig.http->cancel_all();  // as the engine does
        const auto& report = rig.finish();
        if (!was_over) CHECK((report.ending == run_ending::aborted || report.ending == run_ending::interrupted));
        check_nothing_lost(rig, report, plan);
        // What is still under way blames no game either.
        rig.world.settle();
        CHECK(database->dead_letters().empty());
      }
      check_resumes(database, plan, host, seed + 1'000);
    }
  }

  TEST_CASE("a run that is killed at any moment, again and again, loses nothing and does nothing twice") {
    const auto plan = small_season(30, 4);
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(seed);
      small_host host;
      auto database = model_database::make();
      std::mt19937_64 random(seed);
      for (std::uint64_t life = 0; life < 4; ++life) {
        pipeline_rig rig(seeded(seed + life * 100), database, plan, host);
        rig.start();
        walk(rig, random() % 1'200);
      }
      check_resumes(database, plan, host, seed + 1'000);
    }
  }

  TEST_CASE("a database that goes away ends the run; nothing is blamed, and the next run goes on") {
    const auto plan = small_season(30, 4);
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(seed);
      small_host host;
      auto database = model_database::make();
      {
        pipeline_rig rig(seeded(seed), database, plan, host);
        rig.start();
        walk(rig, 50 + seed * 37 % 900);
        const bool was_over = rig.finished();
        database->inject([](const model_transaction&) {
          return std::optional{model_fault{{failure_class::storage, "server closed the connection"}, false, true}};
        });
        const auto& report = rig.finish();
        // Unless everything was written already.
        if (!was_over && report.ending != run_ending::completed) {
          CHECK(report.ending == run_ending::storage_lost);
          CHECK(report.ending_reason.find("server closed the connection") != std::string::npos);
        }
        check_nothing_lost(rig, report, plan);
        lost += report.ending == run_ending::storage_lost;
        database->inject(nullptr);
      }
      check_resumes(database, plan, host, seed + 1'000);
    }
    CHECK(lost >= 50);
  }

  TEST_CASE("a stage that breaks an invariant ends the run as broken, with the reason") {
    const auto plan = small_season(30, 4);
    small_host host;
    pipeline_rig rig(seeded(1), model_database::make(), plan, host);
    rig.start();
    walk(rig, 300);
    REQUIRE_FALSE(rig.finished());
    // Credit that nobody took.
    rig.world.send(rig.world.make_probe(), rig.children.transform, credit_return{link::load, std::size_t{1} << 40});
    const auto& report = rig.finish();
    CHECK(report.ending == run_ending::broken);
    CHECK(report.ending_reason.find("link load") != std::string::npos);
    check_nothing_lost(rig, report, plan);
  }
}
