// A snapshot of a run, for progress display.
//
// Threads: plain values; the job actor publishes one through a callback at most every `progress_interval`.
#pragma once

#include "pipeline/source/host_pause.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace nba {

struct run_progress {
  std::int64_t games_total = 0;   // games this run takes on
  std::int64_t games_done = 0;    // done (or unchanged)
  std::int64_t games_failed = 0;  // parked or failed
  std::int64_t games_not_ready = 0;
  std::int64_t chunks_total = 0;
  std::int64_t chunks_ended = 0;
  std::int64_t chunks_open = 0;
  std::int64_t rows_written = 0;
  std::int64_t bytes_fetched = 0;  // bodies, after decompression
  // Games in each stage right now.
  int fetching = 0, transforming = 0, loading = 0, deriving = 0;
  std::chrono::milliseconds elapsed{0};
  bool draining = false;
  // Hosts that are left alone right now.
  std::vector<host_pause> pauses = {};
};

}  // namespace nba
