// Run locks: one run per (stage, key).
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include "storage/lock_keeper.hpp"
#include "storage/lock_wait.hpp"
#include "storage/sql/process_identity.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <pqxx/pqxx>

using namespace nba;
using namespace nba::test;

namespace {

std::unique_ptr<run_lock> taken(lock_attempt attempt) {
  auto* lock = std::get_if<std::unique_ptr<run_lock>>(&attempt);
  return lock ? std::move(*lock) : nullptr;
}

// For a lock whose holder's connection has just gone: the server needs a moment to see it.
std::unique_ptr<run_lock> taken_soon(store& db, const std::string& run_id) {
  for (int look = 0; look < 200; ++look) {
    if (auto lock = taken(must(db.try_lock("backfill", "2024-25", run_id)))) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return nullptr;
}

bool is_free(store& db, const std::string& key = "2024-25") {
  return taken(must(db.try_lock("backfill", key, "probe"))) != nullptr;
}

lock_holder holder_of(store& db) {
  auto attempt = must(db.try_lock("backfill", "2024-25", "other"));
  REQUIRE(std::holds_alternative<lock_holder>(attempt));
  return std::get<lock_holder>(attempt);
}

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

// A row as another process would have left it.
void insert_holder(const backend& backend, const sql::process_identity& owner) {
  backend.run_sql("DELETE FROM run_locks");
  backend.run_sql(
      "INSERT INTO run_locks (stage, key, run_id, host, boot_id, pid_namespace, pid, process_started, since, number, "
      "heartbeat_at) VALUES ('backfill', '2024-25', 'r', '" +
      owner.host + "', '" + owner.boot_id + "', '" + owner.pid_namespace + "', " + std::to_string(owner.pid) + ", " +
      std::to_string(owner.started) + ", '2024-10-08T06:00:00.000Z', 7, '2024-10-08T06:00:00.000Z')");
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

TEST_CASE("SQLite: what this process sees of a holder decides, and what it cannot see does not") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  const auto self = sql::this_process();
  const auto insert = [&](const sql::process_identity& owner) { insert_holder(backend, owner); };
  auto other = self;
  insert(other);
  CHECK_FALSE(is_free(*db));  // alive, however long
  other.host = "a name of the container";
  insert(other);
  CHECK(holder_of(*db).seen_alive);  // the same kernel and the same pids: it can be looked at
  ++other.started;
  insert(other);
  CHECK(is_free(*db));  // the pid was given to another process since
  for (const auto& [boot, space] : {std::pair{std::string("another boot"), self.pid_namespace},
                                    {self.boot_id, std::string("another container")},
                                    {std::string(), std::string()}}) {
    other = self;
    other.boot_id = boot;
    other.pid_namespace = space;
    insert(other);
    const auto holder = holder_of(*db);
    CHECK_FALSE(holder.seen_alive);
    // It is taken only from the very holder that was watched, and only if it did not stir.
    auto seen = holder;
    seen.number = 8;
    CHECK(std::holds_alternative<lock_holder>(must(db->try_lock("backfill", "2024-25", "next", &seen))));
    seen = holder;
    backend.run_sql("UPDATE run_locks SET heartbeat_at = '2024-10-08T06:00:10.000Z'");
    CHECK(std::holds_alternative<lock_holder>(must(db->try_lock("backfill", "2024-25", "next", &seen))));
    seen = holder_of(*db);
    CHECK(taken(must(db->try_lock("backfill", "2024-25", "next", &seen))));
  }
}

// A process that does nothing until it is told to end.
class idle_process {
 public:
  idle_process() : pid_(::fork()) {
    if (pid_ != 0) return;
    for (;;) ::pause();
  }
  ~idle_process() {
    if (pid_ <= 0) return;
    kill();
    ::waitpid(pid_, nullptr, 0);
  }
  idle_process(const idle_process&) = delete;
  idle_process& operator=(const idle_process&) = delete;

  // As a run in it would have written it into its row.
  sql::process_identity identity() const {
    auto of = sql::this_process();
    of.pid = static_cast<int>(pid_);
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string line;
    REQUIRE(std::getline(file, line));
    const auto seen = sql::parse_process_stat(line);
    REQUIRE(seen);
    of.started = seen->started;
    return of;
  }
  void kill() { ::kill(pid_, SIGKILL); }
  void reap() {
    REQUIRE(::waitpid(pid_, nullptr, 0) == pid_);
    pid_ = -1;
  }

 private:
  pid_t pid_;
};

TEST_CASE("SQLite: the holder is another process, and that one is looked at") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  idle_process running;
  const auto holder = running.identity();
  REQUIRE(holder.pid != sql::this_process().pid);
  insert_holder(backend, holder);
  CHECK(holder_of(*db).pid == holder.pid);
  CHECK(holder_of(*db).seen_alive);
  REQUIRE(must(db->read_locks()).size() == 1);
  CHECK(must(db->read_locks())[0].holder.seen_alive);
  // Its pid was another process's when the lock was taken: before it, or (a clock that counts from the boot) after.
  for (const std::int64_t apart : {-1, 1}) {
    auto earlier = holder;
    earlier.started += apart;
    insert_holder(backend, earlier);
    CHECK_FALSE(must(db->read_locks())[0].holder.seen_alive);
    CHECK(is_free(*db));
  }
  // This process lives, and has nothing to do with it.
  auto nobody = holder;
  nobody.pid = 0x7FFFFFFE;  // beyond what any system gives
  insert_holder(backend, nobody);
  CHECK(is_free(*db));

  // Killed, it is dead, even while its parent has not asked what became of it.
  insert_holder(backend, holder);
  running.kill();
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(holder.pid), &ended, WEXITED | WNOWAIT) == 0);
  CHECK(is_free(*db));
  running.reap();
  insert_holder(backend, holder);
  CHECK(is_free(*db));
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
    note(db.start_run({"run one", "backfill", "", utc_now(), {}, 0, 0, {}, "here", 1}));
    note(db.end_run({"run one", "backfill", "", utc_now(), utc_now(), 0, 0, 0, "here", 1}));
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

TEST_CASE("PostgreSQL: a transaction that passed its fence is waited for before the lock changes hands") {
  postgres_backend backend;
  const auto first = backend.open_migrated(), second = backend.open();
  auto lock = taken(must(first->try_lock("backfill", "2024-25", "run one")));
  REQUIRE(lock);
  pqxx::connection raw{backend.url().connection};
  pqxx::work in_flight{raw};
  in_flight.exec("SELECT 1 FROM run_locks WHERE run_id = 'run one' FOR KEY SHARE");
  must(second->beat(std::vector{lock->token()}));  // a heartbeat does not wait for it
  must(first->reconnect());                        // and the lock is gone with its connection
  std::atomic<bool> has_it = false;
  std::thread next{[&] {
    const auto successor = taken_soon(*second, "run two");
    has_it = successor != nullptr;
  }};
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  CHECK_FALSE(has_it);
  in_flight.commit();
  next.join();
  CHECK(has_it);
}

TEST_CASE("PostgreSQL: a lock is lost with its connection, and its late release does not touch the successor") {
  postgres_backend backend;
  const auto first = backend.open_migrated(), second = backend.open();
  auto lock = taken(must(first->try_lock("backfill", "2024-25", "run one")));
  REQUIRE(lock);
  must(first->reconnect());
  const auto successor = taken_soon(*second, "run two");
  REQUIRE(successor);
  lock.reset();
  CHECK(holder_of(*first).run_id == "run two");
}

TEST_CASE("PostgreSQL: a row left by an earlier holder is not taken for the present one") {
  postgres_backend backend;
  const auto first = backend.open_migrated(), second = backend.open();
  const auto lock = taken(must(first->try_lock("backfill", "2024-25", "run one")));
  REQUIRE(lock);
  backend.run_sql("UPDATE run_locks SET run_id = 'crashed long ago', holder_backend = 1");
  CHECK(holder_of(*second).run_id == "unknown");
}

TEST_CASE("SQLite: a holder that cannot be seen is watched, and keeps its lock exactly as long as its heart beats") {
  using std::chrono::milliseconds;
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  auto elsewhere = sql::this_process();
  elsewhere.pid_namespace = "another container";
  const lock_wait how{{milliseconds{300}}};
  insert_holder(backend, elsewhere);
  SUBCASE("dead") {
    int told = 0;
    auto counting = how;
    counting.waiting = [&](const lock_holder& holder, milliseconds) { told += holder.run_id == "r"; };
    CHECK(taken(must(wait_for_lock(*db, "backfill", "2024-25", "next", counting))));
    CHECK(told == 1);
  }
  SUBCASE("alive") {
    std::jthread beating{[&backend, second = 10](const std::stop_token& stopped) mutable {
      for (; !stopped.stop_requested(); std::this_thread::sleep_for(milliseconds{20}))
        backend.run_sql("UPDATE run_locks SET heartbeat_at = '2024-10-08T06:00:" + std::to_string(10 + second++ % 50) +
                        ".000Z'");
    }};
    CHECK_FALSE(taken(must(wait_for_lock(*db, "backfill", "2024-25", "next", how))));
  }
  SUBCASE("stopped by a person") {
    auto stopping = how;
    stopping.settings.patience = std::chrono::hours{1};
    stopping.stopped = [] { return true; };
    CHECK_FALSE(wait_for_lock(*db, "backfill", "2024-25", "next", stopping));
  }
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
