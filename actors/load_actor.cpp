#include "actors/load_actor.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/derive/derive.hpp"

namespace nba {
namespace {

using self_ptr = load_actor::stateful_pointer<load_state>;

std::vector<load_item> next_batch(load_state& s) {
  std::vector<load_item> batch;
  const auto fill_from = [&](auto& queue) {
    while (!queue.empty() && batch.size() < s.options.batch_games_max) {
      batch.emplace_back(std::move(queue.front()));
      queue.pop_front();
    }
  };
  fill_from(s.derived_waiting);
  fill_from(s.records_waiting);
  fill_from(s.core_waiting);
  return batch;
}

std::size_t writers_of(const load_state& s) { return s.workers.size() - s.options.readers; }

// The next one that reads a game back.
std::optional<std::size_t> take_reader(load_state& s) {
  if (s.options.readers == 0) return s.idle.take();
  const auto reader = s.idle_readers.take();
  return reader ? std::optional{writers_of(s) + *reader} : std::nullopt;
}

void dispatch(self_ptr self) {
  auto& s = self->state;
  while (!s.down && !(s.derived_waiting.empty() && s.records_waiting.empty() && s.core_waiting.empty())) {
    const auto worker = s.idle.take();
    if (!worker) break;
    self->send(s.workers[*worker], load_task{next_batch(s)});
  }
  while (!s.down && !s.recover_waiting.empty()) {
    const auto worker = take_reader(s);
    if (!worker) return;
    self->send(s.workers[*worker], load_task{{std::move(s.recover_waiting.front())}});
    s.recover_waiting.pop_front();
  }
}

void flush_outbox(self_ptr self) {
  auto& s = self->state;
  while (auto ready = s.outbox.take_ready()) {
    const auto from = s.outbox_links.front();
    s.outbox_links.pop_front();
    const auto bytes = ready->bytes;
    self->send(s.derive, std::move(*ready));
    if (from == link::load) {
      s.core.give_back(bytes);
      self->send(s.transform, credit_return{link::load, bytes});
    } else {
      s.recover.give_back(0);
      self->send(s.job, credit_return{link::recover, 0});
    }
  }
}

void fail(self_ptr self, const game_job_ptr& job, const failure& why) {
  self->state.counters.failed();
  self->send(self->state.job, game_failed{job, "load", why, nullptr});
}

// ---- results, one kind of item each ------------------------------------------------------------------------------

// The job of a game whose core rows were asked to be written: it knows what the ledger says now, not what it said when
// the run began. What is done and has the same rows stays done; anything else is `loaded`.
game_job_ptr as_written(const game_job_ptr& job, write_outcome core) {
  if (core == write_outcome::unchanged && job->known.state == game_state::done) return job;
  auto out = std::make_shared<game_job>(*job);
  out->known.state = game_state::loaded;
  return out;
}

void finished(self_ptr self, const transformed_game& item, const load_item_result& result) {
  auto& s = self->state;
  if (result.outcome) {
    s.outbox.push(loaded_game{as_written(item.job, *result.outcome), item.rows, *result.outcome, item.bytes});
    s.outbox_links.push_back(link::load);
    return flush_outbox(self);
  }
  fail(self, item.job, result.outcome.error());
  s.core.give_back(item.bytes);
  self->send(s.transform, credit_return{link::load, item.bytes});
}

void finished(self_ptr self, const recover_game& item, const load_item_result& result) {
  auto& s = self->state;
  if (result.outcome) {
    s.outbox.push(
        loaded_game{item.job, result.recovered, write_outcome::unchanged, result.recovered->approximate_bytes()});
    s.outbox_links.push_back(link::recover);
    return flush_outbox(self);
  }
  fail(self, item.job, result.outcome.error());
  s.recover.give_back(0);
  self->send(s.job, credit_return{link::recover, 0});
}

void finished(self_ptr self, const derived_game& item, const load_item_result& result) {
  auto& s = self->state;
  if (result.outcome) {
    const auto core_rows = item.core_outcome == write_outcome::unchanged ? 0 : item.rows->row_count();
    const auto derived_rows =
        item.job->again ? row_count(*item.derived, item.job->again->tables) : item.derived->row_count();
    s.counters.went_out();
    self->send(s.job, game_done{item.job, item.core_outcome, core_rows + derived_rows});
  } else {
    fail(self, item.job, result.outcome.error());
  }
  s.finish.give_back(item.bytes);
  self->send(s.derive, credit_return{link::finish, item.bytes});
}

void finished(self_ptr self, const record_outcome& item, const load_item_result& result) {
  auto& s = self->state;
  if (result.outcome)
    self->send(s.job, outcome_recorded{item.id});
  else  // what became of a game could not be written down: the run cannot be trusted to go on
    self->send(s.job, storage_down{result.outcome.error()});
}

void take_result(self_ptr self, const load_result& message) {
  auto& s = self->state;
  if (const auto writers = writers_of(s); message.worker < writers)
    s.idle.put(message.worker);
  else
    s.idle_readers.put(message.worker - writers);
  s.counters.worked(message.spent);
  if (message.storage_down) {
    if (!s.down) self->send(s.job, storage_down{*message.storage_down});
    s.down = true;
    return;
  }
  for (const auto& result : message.items)
    std::visit([&](const auto& item) { finished(self, item, result); }, result.item);
  dispatch(self);
}

}  // namespace

load_actor::behavior_type make_load(self_ptr self, load_options options, std::vector<std::shared_ptr<store>> stores,
                                    bool detached, derive_actor derive, job_actor job) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  s.derive = std::move(derive);
  s.job = std::move(job);
  for (std::size_t i = 0; i < stores.size(); ++i)
    s.workers.push_back(detached ? self->spawn<caf::linked + caf::detached>(make_load_worker, i, s.options, stores[i])
                                 : self->spawn<caf::linked>(make_load_worker, i, s.options, stores[i]));
  s.idle = idle_workers{writers_of(s)};
  s.idle_readers = idle_workers{s.options.readers};
  s.core = link_account{"load", s.options.limits};
  s.recover = link_account{"recover", s.options.recover_limits};
  s.finish = link_account{"finish", s.options.finish_limits};
  s.outbox = outbox<loaded_game>{"derive", s.options.derive_limits};
  s.counters = stage_counters{"load", stores.size()};
  return {
      [self](const transformed_game& message) {
        self->state.transform = caf::actor_cast<transform_actor>(self->current_sender());
        self->state.core.take(message.bytes);
        self->state.counters.came_in();
        self->state.core_waiting.push_back(message);
        dispatch(self);
      },
      [self](const recover_game& message) {
        self->state.recover.take(0);
        self->state.counters.came_in();
        self->state.recover_waiting.push_back(message);
        dispatch(self);
      },
      [self](const derived_game& message) {
        self->state.finish.take(message.bytes);
        self->state.derived_waiting.push_back(message);
        dispatch(self);
      },
      [self](const record_outcome& message) {
        self->state.records_waiting.push_back(message);
        dispatch(self);
      },
      [self](const load_result& message) { take_result(self, message); },
      [self](const credit_return& message) {
        self->state.outbox.give_back(message.bytes);
        flush_outbox(self);
      },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.core); },
  };
}

}  // namespace nba
