// Exit codes of commands and runs (contract: "Exit codes").
//
// 0 is success, 1 to 99 count what ended parked or failed, 100 and above mean that the command did not do its job.
// Threads: constants and pure functions.
#pragma once

#include <algorithm>
#include <cstdint>

namespace nba {

enum exit_code : int {
  exit_success = 0,
  exit_not_found = 1,  // a read command asked for one thing that is not there
  exit_failures_max = 99,
  exit_usage = 100,   // 100 to 114: what CLI11 calls its errors (an unknown option is 109, a missing one 106)
  exit_output = 119,  // the answer could not be written: disk full
  exit_configuration = 120,
  exit_database = 121,  // unreachable, not there yet, or a migration refused
  exit_lock_held = 122,
  exit_no_schedule = 123,
  exit_internal = 125,     // a bug of ours: an exception that nobody expected
  exit_interrupted = 130,  // SIGINT, after a clean drain
  exit_terminated = 143,   // SIGTERM, after a clean drain
};

// Failures of a run as an exit code: never wraps at 256, 99 means 99 or more.
constexpr int failures_exit_code(std::int64_t games_failed, std::int64_t chunks_failed = 0) {
  const auto bounded = [](std::int64_t count) {
    return std::clamp<std::int64_t>(count, 0, exit_failures_max);  // each side first: the sum cannot overflow
  };
  return static_cast<int>(std::min<std::int64_t>(bounded(games_failed) + bounded(chunks_failed), exit_failures_max));
}

// 128 + signal for the two signals a run stops on; 0 for "no signal".
constexpr int signal_exit_code(int signal_number) { return signal_number == 0 ? exit_success : 128 + signal_number; }

}  // namespace nba
