#include "actors/derive_actor.hpp"

#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

struct derive_fixture {
  explicit derive_fixture(derive_options options = {}) {
    options.travel = {{season{2024}, std::make_shared<season_travel>(small_season(10, 2))}};
    stage = world.spawn(make_derive, std::move(options), job.as<job_actor>());
    world.settle();
  }
  void give(loaded_game game) {
    world.send(load, stage, std::move(game));
    world.settle();
  }
  std::size_t returned() {
    std::size_t count = 0;
    while (const auto one = load.take<credit_return>()) {
      CHECK(one->link == link::derive);
      CHECK(one->bytes == 100);
      ++count;
    }
    return count;
  }
  derive_state& state() { return state_of<derive_state>(stage); }

  testing_system world;
  probe load = world.make_probe(), job = world.make_probe();
  derive_actor stage;
};

}  // namespace

TEST_SUITE("derive actor") {
  TEST_CASE("rows become derived rows, and the slot goes back") {
    derive_fixture f;
    auto item = loaded(small_game(1));
    item.outcome = write_outcome::replaced;
    f.give(item);
    const auto out = f.load.take<derived_game>();
    REQUIRE(out);
    CHECK(out->job == item.job);
    CHECK(out->rows == item.rows);
    CHECK(out->core_outcome == write_outcome::replaced);
    CHECK(out->derived->outcome.home_points == 4);
    CHECK(out->derived->outcome.away_points == 3);
    CHECK(out->derived->team_factors.size() == 2);
    CHECK(out->bytes == item.bytes);
    CHECK(f.returned() == 1);
    CHECK(f.state().account.games() == 0);
  }

  TEST_CASE("a game of a season without a schedule fails as a bug, named, and frees its slot") {
    derive_fixture f;
    auto game = small_game(1);
    game.id = *game_id::parse("0022300001");
    auto item = loaded(small_game(1));
    item.job = job_for(game);
    f.give(item);
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->stage == "derive");
    CHECK(failed->why.kind == failure_class::internal);
    CHECK(failed->why.message.find("2023-24") != std::string::npos);
    CHECK(f.returned() == 1);
    CHECK(f.load.size() == 0);
  }

  TEST_CASE("while load cannot take derived rows, games wait here and keep their slots") {
    derive_options options;
    options.limits = {3, 1u << 20};
    options.finish_limits = {1, 1u << 20};
    derive_fixture f(options);
    for (int i = 1; i <= 3; ++i) f.give(loaded(small_game(i)));
    CHECK(f.load.count<derived_game>() == 1);
    CHECK(f.returned() == 1);
    CHECK(f.state().account.games() == 2);
    for (int i = 0; i < 3; ++i) {
      REQUIRE(f.load.take<derived_game>());
      f.world.send(f.load, f.stage, credit_return{link::finish, 100});
      f.world.settle();
    }
    CHECK(f.returned() == 2);
    CHECK(f.state().outbox.credit().games() == 0);
  }

  TEST_CASE("a game beyond the bound is a bug and ends the stage") {
    derive_options options;
    options.limits = {1, 1u << 20};
    derive_fixture f(options);
    for (const auto& worker : f.state().workers) f.world.hold(worker);
    f.give(loaded(small_game(1)));
    CHECK_FALSE(has_ended(f.stage));
    f.give(loaded(small_game(2)));
    CHECK(has_ended(f.stage));
  }
}
