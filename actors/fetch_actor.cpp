#include "actors/fetch_actor.hpp"

#include "actors/actor_support.hpp"

#include <utility>

namespace nba {
namespace {

using self_ptr = fetch_actor::stateful_pointer<fetch_state>;

// What documents count is part of this stage's status; without it by then there is none.
constexpr std::chrono::seconds status_timeout{5};

void free_slot(self_ptr self) {
  auto& s = self->state;
  s.account.give_back(game_fetch_bytes);
  self->send(s.job, credit_return{link::fetch, game_fetch_bytes});
}

// Hands over what transform has room for; the slot in fetch is free only then.
void flush_outbox(self_ptr self) {
  auto& s = self->state;
  while (auto ready = s.outbox.take_ready()) {
    self->send(s.transform, std::move(*ready));
    s.counters.went_out();
    free_slot(self);
  }
}

// ---- ends of games -----------------------------------------------------------------------------------------------

// What arrived, and what came in place of the rest: for whoever wants to know why. Null when that is nothing more.
std::shared_ptr<const game_payloads> all_answers(const fetch_state::game& of) {
  const auto& failing = of.lost.front();
  if (!failing.refused || failing.refused->size() == 0) return nullptr;
  auto payloads = std::make_shared<game_payloads>(*of.arrived);
  for (const auto& document : of.lost) payloads->bodies[document.what.endpoint] = document.refused;
  return payloads;
}

void complete_game(self_ptr self, fetch_state::game done) {
  auto& s = self->state;
  done.arrived->is_neutral = done.job->game.is_neutral;
  done.arrived->origin.source = s.options.source;
  done.arrived->origin.ingested_at = utc_now();
  const auto bytes = done.arrived->bytes();
  s.outbox.push(fetched_game{std::move(done.job), std::move(done.arrived), bytes});
  flush_outbox(self);
}

void interrupt_game(self_ptr self, game_job_ptr job) {
  const failure why{failure_class::transient, "the run was stopped before this game was fetched"};
  self->state.counters.failed();
  self->send(self->state.job, game_failed{std::move(job), "fetch", why, nullptr, 0, true});
  free_slot(self);
}

void fail_game(self_ptr self, const fetch_state::game& of) {
  auto& s = self->state;
  const auto& first = of.lost.front();
  if (first.interrupted) return interrupt_game(self, of.job);
  // Some documents may be there without the others: nothing to store, but they may show that the game was played.
  const auto arrived = of.arrived->bytes() > 0 ? of.arrived : nullptr;
  s.counters.failed();
  self->send(s.job, game_failed{of.job, "fetch", first.body.error(), arrived, first.tries, false, all_answers(of)});
  free_slot(self);
}

// ---- messages ----------------------------------------------------------------------------------------------------

void start_game(self_ptr self, const fetch_game& message) {
  auto& s = self->state;
  s.job = caf::actor_cast<job_actor>(self->current_sender());
  s.account.take(game_fetch_bytes);
  s.counters.came_in();
  if (s.dropping) return interrupt_game(self, message.job);
  const auto& id = message.job->game.id;
  document_request wanted{s.options.games->documents_of(id), id};
  auto& game = s.games[id];
  game.job = message.job;
  game.arrived->id = id;
  game.open = wanted.documents.size();
  self->send(s.documents, std::move(wanted));
}

void take_document(self_ptr self, const document_reply& message) {
  auto& s = self->state;
  const auto found = message.game ? s.games.find(*message.game) : s.games.end();
  if (found == s.games.end()) throw invariant_violation("a document of no game in fetch: " + message.what.url);
  auto& game = found->second;
  if (message.body) {
    s.bytes_fetched += (*message.body)->size();
    game.arrived->bodies[message.what.endpoint] = *message.body;
    game.arrived->origin.urls[message.what.endpoint] = without_credentials(message.what.url);
  } else {
    game.lost.push_back(message);
  }
  if (--game.open > 0) return;
  auto done = std::move(game);
  s.games.erase(found);
  done.lost.empty() ? complete_game(self, std::move(done)) : fail_game(self, done);
}

// The stage as its games see it, with the time that the hosts took for each answer.
caf::typed_response_promise<stage_status> tell_status(self_ptr self, const status_query& query) {
  auto promise = self->make_response_promise<stage_status>();
  self->request(self->state.documents, status_timeout, query)
      .then(
          [self, promise](const stage_status& of_documents) mutable {
            auto status = self->state.counters.snapshot(self->state.account);
            status.service = of_documents.service;
            status.busy = of_documents.busy;
            status.bytes_total = self->state.bytes_fetched;
            promise.deliver(std::move(status));
          },
          [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

}  // namespace

fetch_actor::behavior_type make_fetch(self_ptr self, fetch_options options, document_actor documents,
                                      transform_actor transform) {
  install_handlers(self);
  auto& s = self->state;
  s.account = link_account{"fetch", options.limits};
  s.outbox = outbox<fetched_game>{"transform", options.transform_limits};
  s.counters = stage_counters{"fetch", options.limits.games_max};
  s.options = std::move(options);
  s.transform = std::move(transform);
  s.documents = std::move(documents);
  // Without it no document would ever come.
  self->monitor(s.documents);
  self->set_down_handler([self](const caf::down_msg& message) { self->quit(message.reason); });
  return {
      [self](const fetch_game& message) { start_game(self, message); },
      [self](const document_reply& message) { take_document(self, message); },
      [self](const game_sleeping& message) { self->send(self->state.job, message); },
      [self](const credit_return& message) {
        self->state.outbox.give_back(message.bytes);
        flush_outbox(self);
      },
      [self](const drop_unfetched& message) {
        self->state.dropping = true;
        self->send(self->state.documents, message);
      },
      [self](const status_query& message) { return tell_status(self, message); },
  };
}

}  // namespace nba
