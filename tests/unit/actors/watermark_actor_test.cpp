#include "actors/watermark_actor.hpp"

#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/model_store.hpp"
#include "tests/support/testing_system.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

const lane regular{season{2024}, game_type::regular}, playoffs{season{2024}, game_type::playoffs};

game_id regular_game(int number) { return small_game(number).id; }
game_id playoff_game(int number) { return small_game(number, 0, game_type::playoffs).id; }

struct watermark_fixture {
  // Regular games 1 to 5 and playoff games 1 to 3 are planned.
  explicit watermark_fixture(std::vector<game_id> terminal = {}, std::string durable = "") {
    std::vector<game_id> season_games, playoff_games;
    for (int i = 1; i <= 5; ++i) season_games.push_back(regular_game(i));
    for (int i = 1; i <= 3; ++i) playoff_games.push_back(playoff_game(i));
    watermark_options options;
    options.lanes.push_back({regular, contiguous_tracker{season_games, terminal}, durable});
    options.lanes.push_back({playoffs, contiguous_tracker{playoff_games, {}}, ""});
    options.log = log;
    options.write_tries_max = 3;
    options.write_backoff_first = 0ms;
    if (!durable.empty()) (void)database->connect()->advance_watermark(lane_stage, "2024-25", durable);
    database->on_commit([this](const model_database&, const model_transaction& commit) {
      if (commit.watermark) written.push_back(commit.watermark->value);
    });
    stage = world.spawn(make_watermark, std::move(options), std::shared_ptr<store>(database->connect()), false);
  }
  void resolve(const game_id& id) { world.send(job, stage, game_terminal{id}); }
  checkpoint_writer writer() { return state_of<watermark_state>(stage).writer; }
  std::string durable(const char* key = "2024-25") { return database->watermark(lane_stage, key).value_or("none"); }

  testing_system world;
  std::shared_ptr<model_database> database = model_database::make();
  std::shared_ptr<recording_sink> log = std::make_shared<recording_sink>();
  probe job = world.make_probe();
  std::vector<std::string> written;  // in the order of the commits
  watermark_actor stage;
};

using values = std::vector<std::string>;

}  // namespace

TEST_SUITE("watermark actor") {
  TEST_CASE("the mark moves to the largest contiguous game and never over a hole") {
    watermark_fixture f;
    f.resolve(regular_game(2));
    f.world.advance(1s);
    CHECK(f.durable() == "none");
    f.resolve(regular_game(1));
    f.world.advance(1s);
    CHECK(f.durable() == regular_game(2).str());
    f.resolve(regular_game(4));
    f.world.advance(1s);
    CHECK(f.durable() == regular_game(2).str());
    f.resolve(regular_game(3));
    f.world.advance(1s);
    CHECK(f.durable() == regular_game(4).str());
    CHECK(f.written == values{regular_game(2).str(), regular_game(4).str()});
  }

  TEST_CASE("each lane has its own mark") {
    watermark_fixture f;
    f.resolve(playoff_game(1));
    f.world.advance(1s);
    CHECK(f.durable() == "none");
    CHECK(f.durable("2024-25/playoffs") == playoff_game(1).str());
  }

  TEST_CASE("one write is in flight; what moves meanwhile is coalesced into the next") {
    watermark_fixture f;
    f.world.settle();
    f.world.hold(f.writer());
    for (int i = 1; i <= 4; ++i) f.resolve(regular_game(i));
    f.world.settle();
    CHECK(f.world.ask<stage_status>(f.stage, status_query{}).depth == 1);
    f.world.release(f.writer());
    f.world.advance(1s);
    CHECK(f.written == values{regular_game(1).str(), regular_game(4).str()});
    CHECK(f.world.ask<stage_status>(f.stage, status_query{}).in == 2);
  }

  TEST_CASE("between two writes lies at least the interval") {
    watermark_fixture f;
    f.resolve(regular_game(1));
    f.world.settle();
    CHECK(f.written.size() == 1);
    f.resolve(regular_game(2));
    f.resolve(regular_game(3));
    f.world.advance(99ms);
    CHECK(f.written.size() == 1);
    f.world.advance(1ms);
    CHECK(f.written == values{regular_game(1).str(), regular_game(3).str()});
  }

  TEST_CASE("a value is published only when it is durable") {
    watermark_fixture f;
    f.world.settle();
    f.world.hold(f.writer());
    f.resolve(regular_game(1));
    const auto flushed = f.world.ask_later<watermarks_flushed>(f.stage, flush_watermarks{});
    f.world.settle();
    CHECK(f.log->count("watermark.advance") == 0);
    CHECK_FALSE(flushed->has_value());
    f.world.release(f.writer());
    f.world.settle();
    REQUIRE(f.log->count("watermark.advance") == 1);
    const auto event = f.log->named("watermark.advance").front();
    CHECK(field(event, "key") == "2024-25");
    CHECK(field(event, "value") == regular_game(1).str());
    CHECK(field(event, "lag_games") == "4");
    REQUIRE(flushed->has_value());
    REQUIRE((*flushed)->rows.size() == 1);
    CHECK((*flushed)->rows.front().value == regular_game(1).str());
  }

  TEST_CASE("a flush does not wait for the interval") {
    watermark_fixture f;
    f.resolve(regular_game(1));
    f.world.settle();
    f.resolve(regular_game(2));
    f.world.settle();
    CHECK(f.written.size() == 1);
    const auto flushed = f.world.ask<watermarks_flushed>(f.stage, flush_watermarks{});
    CHECK_FALSE(flushed.why.has_value());
    CHECK(f.durable() == regular_game(2).str());
  }

  TEST_CASE("a flush with nothing to write is answered at once, with what is durable") {
    watermark_fixture f({regular_game(1)}, regular_game(1).str());
    const auto flushed = f.world.ask<watermarks_flushed>(f.stage, flush_watermarks{});
    REQUIRE(flushed.rows.size() == 1);
    CHECK(flushed.rows.front().value == regular_game(1).str());
    CHECK(f.written.empty());
  }

  TEST_CASE("a row that lags behind the ledger is healed at the start") {
    watermark_fixture f({regular_game(1), regular_game(2), regular_game(3)}, regular_game(1).str());
    f.world.settle();
    CHECK(f.durable() == regular_game(3).str());
  }

  TEST_CASE("a row that is ahead of the ledger is left alone") {
    watermark_fixture f({regular_game(1)}, regular_game(4).str());
    f.resolve(regular_game(2));
    f.world.advance(1s);
    CHECK(f.written.empty());
    CHECK(f.durable() == regular_game(4).str());
  }

  TEST_CASE("a failed write is tried again on a fresh connection") {
    watermark_fixture f;
    f.database->fail_next(model_call::watermark, 2, {{failure_class::storage, "lost"}, false, true});
    f.resolve(regular_game(1));
    f.world.advance(1s);
    CHECK(f.durable() == regular_game(1).str());
    CHECK(f.database->count().reconnects == 2);
  }

  TEST_CASE("a write that fails for good publishes nothing, and the flush says why") {
    watermark_fixture f;
    f.database->fail_next(model_call::watermark, 100, {{failure_class::storage, "disk full"}});
    f.resolve(regular_game(1));
    f.world.advance(1s);
    f.resolve(regular_game(2));
    const auto flushed = f.world.ask<watermarks_flushed>(f.stage, flush_watermarks{});
    REQUIRE(flushed.why);
    CHECK(flushed.why->message == "disk full");
    CHECK(flushed.rows.empty());
    CHECK(f.log->count("watermark.advance") == 0);
  }

  TEST_CASE("of several lanes those that were written before the failure are published") {
    watermark_fixture f;
    f.world.settle();
    f.database->inject([](const model_transaction& call) -> std::optional<model_fault> {
      if (call.what == model_call::watermark && call.watermark->key == "2024-25/playoffs")
        return model_fault{{failure_class::storage, "disk full"}};
      return std::nullopt;
    });
    f.world.hold(f.stage);
    f.resolve(regular_game(1));
    f.resolve(playoff_game(1));
    f.world.release(f.stage);
    const auto flushed = f.world.ask<watermarks_flushed>(f.stage, flush_watermarks{});
    REQUIRE(flushed.why);
    REQUIRE(flushed.rows.size() == 1);
    CHECK(flushed.rows.front().value == regular_game(1).str());
  }

  TEST_CASE("a game of no plan of the run is a bug and ends the actor") {
    watermark_fixture f;
    SUBCASE("an unplanned id of a known lane") { f.resolve(regular_game(99)); }
    SUBCASE("an unknown lane") { f.resolve(small_game(1, 0, game_type::cup).id); }
    f.world.settle();
    CHECK(has_ended(f.stage));
    CHECK(f.written.empty());
  }

  TEST_CASE("resolving a game twice changes nothing") {
    watermark_fixture f;
    f.resolve(regular_game(1));
    f.resolve(regular_game(1));
    f.world.advance(1s);
    CHECK(f.written == values{regular_game(1).str()});
  }

  TEST_CASE("any other checkpoint is raised on request and answered when it is durable") {
    watermark_fixture f;
    const auto answer =
        f.world.ask<watermarks_flushed>(f.stage, advance_checkpoint{{"schedule", "daily", "2025-01-09", {}}});
    CHECK_FALSE(answer.why.has_value());
    CHECK(f.database->watermark("schedule", "daily") == "2025-01-09");
    // Not backwards.
    (void)f.world.ask<watermarks_flushed>(f.stage, advance_checkpoint{{"schedule", "daily", "2025-01-08", {}}});
    CHECK(f.database->watermark("schedule", "daily") == "2025-01-09");
  }

  TEST_CASE("a checkpoint raised again while the first write is in flight is not forgotten") {
    watermark_fixture f;
    f.world.settle();
    f.world.hold(f.writer());
    const auto first =
        f.world.ask_later<watermarks_flushed>(f.stage, advance_checkpoint{{"schedule", "daily", "2025-01-09", {}}});
    f.world.settle();
    const auto second =
        f.world.ask_later<watermarks_flushed>(f.stage, advance_checkpoint{{"schedule", "daily", "2025-01-10", {}}});
    f.world.settle();
    f.world.release(f.writer());
    f.world.settle();
    REQUIRE(first->has_value());
    REQUIRE(second->has_value());
    CHECK(f.database->watermark("schedule", "daily") == "2025-01-10");
  }
}
