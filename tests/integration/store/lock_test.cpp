// Run locks: one run per (stage, key).
#include "storage/lock_keeper.hpp"
#include "tests/integration/store/lock_support.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

using namespace nba;
using namespace nba::test;

namespace {

// Takes the lock in another process and kills it, so that nothing of it can clean up.
void take_and_die(const backend& backend) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto db = open_store(backend.url());
    const auto lock = db ? (*db)->try_lock("backfill", "2024-25", "dead run") : result<lock_attempt>(db.error());
    const bool good = lock && std::holds_alternative<std::unique_ptr<run_lock>>(*lock);
    ::kill(::getpid(), good ? SIGKILL : SIGABRT);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGKILL);
}

constexpr auto* row_for = "SELECT run_id FROM run_locks WHERE stage = 'backfill' AND key = '2024-25'";

}  // namespace

STORE_TEST("the second run learns who holds the lock") {
  Backend backend;
  const auto first = backend.open_migrated(), second = backend.open();
  auto lock = taken(must(first->try_lock("backfill", "2024-25", "run one")));
  REQUIRE(lock);
  const auto holder = holder_of(*second);
  CHECK(holder.run_id == "run one");
  CHECK(holder.pid == ::getpid());
  CHECK(holder.host == sql::this_process().host);
  CHECK(utc_now() - holder.since < std::chrono::minutes{5});
  CHECK(is_free(*second, "2023-24"));                                         // another key
  CHECK(taken(must(second->try_lock("schedule", "2024-25", "r"))));           // another stage
  CHECK(taken(must(second->try_lock("backfill2024", "-25", "r"))));           // no confusion of the two
  CHECK_FALSE(taken(must(first->try_lock("backfill", "2024-25", "again"))));  // not even the same store twice
  lock.reset();
  CHECK(is_free(*second));
}

STORE_TEST("a lock given back leaves no row, and can be taken many times") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (int i = 0; i < 5; ++i) {
    auto lock = taken(must(db->try_lock("backfill", "2024-25", "run " + std::to_string(i))));
    REQUIRE(lock);
    CHECK(must(db->query_text(row_for, 5)).at(1).at(0) == "run " + std::to_string(i));
    lock.reset();
    CHECK(must(db->query_text(row_for, 5)).size() == 1);
  }
}

STORE_TEST("a store that is closed gives its locks back, before or after the lock itself is destroyed") {
  Backend backend;
  auto first = backend.open_migrated();
  const auto second = backend.open();
  auto lock = taken(must(first->try_lock("backfill", "2024-25", "run one")));
  REQUIRE(lock);
  first.reset();
  CHECK(is_free(*second));
  lock.reset();  // its store is gone: nothing to do
  CHECK(is_free(*second));
}

STORE_TEST("a lock whose process was killed is taken over") {
  Backend backend;
  backend.open_migrated().reset();
  if constexpr (std::is_same_v<Backend, postgres_backend>) backend.run_sql("SELECT 1");
  take_and_die(backend);
  const auto db = backend.open();
  CHECK(must(db->query_text(row_for, 5)).size() == 2);  // its row is still there
  const auto lock = taken_soon(*db, "successor");
  REQUIRE(lock);
  CHECK(must(db->query_text(row_for, 5)).at(1).at(0) == "successor");
}

STORE_TEST("of several runs that start at once exactly one gets the lock, and the others learn its name") {
  Backend backend;
  backend.open_migrated();
  constexpr std::size_t runs = 4;
  std::vector<std::string> outcomes(runs);
  std::vector<std::unique_ptr<store>> stores(runs);
  std::vector<std::unique_ptr<run_lock>> locks(runs);
  for (auto& each : stores) each = backend.open();
  std::vector<std::thread> starting;
  for (std::size_t i = 0; i < runs; ++i)
    starting.emplace_back([&, i] {
      auto attempt = stores[i]->try_lock("backfill", "2024-25", "run " + std::to_string(i));
      if (!attempt)
        outcomes[i] = describe(attempt.error());
      else if (auto* holder = std::get_if<lock_holder>(&*attempt))
        outcomes[i] = "held by " + holder->run_id;
      else
        locks[i] = std::get<std::unique_ptr<run_lock>>(std::move(*attempt));
    });
  for (auto& each : starting) each.join();
  std::size_t winner = runs;
  for (std::size_t i = 0; i < runs; ++i)
    if (locks[i]) {
      CHECK(winner == runs);
      winner = i;
    }
  REQUIRE(winner != runs);
  for (std::size_t i = 0; i < runs; ++i)
    if (i != winner) CHECK(outcomes[i] == "held by run " + std::to_string(winner));
}

STORE_TEST("each holder of a lock has a higher number, also after it was given back") {
  Backend backend;
  const auto db = backend.open_migrated();
  std::int64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    const auto lock = taken(must(db->try_lock("backfill", "2024-25", "run")));
    REQUIRE(lock);
    const auto token = lock->token();
    CHECK(token.stage == "backfill");
    CHECK(token.key == "2024-25");
    CHECK(token.run_id == "run");
    CHECK(token.number > last);
    last = token.number;
  }
  CHECK(taken(must(db->try_lock("schedule", "daily", "run")))->token().number == 1);
}

STORE_TEST("who lost its lock writes nothing more, by whatever call") {
  Backend backend;
  const auto first = backend.open_migrated(), writer = backend.open(), second = backend.open();
  const auto id = sample_id(1);
  const std::vector<planned_game> plan{sample_planned(1)};
  const auto core = sample_core(1);
  const std::vector<game_write> writes{core, sample_derived_write(core)};
  const std::vector<state_change> changes{{id, game_state::not_final, 1, {}, ""}};
  dead_letter letter;
  letter.game_id = id;
  letter.stage = "fetch";
  const auto write_all = [&](store& db) {
    std::vector<std::optional<failure>> out;
    const auto note = [&](const auto& answered) {
      out.push_back(answered ? std::nullopt : std::optional{answered.error()});
    };
    note(db.write_plan({2024}, plan));
    note(db.write_states(changes, "run one"));
    note(db.park(letter, "run one"));
    note(db.write_games(writes, "run one"));
    note(db.resolve_dead_letter(id, "waived", "because"));
    note(db.advance_watermark("backfill", "2024-25", id.str()));
    note(db.decree_watermark("backfill", "2024-25", std::nullopt));
    note(db.reopen_damaged(id, "run one"));
    note(db.adopt_stored(id));
    run_row run;
    run.run_id = "run one";
    run.job = "backfill";
    run.started_at = utc_now();
    note(db.start_run(run));
    run.ended_at = utc_now();
    note(db.end_run(run));
    return out;
  };
  auto lock = taken(must(first->try_lock("backfill", "2024-25", "run one")));
  REQUIRE(lock);
  const std::vector<lock_token> held{lock->token()};
  writer->fence(held);
  must(writer->beat(held));
  for (const auto& why : write_all(*writer)) CHECK_MESSAGE(!why, describe(why.value_or(failure{})));

  // Released by hand, and taken by another run.
  const auto locks = must(second->read_locks());
  REQUIRE(locks.size() == 1);
  CHECK(must(second->break_lock(locks[0])));
  CHECK_FALSE(must(second->break_lock(locks[0])));
  for (const bool taken_again : {false, true}) {
    CAPTURE(taken_again);
    const auto successor = taken_again ? taken_soon(*second, "run two") : nullptr;
    CHECK((successor != nullptr) == taken_again);
    const auto before = dump_store(*second, {.without_columns = {}, .without_tables = {}});
    const auto lost = writer->beat(held);
    REQUIRE_FALSE(lost);
    CHECK(is_lock_lost(lost.error()));
    for (const bool reconnected : {false, true}) {
      if (reconnected) must(writer->reconnect());
      for (const auto& why : write_all(*writer)) {
        REQUIRE(why);
        CHECK_MESSAGE(is_lock_lost(*why), describe(*why));
        if (taken_again) CHECK(why->message.find("run two") != std::string::npos);
      }
    }
    CHECK(must(writer->read_ledger({2024})).size() == 1);  // reading is nobody's harm
    const auto difference =
        first_difference(before, dump_store(*second, {.without_columns = {}, .without_tables = {}}));
    CHECK_MESSAGE(difference.empty(), difference);
    if (!taken_again) continue;
    // The first one's release leaves the successor's row alone.
    lock.reset();
    CHECK(must(second->query_text(row_for, 5)).at(1).at(0) == "run two");
    must(second->beat(std::vector{successor->token()}));
  }
}

STORE_TEST("a heartbeat changes nothing but its time") {
  Backend backend;
  const auto db = backend.open_migrated(), beating = backend.open();
  const auto lock = taken(must(db->try_lock("backfill", "2024-25", "run")));
  REQUIRE(lock);
  backend.run_sql("UPDATE run_locks SET heartbeat_at = '2020-01-01T00:00:00.000Z'");
  const auto before = holder_of(*beating);
  must(beating->beat(std::vector{lock->token()}));
  const auto after = holder_of(*beating);
  CHECK(after.heartbeat_at > before.heartbeat_at);
  CHECK(after.number == before.number);
  CHECK(after.since == before.since);
  CHECK(after.run_id == before.run_id);
}

STORE_TEST("the keeper's heart beats, and it finds out when the lock is lost") {
  using std::chrono::milliseconds;
  Backend backend;
  const auto db = backend.open_migrated(), other = backend.open();
  const auto lock = taken(must(db->try_lock("backfill", "2024-25", "run")));
  REQUIRE(lock);
  backend.run_sql("UPDATE run_locks SET heartbeat_at = '2020-01-01T00:00:00.000Z'");
  const auto before = holder_of(*other).heartbeat_at;
  int opened = 0;
  lock_keeper keeper{[&]() -> result<std::unique_ptr<store>> {
                       // Best effort: a connection that does not come about is tried again.
                       if (++opened == 1) return failure{failure_class::storage, "no connection left"};
                       return open_store(backend.url());
                     },
                     milliseconds{10}};
  keeper.add(lock->token());
  const auto soon = [](auto&& condition) {
    for (int look = 0; look < 500 && !condition(); ++look) std::this_thread::sleep_for(milliseconds{10});
    return condition();
  };
  CHECK(soon([&] { return holder_of(*other).heartbeat_at != before; }));
  CHECK_FALSE(keeper.lost());
  CHECK(must(other->break_lock(must(other->read_locks()).at(0))));
  CHECK(soon([&] { return keeper.lost().has_value(); }));
  CHECK(is_lock_lost(*keeper.lost()));
}
