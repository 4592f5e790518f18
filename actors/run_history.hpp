// What a run did lately, and what it did so far: made from its snapshots, one after the other.
//
// Purpose: snapshots hold counters since the start; people ask what goes on now, and what keeps it from being quicker
// (pipeline/limits.hpp). Hosts are judged by how each snapshot finds them, weighed with the time since the one before.
// Threads: owned by the metrics actor. Time is an argument. Bounds: `moments_max` snapshots' counters, a window apart
// at most.
#pragma once

#include "actors/run_snapshot.hpp"
#include "pipeline/limits.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// What stays as it is for a run, and what its limit depends on.
struct limit_frame {
  struct host_frame {
    double requests_per_minute = 0;  // 0: no pace
    int connections = 0;
  };
  std::map<std::string, host_frame> hosts;
  int parallel = 0;
  std::size_t cores = 0;
  int writers_max = 1;
  bool reads_back = false;
};

class run_history {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::size_t moments_max = 16;

  run_history(limit_frame frame, std::chrono::milliseconds window) : frame_(std::move(frame)), window_(window) {}

  // `cpu`: what the process has used so far.
  void add(time_point at, std::chrono::nanoseconds cpu, const run_snapshot& of);

  // Of a stage of the newest snapshot, over the window; over the run while it is younger.
  stage_recent recent(const stage_status& now) const;
  // For find_limit: over the window, and over the run.
  run_load lately() const;
  run_load overall() const;

 private:
  using span = std::chrono::nanoseconds;
  struct host_tally {
    span paced{0}, full{0}, paused{0};
  };
  // Everything so far, at one moment.
  struct moment {
    time_point at;
    span time{0}, cpu{0};
    std::vector<stage_status> stages;
    std::map<std::string, host_tally, std::less<>> hosts;
    span fetch_full{0}, chunks_used_up{0};
    const stage_status* stage(std::string_view name) const;
  };
  // How the newest snapshot found a host.
  struct host_now {
    int window = 0;
    bool blocked = false;
    std::string pause_reason;
  };

  void tally_host(const host_status& host, span weight);
  stage_status earlier(std::string_view name) const;
  run_load load_since(const moment* begin) const;

  limit_frame frame_;
  std::chrono::milliseconds window_;
  moment now_;
  std::map<std::string, host_now, std::less<>> hosts_;
  std::deque<moment> moments_;  // the newest is last; before the first one is the start, with nothing done
  bool from_start_ = true;      // the window still reaches back to it
  span cpu_at_start_{0};
};

}  // namespace nba
