#include "actors/transform_actor.hpp"

#include "pipeline/events.hpp"

namespace nba {
namespace {

using self_ptr = transform_actor::stateful_pointer<transform_state>;

void free_slot(self_ptr self, std::size_t bytes) {
  self->state.account.give_back(bytes);
  self->send(self->state.upstream, credit_return{link::transform, bytes});
}

void flush(self_ptr self) {
  self->state.flush([self](transformed_game ready) { self->send(self->state.load, std::move(ready)); },
                    [self](std::size_t bytes) { free_slot(self, bytes); });
}

void take_result(self_ptr self, const transform_result& message) {
  auto& s = self->state;
  s.worker_is_back(message.worker, message.spent);
  const auto& item = message.item;
  const auto& job = item.job;
  if (!message.value) {
    s.counters.failed();
    self->send(s.job, game_failed{job, "transform", message.value.error(), item.payloads});
    free_slot(self, item.bytes);
  } else if (!*message.value) {  // unchanged
    s.counters.went_out();
    self->send(s.job, documents_accepted{job});
    self->send(s.job, game_done{job, write_outcome::unchanged, 0});
    free_slot(self, item.bytes);
  } else {
    self->send(s.job, documents_accepted{job});
    const auto bytes = (*message.value)->approximate_bytes();
    s.push(transformed_game{job, *message.value, message.payload_sha256, bytes}, item.bytes);
    flush(self);
  }
  s.dispatch(self);
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
  out.payload_sha256 = payload_digest(payloads);
  const bool unchanged = known.state == game_state::done && known.payload_sha256 == out.payload_sha256 &&
                         known.rules_version == options.rules_version;
  transform_notes notes;
  if (unchanged) {
    out.value = std::shared_ptr<const game_rows>{};
  } else if (auto rows = parser.transform(payloads, &item.job->game, &notes)) {
    tell(notes, item.job->game, options);
    out.value = std::shared_ptr<const game_rows>{std::make_shared<game_rows>(std::move(*rows))};
  } else {
    out.value = rows.error();
  }
}

}  // namespace

transform_actor::behavior_type make_transform(self_ptr self, transform_options options, load_actor load,
                                              job_actor job) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  s.load = std::move(load);
  s.job = std::move(job);
  for (std::size_t i = 0; i < s.options.workers; ++i)
    s.workers.push_back(self->spawn<caf::linked>(make_transform_worker, i, s.options));
  s.open("transform", s.options.limits, "load", s.options.load_limits);
  return {
      [self](const fetched_game& message) {
        self->state.upstream = caf::actor_cast<fetch_actor>(self->current_sender());
        self->state.admit(self, message);
      },
      [self](const transform_result& message) { take_result(self, message); },
      [self](const credit_return& message) {
        self->state.outbox.give_back(message.bytes);
        flush(self);
      },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.account); },
  };
}

transform_worker::behavior_type make_transform_worker(transform_worker::stateful_pointer<transform_worker_state> self,
                                                      std::size_t index, transform_options options) {
  install_handlers(self);
  self->state.parser.emplace(options.games->make_parser());
  return {[self, index, options = std::move(options)](const transform_task& task) {
    do_task<transform_actor, transform_result>(self, index, task, "transform", [&](transform_result& out) {
      run_task(*self->state.parser, task.item, options, out);
    });
  }};
}

}  // namespace nba
