// Whole seasons through the whole graph, in many orders.
#include "tests/support/engine/pipeline_rig.hpp"

#include "tests/support/document_urls.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

// Every planned game is in exactly one place of the report, and the ledger agrees.
void check_accounts(const pipeline_rig& rig, const run_report& report) {
  std::set<game_id> named;
  const auto name_all = [&](const std::vector<reported_game>& list) {
    for (const auto& game : list) {
      REQUIRE_MESSAGE(named.insert(game.id).second, game.id.str() << " is named twice");
      REQUIRE_FALSE(game.reason.empty());
    }
  };
  name_all(report.parked);
  name_all(report.closed);
  name_all(report.not_ready);
  name_all(report.failed);
  REQUIRE(report.done() + static_cast<std::int64_t>(named.size()) == report.games_total);
  for (const auto& game : report.parked) REQUIRE(rig.database->ledger(game.id).state == game_state::parked);
  for (const auto& game : report.closed) REQUIRE(is_terminal(rig.database->ledger(game.id).state));
}

void check_all_done(const model_database& database, const std::vector<planned_game>& plan) {
  std::string regular, playoffs;
  for (const auto& game : plan) {
    REQUIRE_MESSAGE(database.ledger(game.id).state == game_state::done, game.id.str());
    auto& last = game.id.type() == game_type::regular ? regular : playoffs;
    last = std::max(last, game.id.str());
  }
  CHECK(database.watermark(lane_stage, "2024-25") == regular);
  CHECK(database.watermark(lane_stage, "2024-25/playoffs") == playoffs);
}

std::vector<planned_game> season_of(std::uint64_t seed) {
  return small_season(20 + static_cast<int>(seed % 5) * 10, 3 + static_cast<int>(seed % 6));
}

rig_options seeded(std::uint64_t seed) {
  rig_options options;
  options.seed = seed;
  options.parallel = 1 + static_cast<int>(seed % 4);
  options.transform_workers = 1 + seed % 3;
  options.derive_workers = 1 + seed / 2 % 2;
  options.load_connections = 1 + seed / 3 % 3;
  // Now and then bytes are what is short, down to where every game is larger than its link.
  if (seed % 7 == 0) options.load.bytes_max = options.derive.bytes_max = 2u << 18;
  if (seed % 11 == 0) options.transform.bytes_max = options.load.bytes_max = options.finish.bytes_max = 1'000;
  return options;
}

}  // namespace

TEST_SUITE("pipeline") {
  TEST_CASE("every game of a season ends done, whatever the order") {
    small_host host;
    std::size_t largest_batch = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      CAPTURE(seed);
      const auto plan = season_of(seed);
      pipeline_rig rig(seeded(seed), model_database::make(), plan, host);
      const auto& report = rig.run();
      REQUIRE_MESSAGE(report.ending == run_ending::completed, report.ending_reason);
      CHECK(report.inserted == static_cast<std::int64_t>(plan.size()));
      CHECK(report.failures == 0);
      check_all_done(*rig.database, plan);
      check_accounts(rig, report);
      rig.check_all_returned();
      // Nothing slept, so no more chunks than --parallel were ever awake.
      CHECK(rig.peak().chunks_awake <= 1 + seed % 4);
      CHECK(rig.log->count("chunk.start") == small_chunks(plan).size());
      CHECK(rig.log->count("chunk.end") == small_chunks(plan).size());
      for (const auto games : rig.database->count().games_per_transaction)
        largest_batch = std::max(largest_batch, games);
    }
    CHECK(largest_batch == 3);  // what queues up at load goes into one transaction, up to the bound
  }

  TEST_CASE("the same seed makes the same run") {
    small_host host;
    std::vector<std::vector<game_id>> orders;
    for (int i = 0; i < 2; ++i) {
      pipeline_rig rig(seeded(42), model_database::make(), season_of(42), host);
      const auto& report = rig.run();
      std::vector<game_id> order;
      for (const auto& entry : rig.database->ledger()) order.push_back(entry.id);
      CHECK(report.ending == run_ending::completed);
      orders.push_back(order);
      CHECK(rig.world.steps() == [&] {
        static const auto first = rig.world.steps();
        return first;
      }());
    }
    CHECK(orders[0] == orders[1]);
  }

  TEST_CASE("hosts that stumble and a database that stumbles change nothing in the end") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      CAPTURE(seed);
      std::mt19937_64 random(seed);
      const auto plan = season_of(seed);
      small_host host;
      for (const auto& game : plan)
        for (const auto& url : {boxscore_url(small_urls, game.id), playbyplay_url(small_urls, game.id)}) {
          auto& answers = host.first[url];
          const http_response stumbles[]{error_answer(http_error::reset), error_answer(http_error::stalled),
                                         status_answer(502, "bad gateway"), ok_answer("{\"game\":{\"ga"),
                                         status_answer(429, "", 3s)};
          for (std::size_t i = 0, count = random() % 3; i < count; ++i) answers.push_back(stumbles[random() % 5]);
        }
      auto database = model_database::make();
      auto options = seeded(seed);
      options.retry.throttles_max = 20;
      pipeline_rig rig(options, database, plan, host);
      database->inject([&random](const model_transaction& call) -> std::optional<model_fault> {
        if (call.what == model_call::read || call.what == model_call::reconnect || random() % 12 != 0)
          return std::nullopt;
        return model_fault{{failure_class::storage, "deadlock"}, random() % 2 == 0, random() % 2 == 0};
      });
      const auto& report = rig.run();
      if (report.ending == run_ending::storage_lost) continue;  // three faults in a row: another test's business
      REQUIRE_MESSAGE(report.ending == run_ending::completed, report.ending_reason);
      CHECK(report.failures == 0);
      check_all_done(*database, plan);
      check_accounts(rig, report);
      rig.check_all_returned();
      for (const auto& game : plan) CHECK(database->core_writes(game.id) == 1);
    }
  }

  // The rig checks at every step that no more requests wait than the budget takes.
  TEST_CASE("every allowed number of games in fetch works with every window, games that fail in bulk included") {
    for (const std::size_t games_max : {1, 64, 512})
      for (const int in_flight_max : {1, 255}) {
        CAPTURE(games_max);
        CAPTURE(in_flight_max);
        const auto plan = small_season(static_cast<int>(games_max) + 60, 2);
        small_host host;
        std::int64_t failing = 0;
        for (std::size_t i = 0; i < plan.size(); ++i) {
          const auto& id = plan[i].id;
          if (i % 3 == 0) host.first[playbyplay_url(small_urls, id)] = {error_answer(http_error::reset)};
          if (i % 2 == 0) host.first[boxscore_url(small_urls, id)] = {ok_answer("<html>maintenance</html>")};
          if (i % 3 == 0 || i % 2 == 0) ++failing;
        }
        rig_options options;
        options.retry.tries_max = 1;
        options.fetch = {games_max, games_max * game_fetch_bytes};
        options.budget.in_flight_max = in_flight_max;
        options.records_max = plan.size();
        pipeline_rig rig(options, model_database::make(), plan, host);
        const auto& report = rig.run();
        REQUIRE_MESSAGE(report.ending == run_ending::completed, report.ending_reason);
        // A few are asked for once more, where no other game was there to compare them with.
        CHECK(report.failures <= failing);
        CHECK(report.failures > failing / 2);
        CHECK(report.done() + report.failures == report.games_total);
        check_accounts(rig, report);
        rig.check_all_returned();
      }
  }

  TEST_CASE("games that fail are parked or named, and hold the watermark; the others are done") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(seed);
      std::mt19937_64 random(seed);
      const auto plan = season_of(seed);
      small_host host;
      std::set<game_id> drifting, rejected, unfinished, absent, flaky;
      for (const auto& game : plan) {
        const auto& id = game.id;
        switch (random() % 12) {
          case 0:
            drifting.insert(id);
            host.broken.insert(id);
            break;
          case 1:
            rejected.insert(id);
            host.payloads[id].home_points = 5;  // the events say 6
            break;
          case 2:
            unfinished.insert(id);
            host.payloads[id].status = 2;
            break;
          case 3:
            absent.insert(id);
            host.missing.insert(id);
            break;
          case 4:
            flaky.insert(id);
            host.first[boxscore_url(small_urls, id)] = {3, error_answer(http_error::timeout)};
            break;
          default:
            break;
        }
      }
      auto options = seeded(seed);
      options.canary_game = *game_id::parse("0022400999");
      options.dispositions.patience_days = 100'000;  // games of the past that are still not over: not given up here
      pipeline_rig rig(options, model_database::make(), plan, host);
      const auto& report = rig.run();
      REQUIRE_MESSAGE(report.ending == run_ending::completed, report.ending_reason);
      check_accounts(rig, report);
      rig.check_all_returned();
      const auto& db = *rig.database;
      CHECK(report.failures == static_cast<std::int64_t>(drifting.size() + rejected.size() + flaky.size()));
      CHECK(report.not_ready.size() == unfinished.size() + absent.size());
      std::string expected_mark;
      bool held = false;
      for (const auto& entry : db.ledger()) {
        const auto& id = entry.id;
        const bool good = !drifting.contains(id) && !rejected.contains(id) && !unfinished.contains(id) &&
                          !absent.contains(id) && !flaky.contains(id);
        REQUIRE((entry.state == game_state::done) == good);
        if (absent.contains(id)) {
          CHECK(entry.state == game_state::planned);
          CHECK(entry.attempts == 1);
          CHECK(entry.error_class == failure_class::unavailable);
        }
        if (unfinished.contains(id)) CHECK(entry.state == game_state::not_final);
        if (id.type() != game_type::regular) continue;
        held = held || !good;
        if (!held) expected_mark = id.str();
      }
      CHECK(db.watermark(lane_stage, "2024-25").value_or("") == expected_mark);
      // One dead letter for each game at fault, with the class, and the payloads where there are any.
      CHECK(db.dead_letters().size() == drifting.size() + rejected.size() + flaky.size());
      for (const auto& letter : db.dead_letters()) {
        // What is not even about a game is an answer like any other that is no document.
        const bool fetched = rejected.contains(letter.game_id);
        CHECK(letter.payload_sha256.empty() != fetched);
        CHECK(letter.stage == (fetched ? "transform" : "fetch"));
        CHECK(letter.attempts == (fetched ? 1 : 3));
        CHECK(letter.error_class == (rejected.contains(letter.game_id)   ? failure_class::rejected
                                     : drifting.contains(letter.game_id) ? failure_class::contract_drift
                                                                         : failure_class::transient));
      }
    }
  }

  TEST_CASE("a game that stays missing is unavailable on the third day, counts once, and then holds nothing") {
    const auto plan = small_season(20, 3);
    small_host host;
    host.missing.insert(plan[4].id);
    auto database = model_database::make();
    auto options = seeded(5);
    options.canary_game = *game_id::parse("0022400999");
    for (int occasion = 1; occasion <= 3; ++occasion) {
      // The second run of a day is the same occasion.
      for (const bool again : {false, true}) {
        if (again && occasion == 3) continue;
        CAPTURE(occasion);
        options.seed += 1;
        pipeline_rig rig(options, database, plan, host, [occasion] {
          return *parse_timestamp("2025-05-01T12:00:00Z") + std::chrono::hours{24 * occasion};
        });
        const auto& report = rig.run();
        CHECK(report.ending == run_ending::completed);
        CHECK(report.failures == (occasion < 3 ? 0 : 1));
        CHECK(report.games_total == (occasion == 1 && !again ? 20 : 1));
        CHECK(report.not_ready.size() == (occasion < 3 ? 1 : 0));
        REQUIRE(report.closed.size() == (occasion < 3 ? 0 : 1));
        CHECK(rig.log->count("game.closed") == (occasion < 3 ? 0 : 1));
        const auto entry = database->ledger(plan[4].id);
        REQUIRE(entry.closing);
        CHECK(entry.closing->occasions == occasion);
        CHECK((*database->watermark(lane_stage, "2024-25") < plan[4].id.str()) == (occasion < 3));
      }
    }
    CHECK(database->ledger(plan[4].id).state == game_state::unavailable);
    CHECK(database->dead_letters().empty());
  }

  TEST_CASE("a host that refuses everything, the canary too, blames no game") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      CAPTURE(seed);
      const auto plan = season_of(seed);
      small_host host;
      host.blocked = true;
      auto options = seeded(seed);
      options.canary_game = *game_id::parse("0022400999");
      pipeline_rig rig(options, model_database::make(), plan, host);
      const auto& report = rig.run();
      CHECK(report.ending == run_ending::host_lost);
      CHECK(report.failed.size() == plan.size());
      CHECK(rig.database->dead_letters().empty());
      for (const auto& entry : rig.database->ledger()) {
        CHECK(entry.state == game_state::planned);
        CHECK(entry.attempts == 0);
      }
      CHECK(rig.log->count("host.blocked") >= 1);
      // Given up after few probes, not asked for every game.
      CHECK(rig.http->submitted() < 40);
      check_accounts(rig, report);
      rig.check_all_returned();
    }
  }

  TEST_CASE("a host that is blocked for a while is probed and the run goes on") {
    const auto plan = small_season(30, 4);
    small_host host;
    auto options = seeded(3);
    options.canary_game = *game_id::parse("0022400999");
    pipeline_rig rig(options, model_database::make(), plan, host);
    rig.start();
    while (rig.database->count().games_transactions < 8) REQUIRE(rig.step());
    host.blocked = true;
    while (rig.log->count("host.blocked") == 0) REQUIRE(rig.step());
    host.blocked = false;
    const auto& report = rig.finish();
    CHECK(report.ending == run_ending::completed);
    CHECK(report.failures == 0);
    check_all_done(*rig.database, plan);
    CHECK(rig.log->count("host.recovered") >= 1);
  }

  TEST_CASE("chunks whose games sleep let the next ones start") {
    const auto plan = small_season(24, 4);
    const auto chunks = small_chunks(plan);
    small_host host;
    for (const auto& game : chunks.front().games)
      for (const auto& url : {boxscore_url(small_urls, game.id), playbyplay_url(small_urls, game.id)})
        host.first[url] = {2, error_answer(http_error::reset)};
    auto options = seeded(8);
    options.parallel = 1;
    options.fetch = {16, 16 * game_fetch_bytes};
    options.retry.backoff_first = 60s;
    options.retry.backoff_max = 120s;
    pipeline_rig rig(options, model_database::make(), plan, host);
    const auto& report = rig.run();
    CHECK(report.ending == run_ending::completed);
    CHECK(report.failures == 0);
    check_all_done(*rig.database, plan);
    // The first chunk ended last, though only one chunk may be awake.
    const auto ends = rig.log->named("chunk.end");
    REQUIRE(ends.size() == 4);
    CHECK(field(ends.back(), "chunk") == std::to_string(chunks.front().number));
  }

  TEST_CASE("looking at a whole season again rewrites what changed and nothing else") {
    const auto plan = small_season(30, 3);
    small_host host;
    auto database = model_database::make();
    { pipeline_rig(seeded(1), database, plan, host).run(); }
    host.payloads[plan[7].id].home_points = 8;
    auto options = seeded(2);
    options.reprocess_all = true;
    pipeline_rig rig(options, database, plan, host);
    const auto& report = rig.run();
    CHECK(report.ending == run_ending::completed);
    CHECK(report.unchanged == 29);
    CHECK(report.replaced == 1);
    for (const auto& game : plan) CHECK(database->core_writes(game.id) == (game.id == plan[7].id ? 2 : 1));
    check_all_done(*database, plan);
    rig.check_all_returned();
  }
}
