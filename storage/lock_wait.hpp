// Waiting for a lock whose holder cannot be seen.
//
// Purpose: a holder on another host or in another container may be dead, and nobody can look. Its heartbeat tells: who
// wants the lock watches it for `lock_settings::patience` by its own steady clock (no two clocks are compared), and
// takes the lock only from a holder that did not stir. One that is seen alive is never waited for.
// Threads: `heartbeat_watch` is a plain value; `wait_for_lock` blocks the thread of the store.
#pragma once

#include "storage/roles/locks.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

class heartbeat_watch {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class verdict {
    held,   // the holder lives (or another one took over)
    watch,  // not known yet
    gone,   // no sign of life for the whole patience
  };
  explicit heartbeat_watch(std::chrono::milliseconds patience) : patience_(patience) {}

  // What the lock shows now.
  verdict see(const lock_holder& holder, time_point now);
  // Until the verdict at the latest; the whole patience before the first look.
  std::chrono::milliseconds left(time_point now) const;

 private:
  std::chrono::milliseconds patience_;
  std::optional<lock_holder> first_;
  time_point since_{};
};

struct lock_wait {
  lock_settings settings;
  // Called once, when the watching begins. Null: nobody is told.
  std::function<void(const lock_holder&, std::chrono::milliseconds)> waiting = nullptr;
  // Asked several times a second; true ends the waiting. Null: never.
  std::function<bool()> stopped = nullptr;
};
// Takes the lock, or answers who holds it. A stop is a failure of class transient.
result<lock_attempt> wait_for_lock(lock_store& database, std::string_view stage, std::string_view key,
                                   const std::string& run_id, const lock_wait& how);

}  // namespace nba
