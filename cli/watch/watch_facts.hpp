// All that there is to see of one database and the runs on it, at one moment: what page, metrics, health, JSON and
// alerts are made from.
//
// Threads: plain values; reading belongs to the store's thread. A failure to read is a fact like others.
#pragma once

#include "actors/run_snapshot.hpp"
#include "cli/documents/database_status.hpp"
#include "pipeline/health/health.hpp"
#include "storage/roles/letters.hpp"
#include "storage/roles/runs.hpp"
#include "storage/store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nba::cli {

// A run, and whether it goes on: that is decided by the lock, never by a row without an end.
struct watched_run {
  enum class phase {
    under_way,  // holds a lock, and its process is seen or its heartbeat is fresh
    silent,     // holds a lock, but its heartbeat is old and its process cannot be seen: nobody knows
    ended,
    died,  // has no end and no lock, or its process is gone
  };
  run_row row;
  phase state = phase::ended;
  std::optional<run_snapshot> snapshot;  // under way: the newest; of a run in this process that of its engine
  std::optional<utc_time> heard_at;      // when that was; by the run's clock
};

// Runs that are shown.
inline constexpr std::size_t runs_watched_max = 30;

struct watch_facts {
  utc_time at{};                       // when this was read
  std::optional<std::string> trouble;  // why the database could not be read at `at`; then the rest is older
  utc_time read_at{};                  // when the rest was read
  database_status status;              // as `status --json` has it: description, backend, daily, pauses, seasons
  std::vector<watched_run> runs;       // the newest first, at most runs_watched_max; those under way are all there
  std::vector<dead_letter> letters;    // unresolved, without payloads
  std::optional<health_facts::disk_space> disk;  // of an SQLite file's file system
  health_verdict health;

  // The newest that is under way; null when there is none.
  const watched_run* under_way() const noexcept {
    for (const auto& run : runs)
      if (run.state == watched_run::phase::under_way) return &run;
    return nullptr;
  }
};

// Keeps what has not changed between two readings, so that one reading a second of ten seasons costs little.
class watch_reader {
 public:
  virtual ~watch_reader() = default;
  // `own`: the snapshot of a run in this process, with its id; null for none. Never fails: see watch_facts::trouble.
  virtual std::shared_ptr<const watch_facts> read(const std::string& own_run_id, const run_snapshot* own) = 0;
};
// The connection is the reader's own: opened at the first reading, and again after it broke.
std::unique_ptr<watch_reader> make_watch_reader(const settings& values);

}  // namespace nba::cli
