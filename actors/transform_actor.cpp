#include "actors/transform_actor.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/events.hpp"

namespace nba {
namespace {

using self_ptr = transform_actor::stateful_pointer<transform_state>;

void dispatch(self_ptr self) {
  auto& s = self->state;
  while (!s.waiting.empty()) {
    const auto worker = s.idle.take();
    if (!worker) return;
    self->send(s.workers[*worker], transform_task{std::move(s.waiting.front())});
    s.waiting.pop_front();
  }
}

void free_slot(self_ptr self, std::size_t bytes) {
  auto& s = self->state;
  s.account.give_back(bytes);
  self->send(caf::actor_cast<fetch_actor>(s.upstream), credit_return{link::transform, bytes});
}

void flush_outbox(self_ptr self) {
  auto& s = self->state;
  while (auto ready = s.outbox.take_ready()) {
    self->send(s.load, std::move(*ready));
    s.counters.went_out();
    free_slot(self, s.outbox_costs.front());
    s.outbox_costs.pop_front();
  }
}

void take_result(self_ptr self, const transform_result& message) {
  auto& s = self->state;
  s.idle.put(message.worker);
  s.counters.worked(message.spent);
  const auto& item = message.item;
  const auto& job = item.job;
  if (!message.rows) {
    s.counters.failed();
    self->send(caf::actor_cast<job_actor>(s.job), game_failed{job, "transform", message.rows.error(), item.payloads});
    free_slot(self, item.bytes);
  } else if (!*message.rows) {  // unchanged
    s.counters.went_out();
    self->send(caf::actor_cast<job_actor>(s.job), documents_accepted{job});
    self->send(caf::actor_cast<job_actor>(s.job), game_done{job, write_outcome::unchanged, 0});
    free_slot(self, item.bytes);
  } else {
    self->send(caf::actor_cast<job_actor>(s.job), documents_accepted{job});
    const auto bytes = (*message.rows)->approximate_bytes();
    s.outbox.push(transformed_game{job, *message.rows, message.payload_sha256, bytes});
    s.outbox_costs.push_back(item.bytes);
    flush_outbox(self);
  }
  dispatch(self);
}

// Worth a warning: the score at once, odd values when the run is over.
void tell(const transform_notes& notes, const planned_game& game, const transform_options& options) {
  if (notes.score_difference && options.log)
    options.log->write(events::game_score_differs(game.id, *notes.score_difference));
  if (!notes.odd.empty() && options.odd) options.odd->add(notes.odd, game.id.str());
}

void run_task(transformer& parser, const fetched_game& item, const transform_options& options, transform_result& out) {
  const auto& payloads = *item.payloads;
  const auto& known = item.job->known;
  out.payload_sha256 = payload_digest(*payloads.boxscore, *payloads.playbyplay);
  const bool unchanged = known.state == game_state::done && known.payload_sha256 == out.payload_sha256 &&
                         known.rules_version == options.rules_version;
  transform_notes notes;
  if (unchanged) {
    out.rows = std::shared_ptr<const game_rows>{};
  } else if (auto rows = parser.transform(payloads, &item.job->game, &notes)) {
    tell(notes, item.job->game, options);
    out.rows = std::shared_ptr<const game_rows>{std::make_shared<game_rows>(std::move(*rows))};
  } else {
    out.rows = rows.error();
  }
}

}  // namespace

transform_actor::behavior_type make_transform(self_ptr self, transform_options options, load_actor load,
                                              caf::actor job) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  s.load = std::move(load);
  s.job = std::move(job);
  for (std::size_t i = 0; i < s.options.workers; ++i)
    s.workers.push_back(self->spawn<caf::linked>(make_transform_worker, i, s.options));
  s.idle = idle_workers{s.options.workers};
  s.outbox = outbox<transformed_game>{"load", s.options.load_limits};
  s.account = link_account{"transform", s.options.limits};
  s.counters = stage_counters{"transform", s.options.workers};
  return {
      [self](const fetched_game& message) {
        auto& state = self->state;
        state.upstream = caf::actor_cast<caf::actor>(self->current_sender());
        state.account.take(message.bytes);
        state.counters.came_in();
        state.waiting.push_back(message);
        dispatch(self);
      },
      [self](const transform_result& message) { take_result(self, message); },
      [self](const credit_return& message) {
        self->state.outbox.give_back(message.bytes);
        flush_outbox(self);
      },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.account); },
  };
}

transform_worker::behavior_type make_transform_worker(transform_worker::stateful_pointer<transform_worker_state> self,
                                                      std::size_t index, transform_options options) {
  install_handlers(self);
  return {[self, index, options = std::move(options)](const transform_task& task) {
    work_timer timer;
    transform_result out;
    out.worker = index;
    out.item = task.item;
    // A bug in the parser costs one game, not the run: it is parked as `internal`.
    try {
      run_task(self->state.transformer, task.item, options, out);
    } catch (const invariant_violation&) {
      throw;
    } catch (const std::exception& bug) {
      out.rows = failure{failure_class::internal, bug.what(), "transform"};
    }
    out.spent = timer.spent();
    self->send(caf::actor_cast<transform_actor>(self->current_sender()), std::move(out));
  }};
}

}  // namespace nba
