// Who may write: run locks, and the proof of every write that its run still holds them (storage/run_lock.hpp).
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/result.hpp"
#include "storage/run_lock.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

class lock_store {
 public:
  virtual ~lock_store() = default;

  // One run per (stage, key): PostgreSQL advisory lock, SQLite lock row whose owner is checked to be alive. Answers the
  // holder where there is one. `gone`: what the caller has watched without a sign of life (storage/lock_wait.hpp); the
  // lock is taken from exactly that holder if it still has not stirred.
  virtual result<lock_attempt> try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                        const lock_holder* gone = nullptr) = 0;
  // Whether the connection that took locks is still there: those of PostgreSQL end with it, and nobody tells.
  virtual result<void> check_locks() = 0;
  // From now on every write through this store makes sure, inside its transaction, that these locks are still held
  // with these numbers; otherwise it fails (is_lock_lost), and nothing is written. Stays after reconnect.
  virtual void fence(std::vector<lock_token> held) = 0;
  // Notes that the holder of the locks lives. Fails with is_lock_lost when one of them is no longer held.
  virtual result<void> beat(std::span<const lock_token> held) = 0;
  virtual result<std::vector<named_lock>> read_locks() = 0;
  // Takes the lock away from exactly this holder, whose process goes on and writes nothing more. False: it does not
  // hold it any more.
  virtual result<bool> break_lock(const named_lock& held) = 0;
};

}  // namespace nba
