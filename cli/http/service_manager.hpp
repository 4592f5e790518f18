// What a service tells systemd: that it is ready, that it lives, what it does, that it ends.
//
// Without NOTIFY_SOCKET nothing happens. Threads: any. Errors: none; nobody could do anything about them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace nba::cli {

void tell_service_manager(const std::string& state);  // "READY=1", "STATUS=..."; lines

// Signs of life, as often as the unit's WatchdogSec= asks for: at half of it.
class watchdog_beat {
 public:
  using clock = std::chrono::steady_clock;
  watchdog_beat();
  // From the thread that must not stand still.
  void beat(clock::time_point now = clock::now());

 private:
  std::optional<std::chrono::microseconds> interval_;  // nullopt: nobody asks
  clock::time_point last_{};
};

}  // namespace nba::cli
