// The runs there have been.
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/result.hpp"
#include "pipeline/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

struct run_row {
  std::string run_id;
  std::string job;        // "daily", "backfill", "derive", ...
  std::string arguments;  // as typed, secrets redacted
  utc_time started_at{};
  std::optional<utc_time> ended_at;
  std::int64_t games = 0;  // games that became done
  std::int64_t failures = 0;
  std::optional<int> exit_code;
  std::string host;
  int pid = 0;
};

class run_store {
 public:
  virtual ~run_store() = default;

  virtual result<void> start_run(const run_row& run) = 0;
  virtual result<void> end_run(const run_row& run) = 0;
  virtual result<std::optional<run_row>> last_run(std::string_view job) = 0;  // empty job: of any job
};

}  // namespace nba
