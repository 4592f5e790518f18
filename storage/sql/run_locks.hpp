// The table run_locks: who holds which run lock.
//
// Purpose: what both databases share about locks. In PostgreSQL the lock is a session advisory lock and the row only
// names its holder; in SQLite the row is the lock. docs/adr/0013-run-locks.md
// Threads: functions on a session, inside a transaction.
#pragma once

#include "storage/sql/process_identity.hpp"
#include "storage/sql/session.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nba::sql {

struct lock_row {
  std::string run_id;
  process_identity owner;
  std::int64_t holder_backend = 0;  // PostgreSQL: pid of the server process of the holder's session
  utc_time since{};
};

std::optional<lock_row> read_lock_row(session& db, std::string_view stage, std::string_view key);
// Inserts or replaces.
void write_lock_row(session& db, std::string_view stage, std::string_view key, const lock_row& row);
// Deletes the row if it is still the given one.
void delete_lock_row(session& db, std::string_view stage, std::string_view key, const lock_row& row);

lock_holder to_holder(const lock_row& row);

// A holder on another host or in another container cannot be looked at; it counts as alive for this long.
inline constexpr std::chrono::hours unseen_holder_valid_for{24};
bool still_holds(const lock_row& row, utc_time now);

using lock_name = std::pair<std::string, std::string>;  // stage, key

// The part of a session that remembers which run locks it holds.
class locking_session : public session {
 public:
  // Gives the lock back, if it is still held: the row first, then what give_back does. Errors: sql_error.
  void release(const lock_name& name);

 protected:
  // The handle for a lock whose row is written.
  std::unique_ptr<run_lock> hold(const lock_name& name, const lock_row& row);
  const lock_row* find_held(const lock_name& name) const;
  // For a connection that is gone, and the locks with it.
  void forget_held() { held_.clear(); }
  // For destructors.
  void release_all() noexcept;

 private:
  virtual void give_back(const lock_name&) {}
  std::map<lock_name, lock_row> held_;
};

}  // namespace nba::sql
