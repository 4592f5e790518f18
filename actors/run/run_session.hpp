// A run from its first moment to its exit code: id, locks, row in `ingest_runs`, and every job.* event.
//
// Purpose: whatever changes the database is one run_session, from before the database is open, so that every ending is
// exactly one event job.end with the exit code, the class of the failure and the reason, and nobody who reads the log
// or the table has to know which command it was. Threads: belongs to the thread of the store that it is given.
// Ownership: the sink and the store outlive it; its locks are released when it goes.
#pragma once

#include "actors/run/run_locks.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/time.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nba {

// "20241008T060001Z-k3v9qa": sorts by start, unique enough for two runs in one second.
std::string make_run_id();
std::string make_run_id(utc_time start, std::uint32_t random);

// What whoever finds a lock held is told, everywhere: who holds it, and what can be done.
std::string lock_held_message(const std::string& stage, const std::string& key, const lock_holder& holder);

class run_session {
 public:
  // `job`: its name in logs and in `ingest_runs`. `arguments`: as typed, secrets redacted. `log` may be null. `run_id`:
  // empty makes one.
  run_session(std::string job, std::string arguments, std::shared_ptr<event_sink> log,
              std::function<utc_time()> now = utc_now, std::string run_id = {});
  run_session(const run_session&) = delete;
  run_session& operator=(const run_session&) = delete;

  const std::string& run_id() const noexcept { return row_.run_id; }
  const std::string& job() const noexcept { return row_.job; }

  // Where the locks are, and how long a holder that cannot be seen is watched. Before the first lock().
  struct lock_place {
    database_url url;
    store_options options;
    lock_settings settings;
    std::function<bool()> stopped = nullptr;  // a signal came: whoever waits for a lock gives up
  };
  void locks_at(lock_place place);
  // Takes one more lock, through `database`. Answers the holder when there is one (event job.lock_held); whoever cannot
  // be seen is watched first (job.lock_watch).
  result<std::optional<lock_holder>> lock(store& database, const std::string& stage, const std::string& key);
  const run_locks& locks() const { return *locks_; }

  // The store that the run works with, which must live as long as the row is to be completed.
  store* keep(std::unique_ptr<store> database);
  // Writes the row, and job.start with these fields. Says which earlier runs of the job were killed (dead_runs.hpp).
  result<void> start(store& database, std::vector<event_field> fields);

  // Why the run ends as it will: class and reason of job.end. The first one stays.
  void blame(failure why);
  const std::optional<failure>& why() const noexcept { return why_; }

  struct ending {
    std::int64_t games = 0, failures = 0;
    int exit_code = 0;
    // A drain that somebody asked for, with nothing left undone that was begun: INFO.
    bool stopped_cleanly = false;
    std::string report = {};  // JSON, for `ingest_runs`; empty: there is none
  };
  // Completes the row if there is one, and writes job.end. Answers the exit code, which is 121 where what the run calls
  // done turns out to be lost. Only the first call does anything.
  int end(ending how);
  bool ended() const noexcept { return ended_; }

 private:
  void complete_row();

  std::shared_ptr<event_sink> log_;
  std::function<utc_time()> now_;
  run_row row_;
  store* database_ = nullptr;  // once the row is there
  std::optional<failure> why_;
  bool ended_ = false;
  std::unique_ptr<store> kept_;
  std::optional<lock_place> place_;
  std::optional<run_locks> locks_;  // after the store: they are given back through it
};

}  // namespace nba
