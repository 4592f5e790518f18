#include "cli/http/service_manager.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace nba::cli {

void tell_service_manager(const std::string& state) { ::sd_notify(0, state.c_str()); }

watchdog_beat::watchdog_beat() {
  std::uint64_t limit_us = 0;
  if (::sd_watchdog_enabled(0, &limit_us) > 0) interval_ = std::chrono::microseconds{limit_us / 2};
}

void watchdog_beat::beat(clock::time_point now) {
  if (!interval_ || now - last_ < *interval_) return;
  last_ = now;
  tell_service_manager("WATCHDOG=1");
}

}  // namespace nba::cli
