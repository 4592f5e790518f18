// Run locks, as everybody but the databases sees them: who holds one, and by what a run proves that it still does.
//
// Purpose: a lock carries a number that grows with every holder. Each transaction of a run makes sure that the numbers
// of its locks are still the newest (store::fence); a run that lost one writes nothing more, whatever it believes.
// docs/adr/0102-locks-by-evidence.md
// Threads: plain values.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/time.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace nba {

// One holding of one lock.
struct lock_token {
  std::string stage, key, run_id;
  std::int64_t number = 0;  // grows with every holder of (stage, key)
  friend bool operator==(const lock_token&, const lock_token&) = default;
};

struct lock_holder {
  std::string run_id, host;
  int pid = 0;
  utc_time since{};
  std::int64_t number = 0;
  std::optional<utc_time> heartbeat_at = {};  // by the holder's clock; only whether it changes means anything
  // True: the process can be seen and runs, or the database itself says that the lock is held. False: it is on another
  // host, in another container, or stopped: only its heartbeat can tell.
  bool seen_alive = true;
  // True: its process is gone, or the database itself says that nobody holds the lock any more; the row is what a dead
  // holder left. False: nobody knows. Set by lock_store::read_locks.
  bool seen_dead = false;
};

// What `db unlock` lists.
struct named_lock {
  std::string stage, key;
  lock_holder holder;
};

// Held until destroyed (or until the connection that took it is gone).
class run_lock {
 public:
  virtual ~run_lock() = default;
  virtual lock_token token() const { return {}; }
};
using lock_attempt = std::variant<std::unique_ptr<run_lock>, lock_holder>;

struct lock_settings {
  // A holder that cannot be seen is watched for this long, by the watcher's steady clock; 0: it counts as alive.
  std::chrono::milliseconds patience{90'000};
  // How often a holder notes that it lives. Well below the patience of everybody who may watch it.
  std::chrono::milliseconds heartbeat() const;
};

// A write was refused because the run's lock is somebody else's now. Class storage.
inline constexpr std::string_view lock_lost_where = "run_locks.number";
inline bool is_lock_lost(const failure& why) {
  return why.kind == failure_class::storage && why.where == lock_lost_where;
}

}  // namespace nba
