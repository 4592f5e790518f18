// A run's place in the database: its id, its locks, its row in `ingest_runs`, and its job.* events.
//
// Threads: belongs to the thread of its store. Ownership: context and store outlive it; locks are released when it
// goes.
#pragma once

#include "actors/run_locks.hpp"
#include "cli/context.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

class run_record {
 public:
  // Makes a run id and gives it to the event log. Nothing is written yet.
  run_record(const context& with, nba::store& database, std::string job);

  struct lock_result {
    int exit_code = exit_success;  // 122 when another run holds it (printed and logged), 121 for a database failure
    explicit operator bool() const noexcept { return exit_code == exit_success; }
  };
  // A holder that cannot be seen is watched (storage/lock_wait.hpp), unless `stopped` says that a signal came.
  lock_result lock(const std::string& stage, const std::string& key, const std::function<bool()>& stopped = nullptr);

  // Writes the run's row and the event job.start with these fields.
  result<void> start(std::vector<event_field> fields);
  // Completes the row and writes job.end.
  result<void> end(std::int64_t games, std::int64_t failures, int exit_code);

  const std::string& run_id() const noexcept { return row_.run_id; }

 private:
  const context& with_;
  nba::store& database_;
  run_row row_;
  std::optional<run_locks> locks_;  // once there is one
};

}  // namespace nba::cli
