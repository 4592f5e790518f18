// A run at one moment, as one immutable value, and the place where the newest one lies.
//
// Threads: the values are plain; a snapshot_board may be used from any thread. Nobody who reads one asks an actor. The
// parts of one snapshot are at most `status_timeout` apart (actors/metrics_actor.hpp makes it), usually microseconds.
#pragma once

#include "actors/stage_counters.hpp"
#include "pipeline/limits.hpp"
#include "pipeline/plan/admission.hpp"
#include "pipeline/source/answer_tally.hpp"
#include "pipeline/source/host_budget.hpp"
#include "pipeline/source/host_pause.hpp"
#include "pipeline/time.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// What the job knows: games by what became of them, and its chunks.
struct job_status {
  std::int64_t games_total = 0;   // games this run takes on
  std::int64_t games_done = 0;    // done (or unchanged)
  std::int64_t games_failed = 0;  // parked or failed
  std::int64_t games_not_ready = 0;
  std::int64_t chunks_total = 0;
  std::int64_t chunks_ended = 0;
  std::int64_t rows_written = 0;
  std::chrono::milliseconds elapsed{0};
  bool draining = false;
  std::vector<open_chunk> chunks = {};  // those under way, at most open_chunks_per_slot times --parallel
  // Of games_done:
  std::int64_t inserted = 0, replaced = 0, unchanged = 0, recovered = 0;
  // Of the others, each in one of these; the rest of games_ended() is not ready.
  std::int64_t parked = 0;
  std::int64_t closed = 0;  // terminal without rows
  std::int64_t left = 0;    // failed through no fault of theirs: their host was given up, their documents changed

  // Games that need nothing more from this run.
  std::int64_t games_ended() const noexcept { return games_done + games_failed + games_not_ready; }
};

// A host as its budget sees it.
struct host_status {
  std::string host;
  host_state state = host_state::open;
  int window = 0;  // requests that may be in flight now
  std::size_t in_flight = 0;
  std::size_t waiting = 0;               // requests without a permit
  std::optional<host_pause> pause = {};  // under way, and something was asked of the host in this run
  double tokens = 0;                     // requests that the pace would let leave at once
  double requests_per_minute = 0;        // the pace; 0: no limit
  int failed_probes = 0;                 // since the host was last trusted
  answer_tally answers = {};             // in this run
};

struct lane_status {
  std::string lane;     // its key in ingest_watermarks
  std::string durable;  // the resume point; empty: none yet
  std::size_t lag = 0;  // games of the plan after the contiguous ones
};
struct lanes_status {
  std::vector<lane_status> lanes;
};

// Over the last `rates_window` of the run.
struct run_rates {
  double games_per_second = 0;
  double bytes_per_second = 0;     // bodies, after decompression
  double requests_per_second = 0;  // answers, of whatever kind
};

struct run_snapshot {
  std::uint64_t number = 0;  // grows by one
  utc_time at{};
  job_status job;
  std::vector<stage_status> stages;  // in the order of the pipeline; one that did not answer in time is left out
  std::vector<host_status> hosts;
  std::vector<lane_status> lanes;
  run_rates rates;
  run_limit limit = {};         // over the last `rates_window`
  run_limit limit_of_run = {};  // over the run so far

  // By its name, "fetch"; null when it is left out.
  const stage_status* stage(std::string_view name) const noexcept {
    for (const auto& one : stages)
      if (one.name == name) return &one;
    return nullptr;
  }
};

class snapshot_board {
 public:
  void publish(std::shared_ptr<const run_snapshot> newest) {
    const std::lock_guard guard(mutex_);
    newest_ = std::move(newest);
  }
  // Null before the first one.
  std::shared_ptr<const run_snapshot> newest() const {
    const std::lock_guard guard(mutex_);
    return newest_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const run_snapshot> newest_;
};

}  // namespace nba
