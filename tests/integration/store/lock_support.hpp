// What tests of run locks ask a store, and rows as other processes would have left them.
#pragma once

#include "storage/sql/process_identity.hpp"
#include "tests/integration/store/backend.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace nba::test {

inline std::unique_ptr<run_lock> taken(lock_attempt attempt) {
  auto* lock = std::get_if<std::unique_ptr<run_lock>>(&attempt);
  return lock ? std::move(*lock) : nullptr;
}

// For a lock whose holder's connection has just gone: the server needs a moment to see it.
inline std::unique_ptr<run_lock> taken_soon(store& db, const std::string& run_id) {
  for (int look = 0; look < 200; ++look) {
    if (auto lock = taken(must(db.try_lock("backfill", "2024-25", run_id)))) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return nullptr;
}

inline bool is_free(store& db, const std::string& key = "2024-25") {
  return taken(must(db.try_lock("backfill", key, "probe"))) != nullptr;
}

inline lock_holder holder_of(store& db) {
  auto attempt = must(db.try_lock("backfill", "2024-25", "other"));
  REQUIRE(std::holds_alternative<lock_holder>(attempt));
  return std::get<lock_holder>(attempt);
}

// A row as another process would have left it.
inline void insert_holder(const backend& backend, const sql::process_identity& owner) {
  backend.run_sql("DELETE FROM run_locks");
  backend.run_sql(
      "INSERT INTO run_locks (stage, key, run_id, host, boot_id, pid_namespace, pid, process_started, since, number, "
      "heartbeat_at) VALUES ('backfill', '2024-25', 'r', '" +
      owner.host + "', '" + owner.boot_id + "', '" + owner.pid_namespace + "', " + std::to_string(owner.pid) + ", " +
      std::to_string(owner.started) + ", '2024-10-08T06:00:00.000Z', 7, '2024-10-08T06:00:00.000Z')");
}

}  // namespace nba::test
