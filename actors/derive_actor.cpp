#include "actors/derive_actor.hpp"

#include "pipeline/derive/overrides.hpp"
#include "pipeline/events.hpp"

namespace nba {
namespace {

using self_ptr = derive_actor::stateful_pointer<derive_state>;

void free_slot(self_ptr self, std::size_t bytes) {
  self->state.account.give_back(bytes);
  self->send(self->state.load, credit_return{link::derive, bytes});
}

void flush(self_ptr self) {
  self->state.flush([self](derived_game ready) { self->send(self->state.load, std::move(ready)); },
                    [self](std::size_t bytes) { free_slot(self, bytes); });
}

void tell(const derive_options& options, const loaded_game& item, const derived_rows& derived) {
  if (!options.log) return;
  for (const auto& problem : derived.problems) options.log->write(events::derive_problem(item.job->game.id, problem));
  for (const auto& skipped : choose_overrides(*item.rows).skipped) options.log->write(skipped_override_event(skipped));
}

void take_result(self_ptr self, const derive_result& message) {
  auto& s = self->state;
  s.worker_is_back(message.worker, message.spent);
  const auto& item = message.item;
  if (message.value) {
    tell(s.options, item, **message.value);
    // The rows travel on for their provenance, so the item costs the next link what it cost this one.
    s.push(derived_game{item.job, item.rows, *message.value, item.outcome, item.bytes}, item.bytes);
    flush(self);
  } else {
    s.counters.failed();
    self->send(s.job, game_failed{item.job, "derive", message.value.error(), nullptr});
    free_slot(self, item.bytes);
  }
  s.dispatch(self);
}

result<std::shared_ptr<const derived_rows>> run_task(const loaded_game& item, const travel_by_season& travel) {
  const auto wanted = item.job->game.id.in_season();
  const auto found = travel.find(wanted);
  if (found == travel.end())
    return failure{failure_class::internal, "no schedule of season " + to_string(wanted) + " in this run"};
  return std::shared_ptr<const derived_rows>{std::make_shared<derived_rows>(derive_game(*item.rows, *found->second))};
}

}  // namespace

derive_actor::behavior_type make_derive(self_ptr self, derive_options options, job_actor job) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  s.job = std::move(job);
  for (std::size_t i = 0; i < s.options.workers; ++i)
    s.workers.push_back(self->spawn<caf::linked>(make_derive_worker, i, s.options.travel));
  s.open("derive", s.options.limits, "finish", s.options.finish_limits);
  return {
      [self](const loaded_game& message) {
        self->state.load = caf::actor_cast<load_actor>(self->current_sender());
        self->state.admit(self, message);
      },
      [self](const derive_result& message) { take_result(self, message); },
      [self](const credit_return& message) {
        self->state.outbox.give_back(message.bytes);
        flush(self);
      },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.account); },
  };
}

derive_worker::behavior_type make_derive_worker(derive_worker::stateful_pointer<derive_worker_state> self,
                                                std::size_t index, travel_by_season travel) {
  install_handlers(self);
  return {[self, index, travel](const derive_task& task) {
    do_task<derive_actor, derive_result>(self, index, task, "derive",
                                         [&](derive_result& out) { out.value = run_task(task.item, travel); });
  }};
}

}  // namespace nba
