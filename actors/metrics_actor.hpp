// metrics: asks everybody for their status, publishes it as one snapshot with what it makes of it (what each stage did
// lately, rates, the limit), and logs one `actor.metrics` line of each stage that did something since its last line.
//
// A round asks all at once and is over when all have answered, or when `status_timeout` is; then the snapshot is
// published. Who did not answer, or has ended, is left out of it.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/run_history.hpp"
#include "actors/run_snapshot.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/rate_window.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nba {

// Rates, what stages did lately and what limits a run now are those of so long.
inline constexpr std::chrono::seconds rates_window{30};

// Anything that answers status_query; and so on.
using status_source = caf::typed_actor<caf::replies_to<status_query>::with<stage_status>>;
using host_source = caf::typed_actor<caf::replies_to<host_query>::with<host_status>>;
using lanes_source = caf::typed_actor<caf::replies_to<lanes_query>::with<lanes_status>>;
using job_source = caf::typed_actor<caf::replies_to<job_query>::with<job_status>>;

// Handles may be null: nobody is asked.
struct metrics_sources {
  std::vector<status_source> stages;
  std::vector<host_source> hosts;
  lanes_source lanes;
  job_source job;
};

struct metrics_options {
  std::chrono::milliseconds snapshot_interval{200};
  std::chrono::milliseconds log_interval{10'000};  // 0: nothing is logged
  std::shared_ptr<event_sink> log;
  std::shared_ptr<snapshot_board> board;  // null: nobody reads it
  // Told each snapshot after it is published. Called on a scheduler thread; must not block. Null: nobody.
  std::function<void(const run_snapshot&)> on_snapshot;
  std::function<std::chrono::steady_clock::time_point()> now = [] { return std::chrono::steady_clock::now(); };
  limit_frame frame = {};
  std::function<std::chrono::nanoseconds()> cpu;  // what the process has used; null: the process is asked
};

struct metrics_state {
  static inline const char* name = "metrics";
  metrics_options options;
  metrics_sources sources;
  // The round under way: what has come, each in its source's place, and how many are still to come.
  struct round {
    std::vector<std::optional<stage_status>> stages;
    std::vector<std::optional<host_status>> hosts;
    std::vector<lane_status> lanes;
    std::optional<job_status> job;
    std::size_t pending = 0;
  } now;
  job_status job;  // as it said last: without it there is no run
  std::uint64_t number = 0;
  std::chrono::steady_clock::time_point log_due;
  // Since the last line: the stage as it was then, and how deep it was seen.
  struct since_line {
    stage_status before;
    std::size_t depth_max = 0;
  };
  std::map<std::string, since_line> lines;
  run_history history{{}, rates_window};
  rate_window games{rates_window}, bytes{rates_window}, requests{rates_window};
};

metrics_actor::behavior_type make_metrics(metrics_actor::stateful_pointer<metrics_state> self, metrics_options options,
                                          metrics_sources sources);

// The fields of one `actor.metrics` line: of the whole run, as it is logged once at its end.
log_event metrics_event(const stage_status& status);
// And of the time since an earlier status. `depth_max`: how deep the stage was meanwhile.
log_event metrics_event(const stage_status& earlier, const stage_status& later, std::size_t depth_max);

}  // namespace nba
