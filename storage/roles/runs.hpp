// The runs there have been.
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/result.hpp"
#include "pipeline/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct run_row {
  std::string run_id;
  std::string job;        // "daily", "backfill", "derive", ...
  std::string arguments;  // as typed, secrets redacted
  utc_time started_at{};
  std::optional<utc_time> ended_at;  // with no exit code: it was killed, and this is when it was heard last
  std::int64_t games = 0;            // games that became done
  std::int64_t failures = 0;
  std::optional<int> exit_code;
  std::string host;
  int pid = 0;
  std::string error_class;  // of what it ended by; empty without a failure
  std::string reason;       // why it ended as it did; empty after success
  std::string report;       // JSON (actors/snapshot_json.hpp); empty until its end
  // The newest one that it wrote, as JSON; empty before the first, and where it is not asked for.
  std::string snapshot;
  std::optional<utc_time> snapshot_at;  // by the run's clock
};

// What is read of each run.
enum class run_detail {
  row,       // without report and snapshot, which may be long
  snapshot,  // and its snapshot
  all,
};

class run_store {
 public:
  virtual ~run_store() = default;

  virtual result<void> start_run(const run_row& run) = 0;
  virtual result<void> end_run(const run_row& run) = 0;
  // Of a run that was killed: when it was heard last, its games, and the reason. Its exit code stays NULL: nobody saw
  // one. False, and nothing changes, when the row has an end already.
  virtual result<bool> end_dead_run(const run_row&) { return false; }
  virtual result<std::optional<run_row>> last_run(std::string_view job) = 0;  // empty job: of any job
  // The newest first.
  virtual result<std::vector<run_row>> read_runs(std::size_t runs_max, run_detail detail) = 0;
  virtual result<std::optional<run_row>> read_run(std::string_view run_id) = 0;  // with all detail
  // When a run of each job that ever ended well (exit code 0) did so last, by job.
  virtual result<std::map<std::string, utc_time>> last_successes() = 0;
  // The run at this moment, for whoever looks from outside. Nothing happens to a run that has ended.
  virtual result<void> write_snapshot(const std::string& run_id, std::string_view snapshot, utc_time at) = 0;
};

}  // namespace nba
