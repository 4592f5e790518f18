// Who holds a run lock: what can be seen of the holder, and when a lock changes hands.
#include "storage/lock_wait.hpp"
#include "tests/integration/store/lock_support.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <pqxx/pqxx>

using namespace nba;
using namespace nba::test;

namespace {

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

}  // namespace

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
