// What the engine does with documents that are accepted, but odd, older than what is stored, or of another game.
#include "actors/load_actor.hpp"
#include "actors/transform_actor.hpp"
#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/model_store.hpp"
#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

struct transform_stage {
  transform_stage() {
    transform_options options;
    options.games = small_games();
    options.log = log;
    options.odd = odd;
    stage = world.spawn(make_transform, options, load.as<load_actor>(), job.as<job_actor>());
    world.settle();
  }
  void give(fetched_game game) {
    world.send(fetch, stage, std::move(game));
    world.settle();
  }
  std::shared_ptr<recording_sink> log = std::make_shared<recording_sink>();
  std::shared_ptr<odd_value_tally> odd = std::make_shared<odd_value_tally>();
  testing_system world;
  probe fetch = world.make_probe(), load = world.make_probe(), job = world.make_probe();
  transform_actor stage;
};

fetched_game with_odd_attendance(const planned_game& game) {
  auto item = fetched(game);
  auto changed = std::make_shared<game_payloads>(*item.payloads);
  std::string text{changed->bodies[endpoint::boxscore]->view()};
  text.insert(text.find("\"gameStatus\""), R"("attendance":"18,978",)");
  changed->bodies[endpoint::boxscore] = std::make_shared<padded_body>(std::move(text));
  item.payloads = changed;
  return item;
}

struct load_stage {
  explicit load_stage(bool allow_older = false) {
    load_options options;
    options.run_id = "run";
    options.store_backoff_first = std::chrono::milliseconds{0};
    options.allow_older = allow_older;
    options.log = log;
    stage = world.spawn(make_load, std::move(options), std::vector<std::shared_ptr<store>>{database->connect()}, false,
                        derive.as<derive_actor>(), job.as<job_actor>());
    world.settle();
  }
  template <class Message>
  void give(const probe& from, Message message) {
    world.send(from, stage, std::move(message));
    world.settle();
  }
  std::shared_ptr<recording_sink> log = std::make_shared<recording_sink>();
  testing_system world;
  std::shared_ptr<model_database> database = model_database::make();
  probe transform = world.make_probe(), derive = world.make_probe(), job = world.make_probe();
  load_actor stage;
};

// The game with its last event edited then.
transformed_game edited(const planned_game& game, const char* when, int home_points) {
  auto item = transformed(game, 100, {.home_points = home_points});
  auto rows = std::make_shared<game_rows>(*item.rows);
  rows->events.back().edited_at = parse_timestamp(when);
  item.rows = rows;
  return item;
}

}  // namespace

TEST_SUITE("documents") {
  TEST_CASE("odd values of all games are one entry a field, with the first game's example") {
    transform_stage f;
    for (const int number : {1, 2, 3}) f.give(with_odd_attendance(small_game(number)));
    CHECK(f.load.size() == 3);
    CHECK(f.job.count<game_failed>() == 0);
    const auto odd = f.odd->take();
    REQUIRE(odd.all().size() == 1);
    CHECK(odd.all()[0].count == 3);
    CHECK(odd.all()[0].field == "game.attendance");
    CHECK(odd.all()[0].example.starts_with(small_game(1).id.str() + ": "));
    CHECK(odd.all()[0].example.find("18,978") != std::string::npos);
    CHECK(f.odd->take().empty());
  }

  TEST_CASE("transform knows the schedule: another team or day is rejected, another score is a warning") {
    transform_stage f;
    auto game = small_game(1);
    auto item = fetched(game);
    const auto give = [&](const planned_game& planned) { f.give({job_for(planned), item.payloads, item.bytes}); };
    auto other = game;
    other.away_team_id += 1;
    give(other);
    other = game;
    other.date += date::days{1};
    give(other);
    for (const auto* rule : {"schedule_teams", "schedule_date"}) {
      const auto failed = f.job.take<game_failed>();
      REQUIRE(failed);
      CHECK(failed->why.kind == failure_class::rejected);
      CHECK(failed->why.where == rule);
    }
    CHECK(f.log->all().empty());
    other = game;
    other.home_score = 5;
    give(other);
    CHECK(f.load.size() == 1);
    REQUIRE(f.log->count("game.score_differs") == 1);
    CHECK(field(f.log->named("game.score_differs").front(), "difference").find("5 : 3") != std::string::npos);
  }

  TEST_CASE("an older document leaves a stored game as it is, and it is derived from what is stored") {
    for (const bool allow_older : {false, true}) {
      CAPTURE(allow_older);
      load_stage f{allow_older};
      const auto game = small_game(1);
      const auto stored = edited(game, "2024-11-02T00:00:00Z", 6);
      f.give(f.transform, stored);
      (void)f.derive.take<loaded_game>();
      auto older = edited(game, "2024-11-01T00:00:00Z", 8);
      auto job = std::make_shared<game_job>(*older.job);
      job->known.state = game_state::done;
      job->known.payload_sha256 = stored.payload_sha256;
      older.job = job;
      f.give(f.transform, older);
      const auto out = f.derive.take<loaded_game>();
      REQUIRE(out);
      CHECK(out->rows->game.home_score == (allow_older ? 8 : 6));
      CHECK(out->outcome == (allow_older ? write_outcome::replaced : write_outcome::unchanged));
      CHECK(f.log->count("game.older_document") == (allow_older ? 0 : 1));

      // A newer one replaces it, and says nothing.
      auto newer = edited(game, "2024-11-03T00:00:00Z", 10);
      newer.job = job;
      f.give(f.transform, newer);
      const auto next = f.derive.take<loaded_game>();
      REQUIRE(next);
      CHECK(next->rows->game.home_score == 10);
      CHECK(f.log->count("game.older_document") == (allow_older ? 0 : 1));
    }
  }

  TEST_CASE("a loaded game that is not the schedule's is parked when it is read back") {
    load_stage f;
    const auto item = transformed(small_game(1));
    f.give(f.transform, item);
    (void)f.derive.take<loaded_game>();
    auto job = std::make_shared<game_job>(*item.job);
    job->recover = true;
    job->game.home_team_id = 1610612799;
    f.give(f.job, recover_game{job});
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->why.kind == failure_class::rejected);
    CHECK(failed->why.where == "schedule_teams");
    CHECK(f.derive.size() == 0);
  }
}
