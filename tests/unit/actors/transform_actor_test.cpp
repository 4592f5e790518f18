#include "actors/transform_actor.hpp"

#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

struct transform_fixture {
  explicit transform_fixture(transform_options options = {}) {
    options.games = small_games();
    stage = world.spawn(make_transform, options, load.as<load_actor>(), job.as<job_actor>());
    world.settle();
  }
  void give(fetched_game game) {
    world.send(fetch, stage, std::move(game));
    world.settle();
  }
  // Bytes of the credit that came back since the last call.
  std::vector<std::size_t> returned() {
    std::vector<std::size_t> bytes;
    while (const auto one = fetch.take<credit_return>()) {
      CHECK(one->link == link::transform);
      bytes.push_back(one->bytes);
    }
    return bytes;
  }
  transform_state& state() { return state_of<transform_state>(stage); }

  testing_system world;
  probe fetch = world.make_probe(), load = world.make_probe(), job = world.make_probe();
  transform_actor stage;
};

}  // namespace

TEST_SUITE("transform actor") {
  TEST_CASE("payloads become rows for load, and the slot goes back with the bytes it took") {
    transform_fixture f;
    const auto item = fetched(small_game(1), {.home_points = 6});
    f.give(item);
    const auto out = f.load.take<transformed_game>();
    REQUIRE(out);
    CHECK(out->job == item.job);
    CHECK(out->rows->game.home_score == 6);
    CHECK(out->payload_sha256 == payload_digest(*item.payloads));
    CHECK(out->bytes == out->rows->approximate_bytes());
    CHECK(f.returned() == std::vector{item.bytes});
    CHECK(f.state().account.games() == 0);
    // The job is told before the game is anywhere else.
    CHECK(f.job.take<documents_accepted>()->job->game.id == small_game(1).id);
    CHECK(f.job.size() == 0);
  }

  TEST_CASE("a game that cannot be parsed is reported with its payloads, and frees its slot once") {
    transform_fixture f;
    auto item = fetched(small_game(1));
    auto broken = std::make_shared<game_payloads>(*item.payloads);
    broken->bodies[endpoint::playbyplay] = std::make_shared<padded_body>(R"({"game":7})");
    item.payloads = broken;
    f.give(item);
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->stage == "transform");
    CHECK(failed->why.kind == failure_class::contract_drift);
    CHECK(failed->payloads == item.payloads);
    CHECK_FALSE(failed->interrupted);
    CHECK(f.returned() == std::vector{item.bytes});
    CHECK(f.load.size() == 0);
    CHECK(f.world.ask<stage_status>(f.stage, status_query{}).failed == 1);
  }

  TEST_CASE("a done game with the digest the ledger knows is done at once and never reaches load") {
    transform_options options;
    options.rules_version = 3;
    transform_fixture f(options);
    auto item = fetched(small_game(1));
    ledger_entry known;
    known.state = game_state::done;
    known.payload_sha256 = payload_digest(*item.payloads);
    known.rules_version = 3;
    f.give(fetched(small_game(1), {}, known));
    const auto done = f.job.take<game_done>();
    REQUIRE(done);
    CHECK(done->outcome == write_outcome::unchanged);
    CHECK(done->rows_written == 0);
    CHECK(f.load.size() == 0);
    CHECK(f.returned().size() == 1);

    SUBCASE("other payloads go on") {
      f.give(fetched(small_game(1), {.home_points = 6}, known));
      CHECK(f.load.count<transformed_game>() == 1);
    }
    SUBCASE("other rules go on") {
      known.rules_version = 2;
      f.give(fetched(small_game(1), {}, known));
      CHECK(f.load.count<transformed_game>() == 1);
    }
    SUBCASE("a game that is only loaded goes on") {
      known.state = game_state::loaded;
      f.give(fetched(small_game(1), {}, known));
      CHECK(f.load.count<transformed_game>() == 1);
    }
  }

  TEST_CASE("while load is full, games wait here, keep their slots and leave in order when credit comes back") {
    transform_options options;
    options.limits = {4, 1u << 20};
    options.load_limits = {1, 1u << 20};
    transform_fixture f(options);
    std::vector<fetched_game> items;
    for (int i = 1; i <= 4; ++i)
      items.push_back(fetched(small_game(i), {.filler_bytes = 100u * static_cast<unsigned>(i)}));
    for (const auto& item : items) f.give(item);
    CHECK(f.load.count<transformed_game>() == 1);
    CHECK(f.returned() == std::vector{items[0].bytes});
    CHECK(f.state().account.games() == 3);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto out = f.load.take<transformed_game>();
      REQUIRE(out);
      CHECK(out->job->game.id == items[i].job->game.id);
      f.world.send(f.load, f.stage, credit_return{link::load, out->bytes});
      f.world.settle();
    }
    CHECK(f.returned() == std::vector{items[1].bytes, items[2].bytes, items[3].bytes});
    CHECK(f.state().outbox.credit().games() == 0);
    CHECK(f.state().outbox.credit().bytes() == 0);
  }

  TEST_CASE("no more games are worked on at a time than there are workers") {
    transform_options options;
    options.workers = 2;
    transform_fixture f(options);
    for (const auto& worker : f.state().workers) f.world.hold(worker);
    for (int i = 1; i <= 5; ++i) f.give(fetched(small_game(i)));
    CHECK(f.state().idle.count() == 0);
    CHECK(f.state().waiting.size() == 3);
    for (const auto& worker : f.state().workers) f.world.release(worker);
    f.world.settle();
    CHECK(f.load.count<transformed_game>() == 5);
    CHECK(f.state().idle.count() == 2);
  }

  TEST_CASE("a game beyond the bound is a bug and ends the stage") {
    transform_options options;
    options.limits = {2, 1u << 20};
    transform_fixture f(options);
    for (const auto& worker : f.state().workers) f.world.hold(worker);
    f.give(fetched(small_game(1)));
    f.give(fetched(small_game(2)));
    CHECK_FALSE(has_ended(f.stage));
    f.give(fetched(small_game(3)));
    CHECK(has_ended(f.stage));
  }

  TEST_CASE("credit for a game that load never had is a bug and ends the stage") {
    transform_fixture f;
    f.world.send(f.load, f.stage, credit_return{link::load, 1});
    f.world.settle();
    CHECK(has_ended(f.stage));
  }
}
