#include "actors/load_actor.hpp"

#include "pipeline/packed_payloads.hpp"
#include "tests/support/model_store.hpp"
#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

const failure lost{failure_class::storage, "connection lost", "test"};

struct load_fixture {
  explicit load_fixture(load_options options = {}, std::size_t connections = 1) {
    options.run_id = "run";
    options.store_backoff_first = std::chrono::milliseconds{0};
    std::vector<std::shared_ptr<store>> stores;
    for (std::size_t i = 0; i < connections; ++i) stores.push_back(database->connect());
    stage = world.spawn(make_load, std::move(options), std::move(stores), false, derive.as<derive_actor>(),
                        job.as<job_actor>());
    world.settle();
  }
  load_state& state() { return state_of<load_state>(stage); }
  void hold_workers() {
    for (const auto& worker : state().workers) world.hold(worker);
  }
  void release_workers() {
    for (const auto& worker : state().workers) world.release(worker);
    world.settle();
  }
  template <class Message>
  void give(const probe& from, Message message) {
    world.send(from, stage, std::move(message));
    world.settle();
  }
  std::vector<nba::link> returned_to(probe& who) {
    std::vector<nba::link> links;
    while (const auto one = who.take<credit_return>()) links.push_back(one->link);
    return links;
  }
  void check_all_free() {
    for (const auto* account : {&state().core, &state().recover, &state().finish}) {
      CHECK(account->games() == 0);
      CHECK(account->bytes() == 0);
    }
  }

  testing_system world;
  std::shared_ptr<model_database> database = model_database::make();
  probe transform = world.make_probe(), derive = world.make_probe(), job = world.make_probe();
  load_actor stage;
};

using links = std::vector<nba::link>;

}  // namespace

TEST_SUITE("load actor") {
  TEST_CASE("core rows are committed before derive hears of them, and then the slot goes back") {
    load_fixture f;
    const auto item = transformed(small_game(1));
    f.hold_workers();
    f.give(f.transform, item);
    CHECK(f.derive.size() == 0);
    CHECK(f.transform.size() == 0);
    f.release_workers();
    CHECK(f.database->ledger(item.job->game.id).state == game_state::loaded);
    const auto out = f.derive.take<loaded_game>();
    REQUIRE(out);
    CHECK(out->job->game.id == item.job->game.id);
    CHECK(out->rows == item.rows);
    CHECK(out->outcome == write_outcome::inserted);
    CHECK(f.returned_to(f.transform) == links{nba::link::load});
    f.check_all_free();
  }

  TEST_CASE("what is handed on knows what the ledger says after load") {
    load_fixture f;
    const auto load_again = [&](game_state known, const std::string& digest) {
      auto item = transformed(small_game(1));
      auto job = std::make_shared<game_job>(*item.job);
      job->known.id = job->game.id;
      job->known.state = known;
      item.job = std::move(job);
      item.payload_sha256 = digest;
      f.give(f.transform, item);
      const auto out = f.derive.take<loaded_game>();
      REQUIRE(out);
      CHECK(out->job->known.state == f.database->ledger(item.job->game.id).state);
      return out->job->known.state;
    };
    CHECK(load_again(game_state::planned, "aa") == game_state::loaded);
    CHECK(load_again(game_state::loaded, "aa") == game_state::loaded);  // unchanged
    f.give(f.derive, derived(small_game(1)));
    REQUIRE(f.database->ledger(small_game(1).id).state == game_state::done);
    CHECK(load_again(game_state::done, "aa") == game_state::done);  // unchanged: asked again since its rules are older
    CHECK(load_again(game_state::done, "bb") == game_state::loaded);
  }

  TEST_CASE("derived rows make the game done, and only then the job hears of it") {
    load_fixture f;
    const auto item = derived(small_game(1));
    const auto id = item.job->game.id;
    f.give(f.transform, transformed(small_game(1)));
    f.hold_workers();
    f.give(f.derive, item);
    CHECK(f.job.size() == 0);
    CHECK(f.database->ledger(id).state == game_state::loaded);
    f.release_workers();
    CHECK(f.database->ledger(id).state == game_state::done);
    CHECK(f.database->ledger(id).rules_version == 1);
    const auto done = f.job.take<game_done>();
    REQUIRE(done);
    CHECK(done->outcome == write_outcome::inserted);
    CHECK(done->rows_written == item.rows->row_count() + item.derived->row_count());
    CHECK(f.returned_to(f.derive) == links{nba::link::finish});
    f.check_all_free();
  }

  TEST_CASE("what waits when a worker gets idle goes into one transaction, up to the bound of a batch") {
    load_options options;
    options.batch_games_max = 4;
    load_fixture f(options);
    f.hold_workers();
    for (int i = 1; i <= 8; ++i) f.give(f.transform, transformed(small_game(i)));
    f.release_workers();
    // The first game was alone when it came; then seven waited.
    CHECK(f.database->count().games_per_transaction == std::vector<std::size_t>{1, 4, 3});
    CHECK(f.derive.count<loaded_game>() == 8);
    CHECK(f.returned_to(f.transform).size() == 8);
  }

  TEST_CASE("what is nearest to done is served first") {
    load_options options;
    options.batch_games_max = 1;
    load_fixture f(options);
    for (int i = 1; i <= 2; ++i) f.give(f.transform, transformed(small_game(i)));
    std::vector<std::pair<std::size_t, std::size_t>> order;
    f.database->on_commit([&](const model_database&, const model_transaction& commit) {
      if (commit.what == model_call::games) order.emplace_back(commit.core.size(), commit.derived.size());
    });
    f.hold_workers();
    f.give(f.transform, transformed(small_game(3)));
    f.give(f.transform, transformed(small_game(4)));
    f.give(f.derive, derived(small_game(1)));
    f.give(f.derive, derived(small_game(2)));
    f.release_workers();
    using pairs = std::vector<std::pair<std::size_t, std::size_t>>;
    CHECK(order == pairs{{1, 0}, {0, 1}, {0, 1}, {1, 0}});
  }

  TEST_CASE("games wait here, with their slots, while derive is full") {
    load_options options;
    options.limits = {4, 1'000};
    options.derive_limits = {1, 1'000};
    load_fixture f(options);
    for (int i = 1; i <= 4; ++i) f.give(f.transform, transformed(small_game(i)));
    CHECK(f.derive.count<loaded_game>() == 1);
    CHECK(f.returned_to(f.transform).size() == 1);
    CHECK(f.state().core.games() == 3);
    CHECK(f.database->count().games_transactions >= 1);
    for (int i = 1; i <= 4; ++i) {
      const auto out = f.derive.take<loaded_game>();
      REQUIRE(out);
      CHECK(out->job->game.id == small_game(i).id);
      f.give(f.derive, credit_return{nba::link::derive, out->bytes});
    }
    CHECK(f.returned_to(f.transform).size() == 3);
    f.check_all_free();
  }

  TEST_CASE("derived rows are written even while derive is full: no circle of waiting") {
    load_options options;
    options.derive_limits = {1, 1'000};
    load_fixture f(options);
    for (int i = 1; i <= 3; ++i) f.give(f.transform, transformed(small_game(i)));
    REQUIRE(f.state().outbox.waiting() == 2);
    f.give(f.derive, derived(small_game(1)));
    CHECK(f.job.count<game_done>() == 1);
  }

  TEST_CASE("a game that the database refuses fails alone; the others of its batch are written") {
    load_fixture f;
    f.database->reject(small_game(3).id, {failure_class::rejected, "a number too large", "games"});
    f.hold_workers();
    for (int i = 1; i <= 5; ++i) f.give(f.transform, transformed(small_game(i)));
    f.release_workers();
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->job->game.id == small_game(3).id);
    CHECK(failed->stage == "load");
    CHECK(failed->why.kind == failure_class::rejected);
    CHECK(f.job.size() == 0);
    CHECK(f.derive.count<loaded_game>() == 4);
    CHECK_FALSE(f.database->has_core_rows(small_game(3).id));
    for (const int i : {1, 2, 4, 5}) CHECK(f.database->has_core_rows(small_game(i).id));
    CHECK(f.returned_to(f.transform).size() == 5);
    f.check_all_free();
  }

  TEST_CASE("a database that goes away while a refused batch is written game by game blames no game") {
    load_options options;
    options.store_tries_max = 2;
    load_fixture f(options);
    f.database->inject([](const model_transaction& wanted) -> std::optional<model_fault> {
      if (wanted.what != model_call::games) return std::nullopt;
      if (wanted.core.size() > 1) return model_fault{{failure_class::rejected, "a number too large", "games"}};
      if (wanted.core.front() == small_game(3).id) return model_fault{lost, false, true};
      return std::nullopt;
    });
    f.hold_workers();
    for (int i = 1; i <= 4; ++i) f.give(f.transform, transformed(small_game(i)));
    f.release_workers();
    const auto down = f.job.take<storage_down>();
    REQUIRE(down);
    CHECK(down->why.kind == failure_class::storage);
    CHECK(f.job.count<game_failed>() == 0);
    CHECK_FALSE(f.database->has_core_rows(small_game(3).id));
    CHECK_FALSE(f.database->has_core_rows(small_game(4).id));
  }

  TEST_CASE("a derived write that the database refuses fails its game and frees its slot") {
    load_fixture f;
    f.give(f.transform, transformed(small_game(1)));
    f.database->reject(small_game(1).id, {failure_class::rejected, "no", "outcomes"});
    f.give(f.derive, derived(small_game(1)));
    REQUIRE(f.job.take<game_failed>());
    CHECK(f.database->ledger(small_game(1).id).state == game_state::loaded);
    CHECK(f.returned_to(f.derive) == links{nba::link::finish});
    f.check_all_free();
  }

  TEST_CASE("a transaction that fails for the database's sake is tried again on a fresh connection") {
    load_options options;
    options.store_tries_max = 3;
    load_fixture f(options);
    f.database->fail_next(model_call::games, 2, {lost, false, true});
    f.give(f.transform, transformed(small_game(1)));
    CHECK(f.derive.count<loaded_game>() == 1);
    CHECK(f.database->count().reconnects == 2);
    CHECK(f.database->core_writes(small_game(1).id) == 1);
  }

  TEST_CASE("news of the run are written behind a batch, once, and a batch stays whatever becomes of them") {
    load_options options;
    options.news = std::make_shared<news_slot>();
    load_fixture f(options);
    run_row row;
    row.run_id = "run";
    const auto other = f.database->connect();
    REQUIRE(other->start_run(row).has_value());
    options.news->put({"{\"number\":1}", utc_now()});
    f.give(f.transform, transformed(small_game(1)));
    CHECK((*other->read_run("run"))->snapshot == "{\"number\":1}");
    CHECK(options.news->was_asked());
    CHECK_FALSE(options.news->take().has_value());
    options.news->put({"{\"number\":2}", utc_now()});
    f.database->fail_next(model_call::run, 1, {lost, false, true});
    f.give(f.transform, transformed(small_game(2)));
    CHECK((*other->read_run("run"))->snapshot == "{\"number\":1}");
    CHECK(f.derive.count<loaded_game>() == 2);
    CHECK(f.database->core_writes(small_game(2).id) == 1);
    f.give(f.transform, transformed(small_game(3)));
    CHECK(f.derive.count<loaded_game>() == 3);
    CHECK(f.job.size() == 0);
  }

  TEST_CASE("a commit whose answer was lost is not written twice") {
    load_fixture f;
    f.database->fail_next(model_call::games, 1, {lost, true, true});
    f.give(f.transform, transformed(small_game(1)));
    const auto out = f.derive.take<loaded_game>();
    REQUIRE(out);
    CHECK(out->outcome == write_outcome::unchanged);
    CHECK(f.database->core_writes(small_game(1).id) == 1);
    f.database->fail_next(model_call::games, 1, {lost, true, true});
    f.give(f.derive, derived(small_game(1)));
    CHECK(f.job.count<game_done>() == 1);
    CHECK(f.database->ledger(small_game(1).id).state == game_state::done);
  }

  TEST_CASE("a database that is gone is reported once, and nothing is written any more") {
    load_options options;
    options.store_tries_max = 3;
    load_fixture f(options, 2);
    f.database->inject([](const model_transaction&) { return std::optional{model_fault{lost, false, true}}; });
    f.hold_workers();
    for (int i = 1; i <= 3; ++i) f.give(f.transform, transformed(small_game(i)));
    f.release_workers();
    const auto down = f.job.take<storage_down>();
    REQUIRE(down);
    CHECK(down->why.kind == failure_class::storage);
    CHECK(down->why.message.starts_with(lost.message));
    CHECK(f.job.size() == 0);
    CHECK(f.derive.size() == 0);
    f.database->inject(nullptr);
    f.give(f.transform, transformed(small_game(4)));
    CHECK_FALSE(f.database->has_core_rows(small_game(4).id));
  }

  TEST_CASE("a loaded game is read back for derive, unchanged, and its slot goes back to the job") {
    load_fixture f;
    const auto item = transformed(small_game(1));
    f.give(f.transform, item);
    (void)f.derive.take<loaded_game>();
    auto job = std::make_shared<game_job>(*item.job);
    job->recover = true;
    f.give(f.job, recover_game{job});
    const auto out = f.derive.take<loaded_game>();
    REQUIRE(out);
    CHECK(out->outcome == write_outcome::unchanged);
    CHECK(out->rows->game.game_id == item.job->game.id);
    CHECK(out->rows->events.size() == item.rows->events.size());
    CHECK(f.returned_to(f.job) == links{nba::link::recover});
    f.check_all_free();

    auto finished = derived(small_game(1));
    finished.core_outcome = write_outcome::unchanged;
    f.give(f.derive, finished);
    const auto done = f.job.take<game_done>();
    REQUIRE(done);
    CHECK(done->rows_written == finished.derived->row_count());
  }

  TEST_CASE("a done game that is derived again gets the tables that were asked for, and stays done when that fails") {
    load_fixture f;
    const auto core = transformed(small_game(1));
    f.give(f.transform, core);
    f.give(f.derive, derived(small_game(1)));
    const auto id = core.job->game.id;
    REQUIRE(f.database->ledger(id).state == game_state::done);
    while (f.job.take<game_done>()) {
    }
    auto job = std::make_shared<game_job>(*core.job);
    job->recover = true;
    job->known.state = game_state::done;
    job->again.emplace();
    job->again->tables = derived_table_set::of<outcome_row>();
    job->again->rules_version = 7;
    auto again = derived(small_game(1));
    again.job = job;
    again.core_outcome = write_outcome::unchanged;
    f.give(f.derive, again);
    const auto done = f.job.take<game_done>();
    REQUIRE(done);
    CHECK(done->rows_written == 1);
    CHECK(f.database->ledger(id).rules_version == 7);

    f.database->inject([](const model_transaction&) {
      return std::optional{model_fault{{failure_class::rejected, "refused", "test"}}};
    });
    f.give(f.derive, again);
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->job->known.state == game_state::done);
  }

  TEST_CASE("where some connections only read, games are read back by those, one at a time") {
    load_options options;
    options.readers = 2;
    options.recover_limits = {4, 1'000};
    load_fixture f(options, 3);
    std::vector<game_job_ptr> jobs;
    for (int i = 1; i <= 4; ++i) {
      const auto item = transformed(small_game(i));
      f.give(f.transform, item);
      auto job = std::make_shared<game_job>(*item.job);
      job->recover = true;
      jobs.push_back(std::move(job));
    }
    while (f.derive.take<loaded_game>()) {
    }
    const auto& workers = f.state().workers;
    REQUIRE(workers.size() == 3);
    f.world.hold(workers[1]);
    f.world.hold(workers[2]);
    for (const auto& job : jobs) f.give(f.job, recover_game{job});
    // The one that writes is idle, and left to what is to be written.
    CHECK(f.derive.count<loaded_game>() == 0);
    CHECK(f.state().recover_waiting.size() == 2);
    f.give(f.transform, transformed(small_game(5)));
    CHECK(f.derive.count<loaded_game>() == 1);
    f.world.release(workers[1]);
    f.world.settle();
    CHECK(f.derive.count<loaded_game>() == 4);
    f.world.release(workers[2]);
    f.world.settle();
    CHECK(f.derive.count<loaded_game>() == 5);
    CHECK(f.state().idle.count() == 1);
    CHECK(f.state().idle_readers.count() == 2);
  }

  TEST_CASE("a loaded game without rows fails, and its slot goes back") {
    load_fixture f;
    f.give(f.job, recover_game{job_for(small_game(1))});
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->stage == "load");
    CHECK(failed->why.kind == failure_class::internal);
    CHECK(f.returned_to(f.job) == links{nba::link::recover});
  }

  TEST_CASE("what became of a game is written down with its payloads, then confirmed") {
    load_fixture f;
    const auto payloads = payloads_of(small_game(1).id);
    dead_letter letter;
    letter.game_id = small_game(1).id;
    letter.stage = "transform";
    letter.error_class = failure_class::rejected;
    f.give(f.job, record_outcome{letter.game_id, letter, payloads});
    CHECK(f.job.take<outcome_recorded>()->id == letter.game_id);
    REQUIRE(f.database->dead_letters().size() == 1);
    const auto unpacked = unpack_payloads(f.database->dead_letters().front().payload);
    REQUIRE(unpacked);
    CHECK(unpacked->bodies[endpoint::boxscore] == payloads->bodies[endpoint::boxscore]->view());
    CHECK(unpacked->bodies[endpoint::playbyplay] == payloads->bodies[endpoint::playbyplay]->view());
    CHECK(f.database->ledger(letter.game_id).state == game_state::parked);

    f.give(f.job, record_outcome{small_game(2).id,
                                 state_change{small_game(2).id, game_state::unavailable, 3, failure_class::unavailable,
                                              "no such game"},
                                 nullptr});
    CHECK(f.job.take<outcome_recorded>()->id == small_game(2).id);
    CHECK(f.database->ledger(small_game(2).id).state == game_state::unavailable);
    CHECK(f.database->ledger(small_game(2).id).attempts == 3);
  }

  TEST_CASE("an outcome that cannot be written down ends the run, whatever the reason") {
    load_fixture f;
    f.database->inject([](const model_transaction& call) -> std::optional<model_fault> {
      if (call.what != model_call::states) return std::nullopt;
      return model_fault{{failure_class::internal, "a bug", "test"}};
    });
    f.give(f.job,
           record_outcome{small_game(2).id, state_change{small_game(2).id, game_state::not_final, 1, {}, ""}, {}});
    CHECK(f.job.count<storage_down>() == 1);
    CHECK(f.job.count<outcome_recorded>() == 0);
  }

  TEST_CASE("a game beyond a bound is a bug and ends the stage") {
    load_options options;
    options.limits = {1, 1'000};
    options.recover_limits = {1, 1'000};
    options.finish_limits = {1, 1'000};
    load_fixture f(options);
    f.hold_workers();
    f.give(f.transform, transformed(small_game(1)));
    f.give(f.derive, derived(small_game(2)));
    f.give(f.job, recover_game{job_for(small_game(3))});
    CHECK_FALSE(has_ended(f.stage));
    SUBCASE("core rows") { f.give(f.transform, transformed(small_game(4))); }
    SUBCASE("derived rows") { f.give(f.derive, derived(small_game(4))); }
    SUBCASE("recovered games") { f.give(f.job, recover_game{job_for(small_game(4))}); }
    CHECK(has_ended(f.stage));
  }
}
