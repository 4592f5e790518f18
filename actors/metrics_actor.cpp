#include "actors/metrics_actor.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/events.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace nba {
namespace {

// A status that takes longer than this is left out of the round.
constexpr std::chrono::seconds status_timeout{5};

double rounded(double value) { return std::round(value * 100) / 100; }

using self_ptr = metrics_actor::stateful_pointer<metrics_state>;

run_rates rates_of(metrics_state& s, const run_snapshot& of) {
  const auto now = s.options.now();
  s.games.sample(now, static_cast<std::uint64_t>(of.job.games_ended()));
  if (const auto* fetch = of.stage("fetch")) {
    s.bytes.sample(now, fetch->bytes_total);
    s.requests.sample(now, fetch->service.count());
  }
  return {s.games.per_second(), s.bytes.per_second(), s.requests.per_second()};
}

std::chrono::nanoseconds process_cpu() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

// A peak between two snapshots is known when it is the highest so far; of lower ones those that a snapshot has seen.
void note_depths(metrics_state& s, const run_snapshot& of) {
  for (const auto& stage : of.stages) {
    auto& line = s.lines[stage.name];
    const bool is_record = stage.depth_max > line.before.depth_max;
    line.depth_max = std::max(line.depth_max, is_record ? stage.depth_max : stage.depth);
  }
}

bool did_something(const stage_status& earlier, const stage_status& later) {
  return earlier.in != later.in || earlier.out != later.out || earlier.failed != later.failed ||
         earlier.service.count() != later.service.count();
}

void log_if_due(metrics_state& s, const run_snapshot& of) {
  note_depths(s, of);
  if (!s.options.log || s.options.log_interval.count() == 0 || s.options.now() < s.log_due) return;
  s.log_due += s.options.log_interval;
  for (const auto& stage : of.stages) {
    auto& line = s.lines[stage.name];
    if (did_something(line.before, stage)) s.options.log->write(metrics_event(line.before, stage, line.depth_max));
    line = {stage, stage.depth};
  }
}

// What the snapshots so far say together.
void conclude(metrics_state& s, run_snapshot& of) {
  s.history.add(s.options.now(), s.options.cpu(), of);
  for (auto& stage : of.stages) stage.recent = s.history.recent(stage);
  of.limit = find_limit(s.history.lately());
  of.limit_of_run = find_limit(s.history.overall());
}

void publish(self_ptr self) {
  auto& s = self->state;
  auto made = std::make_shared<run_snapshot>();
  made->number = ++s.number;
  made->at = utc_now();
  if (s.now.job) s.job = std::move(*s.now.job);
  made->job = s.job;
  for (auto& one : s.now.stages)
    if (one) made->stages.push_back(std::move(*one));
  for (auto& one : s.now.hosts)
    if (one) made->hosts.push_back(std::move(*one));
  made->lanes = std::move(s.now.lanes);
  made->rates = rates_of(s, *made);
  conclude(s, *made);
  log_if_due(s, *made);
  if (s.options.board) s.options.board->publish(made);
  if (s.options.on_snapshot) s.options.on_snapshot(*made);
}

void one_less(self_ptr self) {
  if (--self->state.now.pending > 0) return;
  publish(self);
  self->delayed_send(self, self->state.options.snapshot_interval, tick{});
}

// `keep(status)` puts the answer where it belongs.
template <class Query, class Status, class Source, class Keep>
void ask(self_ptr self, const Source& source, Keep keep) {
  if (!source) return;
  ++self->state.now.pending;
  self->request(source, status_timeout, Query{})
      .then(
          [self, keep](const Status& status) {
            keep(self->state.now, status);
            one_less(self);
          },
          [self](const caf::error&) { one_less(self); });
}

void ask_all(self_ptr self) {
  auto& s = self->state;
  s.now = {};
  s.now.stages.resize(s.sources.stages.size());
  s.now.hosts.resize(s.sources.hosts.size());
  ++s.now.pending;  // so that the round is not over before all were asked
  for (std::size_t i = 0; i < s.sources.stages.size(); ++i)
    ask<status_query, stage_status>(self, s.sources.stages[i],
                                    [i](auto& round, const auto& status) { round.stages[i] = status; });
  for (std::size_t i = 0; i < s.sources.hosts.size(); ++i)
    ask<host_query, host_status>(self, s.sources.hosts[i],
                                 [i](auto& round, const auto& status) { round.hosts[i] = status; });
  ask<lanes_query, lanes_status>(self, s.sources.lanes,
                                 [](auto& round, const auto& status) { round.lanes = status.lanes; });
  ask<job_query, job_status>(self, s.sources.job, [](auto& round, const auto& status) { round.job = status; });
  one_less(self);
}

}  // namespace

log_event metrics_event(const stage_status& status) {
  return events::actor_metrics(status.name, status.depth, status.depth_max, status.bound, status.credit, status.in,
                               status.out, status.failed, rounded(status.service.percentile_ms(0.5)),
                               rounded(status.service.percentile_ms(0.99)), rounded(status.busy_pct()));
}

log_event metrics_event(const stage_status& earlier, const stage_status& later, std::size_t depth_max) {
  const auto did = between(earlier, later);
  return events::actor_metrics(later.name, later.depth, depth_max, later.bound, later.credit, did.in, did.out,
                               did.failed, rounded(did.service_ms_p50), rounded(did.service_ms_p99),
                               rounded(did.busy_pct));
}

metrics_actor::behavior_type make_metrics(self_ptr self, metrics_options options, metrics_sources sources) {
  install_handlers(self);
  self->state.options = std::move(options);
  self->state.sources = std::move(sources);
  if (!self->state.options.cpu) self->state.options.cpu = process_cpu;
  self->state.history = run_history{self->state.options.frame, rates_window};
  self->state.log_due = self->state.options.now() + self->state.options.log_interval;
  self->send(self, tick{});
  return {[self](const tick&) { ask_all(self); }};
}

}  // namespace nba
