#include "actors/metrics_actor.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/events.hpp"

#include <cmath>

namespace nba {
namespace {

// A status that takes longer than this is left out of the round.
constexpr std::chrono::seconds status_timeout{5};

double rounded(double value) { return std::round(value * 100) / 100; }

}  // namespace

log_event metrics_event(const stage_status& status) {
  return events::actor_metrics(status.name, status.depth, status.depth_max, status.bound, status.credit, status.in,
                               status.out, status.failed, rounded(status.service.percentile_ms(0.5)),
                               rounded(status.service.percentile_ms(0.99)), rounded(status.busy_pct()));
}

metrics_actor::behavior_type make_metrics(metrics_actor::stateful_pointer<metrics_state> self, metrics_options options,
                                          std::vector<status_source> sources) {
  install_handlers(self);
  self->state.options = std::move(options);
  self->state.sources = std::move(sources);
  self->delayed_send(self, self->state.options.interval, tick{});
  return {[self](const tick&) {
    for (const auto& source : self->state.sources)
      self->request(source, status_timeout, status_query{})
          .then([self](const stage_status& status) { self->state.options.log->write(metrics_event(status)); },
                [](const caf::error&) {});
    self->delayed_send(self, self->state.options.interval, tick{});
  }};
}

}  // namespace nba
