// The table run_locks: who holds which run lock.
//
// Purpose: what both databases share about locks. In PostgreSQL the lock is a session advisory lock and the row names
// its holder; in SQLite the row is the lock. In both the row's number is what transactions of a run check ("fence").
// docs/adr/0013-run-locks.md, docs/adr/0102-locks-by-evidence.md
// Threads: functions on a session, inside a transaction.
#pragma once

#include "storage/sql/process_identity.hpp"
#include "storage/sql/session.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nba::sql {

struct lock_row {
  std::string run_id;
  process_identity owner;
  std::int64_t holder_backend = 0;  // PostgreSQL: pid of the server process of the holder's session
  utc_time since{};
  std::int64_t number = 0;  // 0: a row of a build that knew none
  std::optional<utc_time> heartbeat_at = {};
};

// Holds the row until the transaction ends: whoever has it in a fence is waited for.
std::optional<lock_row> read_lock_row(session& db, std::string_view stage, std::string_view key, bool hold = false);
// Inserts or replaces the row under the lock's next number; answers it as it is now.
lock_row take_lock_row(session& db, std::string_view stage, std::string_view key, lock_row row);
// Deletes the row if it is still the given one. False: it is not.
bool delete_lock_row(session& db, std::string_view stage, std::string_view key, const lock_row& row);

// The row as others see it. `seen_alive`: somebody who can look says so.
lock_holder to_holder(const lock_row& row, bool seen_alive);
// Whether the row is still that of the holder, who has not stirred since.
bool is_same(const lock_row& row, const lock_holder& seen);

// Throws `refused` (is_lock_lost) unless all are held. Their rows stay as they are until the transaction ends.
void check_fence(session& db, std::span<const lock_token> held);
// Writes the heartbeat; the same refusal.
void beat_locks(session& db, std::span<const lock_token> held, utc_time now);

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
