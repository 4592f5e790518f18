// Run locks: one run per (stage, key).
#include "tests/integration/store/backend.hpp"

#include "storage/sql/process_identity.hpp"

#include <chrono>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

using namespace nba;
using namespace nba::test;

namespace {

std::unique_ptr<run_lock> taken(lock_attempt attempt) {
  auto* lock = std::get_if<std::unique_ptr<run_lock>>(&attempt);
  return lock ? std::move(*lock) : nullptr;
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
  // PostgreSQL needs a moment to see that the client is gone.
  std::unique_ptr<run_lock> lock;
  for (int look = 0; look < 200 && !lock; ++look) {
    lock = taken(must(db->try_lock("backfill", "2024-25", "successor")));
    if (!lock) std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
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

TEST_CASE("SQLite: a holder that this process cannot look at counts as alive for a day") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  const auto self = sql::this_process();
  const auto insert = [&](const std::string& host, const std::string& boot, const std::string& space, int pid,
                          std::int64_t started, utc_time since) {
    backend.run_sql("DELETE FROM run_locks");
    backend.run_sql(
        "INSERT INTO run_locks (stage, key, run_id, host, boot_id, pid_namespace, pid, process_started, since) "
        "VALUES ('backfill', '2024-25', 'r', '" +
        host + "', '" + boot + "', '" + space + "', " + std::to_string(pid) + ", " + std::to_string(started) + ", '" +
        format_timestamp(since) + "')");
  };
  const auto now = utc_now();
  using std::chrono::hours;
  insert(self.host, self.boot_id, self.pid_namespace, self.pid, self.started, now - hours{100});
  CHECK_FALSE(is_free(*db));  // alive, however long
  insert(self.host, self.boot_id, self.pid_namespace, self.pid, self.started + 1, now);
  CHECK(is_free(*db));  // the pid was given to another process since
  insert(self.host, "another boot", self.pid_namespace, self.pid, self.started, now);
  CHECK(is_free(*db));
  insert("another-host", "boot", "space", 1, 1, now - hours{23});
  CHECK_FALSE(is_free(*db));
  insert("another-host", "boot", "space", 1, 1, now - hours{25});
  CHECK(is_free(*db));
  insert(self.host, self.boot_id, "another container", 1, 1, now - hours{1});
  CHECK_FALSE(is_free(*db));
}

TEST_CASE("PostgreSQL: a lock is lost with its connection, and its late release does not touch the successor") {
  postgres_backend backend;
  const auto first = backend.open_migrated(), second = backend.open();
  auto lock = taken(must(first->try_lock("backfill", "2024-25", "run one")));
  REQUIRE(lock);
  must(first->reconnect());
  auto successor = taken(must(second->try_lock("backfill", "2024-25", "run two")));
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
