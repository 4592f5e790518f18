// metrics: asks every stage for its status and logs one `actor.metrics` line each.
#pragma once

#include "actors/interfaces.hpp"
#include "pipeline/event_log.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <vector>

namespace nba {

// Anything that answers status_query.
using status_source = caf::typed_actor<caf::replies_to<status_query>::with<stage_status>>;

struct metrics_options {
  std::chrono::milliseconds interval{10'000};
  std::shared_ptr<event_sink> log;
};

struct metrics_state {
  static inline const char* name = "metrics";
  metrics_options options;
  std::vector<status_source> sources;
};

metrics_actor::behavior_type make_metrics(metrics_actor::stateful_pointer<metrics_state> self, metrics_options options,
                                          std::vector<status_source> sources);

// The fields of one `actor.metrics` line (also logged once at the end of a run, from the report).
log_event metrics_event(const stage_status& status);

}  // namespace nba
