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

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// A run, and whether it goes on: that is decided by the lock, never by a row without an end.
struct watched_run {
  enum class phase {
    under_way,  // holds a lock, and its process is seen or its heartbeat is fresh
    silent,     // holds a lock, but its heartbeat is old and its process cannot be seen: nobody knows
    ended,
    died,  // has no end and no lock, or its process is gone; or a later run has noted that
  };
  run_row row;  // without snapshot; with its report when it has ended
  phase state = phase::ended;
  std::optional<run_snapshot> snapshot;  // under way: the newest; of a run in this process that of its engine
  std::optional<utc_time> heard_at;      // when that was; by the run's clock
};
std::string_view to_string(watched_run::phase value);  // "under_way", "silent", "ended", "died"

// Runs that are shown.
inline constexpr std::size_t runs_watched_max = 30;

struct watch_facts {
  utc_time at{};                       // when this was read
  std::optional<std::string> trouble;  // why the database could not be read at `at`; then the rest is older
  std::string trouble_help;            // the command that helps; may be empty
  utc_time read_at{};                  // when the rest was read; the epoch: never
  database_status status;              // as `status --json` has it: description, backend, daily, pauses, seasons
  std::vector<watched_run> runs;       // the newest first, at most runs_watched_max; those under way are all there
  std::map<std::string, utc_time> successes;     // when a run of each job last ended well, however long ago
  std::vector<dead_letter> letters;              // unresolved, without payloads
  std::vector<watermark_row> marks;              // every checkpoint
  std::optional<std::string> unwritable;         // why nobody can write to the database
  std::optional<health_facts::disk_space> disk;  // of an SQLite file's file system
  std::vector<std::string> undelivered;          // alert channels that refuse for good, each with why
  health_verdict health;

  bool was_read() const noexcept { return read_at != utc_time{}; }
  // The newest that is under way; null when there is none.
  const watched_run* under_way() const noexcept {
    for (const auto& run : runs)
      if (run.state == watched_run::phase::under_way) return &run;
    return nullptr;
  }
};

// A reading takes no longer than this, whatever the database does.
inline constexpr std::chrono::milliseconds watch_patience{3'000};

// Keeps what has not changed between two readings, so that one reading a second of ten seasons costs little.
class watch_reader {
 public:
  virtual ~watch_reader() = default;
  // `own`: the snapshot of a run in this process, with its id; null for none. Never fails: see watch_facts::trouble.
  // Takes watch_patience at most; the database is asked on a thread of the reader's own.
  virtual std::shared_ptr<const watch_facts> read(const std::string& own_run_id, const run_snapshot* own) = 0;
};
// The connection is the reader's own: opened at the first reading, and again after it broke. An SQLite file is read as
// other commands that only read do it: none is made, and what may not be written is read without.
std::unique_ptr<watch_reader> make_watch_reader(const settings& values,
                                                std::chrono::milliseconds patience = watch_patience);

}  // namespace nba::cli
