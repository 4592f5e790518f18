// What every stage counts, and how it reports it.
//
// Threads: stage_counters belongs to one actor; stage_status is a snapshot that travels.
#pragma once

#include "actors/credit.hpp"
#include "pipeline/latency_histogram.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace nba {

// What one task cost its worker.
struct work_time {
  std::chrono::nanoseconds wall{0};
  std::chrono::nanoseconds cpu{0};  // of the worker's thread
};

// Measures wall clock and thread CPU time from construction to `spent()`.
class work_timer {
 public:
  work_timer();
  work_time spent() const;

 private:
  std::chrono::steady_clock::time_point wall_;
  std::chrono::nanoseconds cpu_;
};

// What a stage did lately, in the last `rates_window` of the run (actors/metrics_actor.hpp).
struct stage_recent {
  double busy_pct = 0;  // share of the workers' time
  double service_ms_p50 = 0, service_ms_p99 = 0;
  std::uint64_t in = 0, out = 0, failed = 0;
};

// A stage at one moment.
struct stage_status {
  std::string name;           // "fetch", "transform", "load", "derive", "watermark", "budget:HOST"
  std::size_t depth = 0;      // games (or requests) in the stage
  std::size_t depth_max = 0;  // deepest so far
  std::size_t bound = 0;      // what depth may never exceed
  std::size_t bytes = 0, bytes_max = 0, bytes_bound = 0;
  std::size_t credit = 0;  // free slots
  std::uint64_t in = 0, out = 0, failed = 0;
  std::uint64_t bytes_total = 0;  // fetch: bodies received so far
  std::size_t workers = 0;
  latency_histogram service;         // per item (load: per transaction)
  std::chrono::nanoseconds busy{0};  // wall time of all workers
  std::chrono::nanoseconds cpu{0};
  std::chrono::nanoseconds up{0};  // since the stage started
  stage_recent recent = {};        // only in a run_snapshot: a stage knows no earlier moment
  // Share of the workers' time spent working, in percent.
  double busy_pct() const;
};

// What the stage did between two of its statuses; `earlier` is an earlier one of the same stage, or an empty one. A
// task counts when it is over, so the busy share of a short while is only right to within a task.
stage_recent between(const stage_status& earlier, const stage_status& later);

class stage_counters {
 public:
  explicit stage_counters(std::string name, std::size_t workers = 1);
  void came_in() { ++status_.in; }
  void went_out() { ++status_.out; }
  void failed() { ++status_.failed; }
  void worked(const work_time& spent);
  stage_status snapshot(const link_account& account) const;

 private:
  stage_status status_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace nba
