// Which runs there are, and which of them go on.
//
// A run is under way while it holds a lock and its process is seen, or its signs of life change: its heartbeat and its
// snapshots. Whether they do is watched by this process's own steady clock; no two clocks are compared. At the first
// look a run that cannot be seen counts as under way. Threads: the store's thread.
#pragma once

#include "actors/run/dead_runs.hpp"
#include "cli/watch/watch_facts.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace nba::cli {

// `is_quiet`: no sign of life was seen for the patience.
watched_run::phase phase_of(const run_row& row, lock_sight sight, bool is_quiet);

class run_watch {
 public:
  using clock = std::chrono::steady_clock;
  // `patience`: as for locks (lock_settings::patience); 0: whoever cannot be seen counts as alive.
  explicit run_watch(std::chrono::milliseconds patience) : patience_(patience) {}

  // The newest first. The order of reading is what makes the phases right: rows, then locks, then again the rows that
  // have no end.
  result<std::vector<watched_run>> read(nba::store& database, clock::time_point now = clock::now());

 private:
  struct sign_of_life {
    std::string value;
    clock::time_point since{};
  };
  bool is_quiet(const run_row& row, const std::vector<named_lock>& locks, clock::time_point now);
  result<std::string> report_of(nba::store& database, const run_row& ended);

  std::chrono::milliseconds patience_;
  std::map<std::string, sign_of_life> signs_;   // by run, of those without an end
  std::map<std::string, std::string> reports_;  // by run, of those that have ended: a report does not change any more
};

}  // namespace nba::cli
