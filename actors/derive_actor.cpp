#include "actors/derive_actor.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/derive/overrides.hpp"
#include "pipeline/events.hpp"

namespace nba {
namespace {

using self_ptr = derive_actor::stateful_pointer<derive_state>;

void dispatch(self_ptr self) {
  auto& s = self->state;
  while (!s.waiting.empty()) {
    const auto worker = s.idle.take();
    if (!worker) return;
    self->send(s.workers[*worker], derive_task{std::move(s.waiting.front())});
    s.waiting.pop_front();
  }
}

void free_slot(self_ptr self, std::size_t bytes) {
  auto& s = self->state;
  s.account.give_back(bytes);
  self->send(caf::actor_cast<load_actor>(s.load), credit_return{link::derive, bytes});
}

void flush_outbox(self_ptr self) {
  auto& s = self->state;
  while (auto ready = s.outbox.take_ready()) {
    const auto bytes = ready->bytes;
    self->send(caf::actor_cast<load_actor>(s.load), std::move(*ready));
    s.counters.went_out();
    free_slot(self, bytes);
  }
}

void take_result(self_ptr self, const derive_result& message) {
  auto& s = self->state;
  s.idle.put(message.worker);
  s.counters.worked(message.spent);
  const auto& item = message.item;
  if (message.derived) {
    if (s.options.log)
      for (const auto& problem : (*message.derived)->problems)
        s.options.log->write(events::derive_problem(item.job->game.id, problem));
    if (s.options.log)
      for (const auto& skipped : choose_overrides(*item.rows).skipped)
        s.options.log->write(skipped_override_event(skipped));
    // The rows travel on for their provenance, so the item costs the next link what it cost this one.
    s.outbox.push(derived_game{item.job, item.rows, *message.derived, item.outcome, item.bytes});
    flush_outbox(self);
  } else {
    s.counters.failed();
    self->send(caf::actor_cast<job_actor>(s.job), game_failed{item.job, "derive", message.derived.error(), nullptr});
    free_slot(self, item.bytes);
  }
  dispatch(self);
}

result<std::shared_ptr<const derived_rows>> run_task(const loaded_game& item, const travel_by_season& travel) {
  const auto wanted = item.job->game.id.in_season();
  const auto found = travel.find(wanted);
  if (found == travel.end())
    return failure{failure_class::internal, "no schedule of season " + to_string(wanted) + " in this run"};
  return std::shared_ptr<const derived_rows>{std::make_shared<derived_rows>(derive_game(*item.rows, *found->second))};
}

}  // namespace

derive_actor::behavior_type make_derive(self_ptr self, derive_options options, caf::actor job) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  s.job = std::move(job);
  for (std::size_t i = 0; i < s.options.workers; ++i)
    s.workers.push_back(self->spawn<caf::linked>(make_derive_worker, i, s.options.travel));
  s.idle = idle_workers{s.options.workers};
  s.outbox = outbox<derived_game>{"finish", s.options.finish_limits};
  s.account = link_account{"derive", s.options.limits};
  s.counters = stage_counters{"derive", s.options.workers};
  return {
      [self](const loaded_game& message) {
        auto& state = self->state;
        state.load = caf::actor_cast<caf::actor>(self->current_sender());
        state.account.take(message.bytes);
        state.counters.came_in();
        state.waiting.push_back(message);
        dispatch(self);
      },
      [self](const derive_result& message) { take_result(self, message); },
      [self](const credit_return& message) {
        self->state.outbox.give_back(message.bytes);
        flush_outbox(self);
      },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.account); },
  };
}

derive_worker::behavior_type make_derive_worker(derive_worker::stateful_pointer<derive_worker_state> self,
                                                std::size_t index, travel_by_season travel) {
  install_handlers(self);
  return {[self, index, travel](const derive_task& task) {
    work_timer timer;
    derive_result out;
    out.worker = index;
    out.item = task.item;
    // A bug in a rule costs one game, not the run: it is parked as `internal`.
    try {
      out.derived = run_task(task.item, travel);
    } catch (const invariant_violation&) {
      throw;
    } catch (const std::exception& bug) {
      out.derived = failure{failure_class::internal, bug.what(), "derive"};
    }
    out.spent = timer.spent();
    self->send(caf::actor_cast<derive_actor>(self->current_sender()), std::move(out));
  }};
}

}  // namespace nba
