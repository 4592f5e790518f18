#include "actors/document_actor.hpp"

#include "actors/actor_support.hpp"

namespace nba {
namespace {

using self_ptr = document_actor::stateful_pointer<document_state>;

budget_actor& budget_of(self_ptr self, const std::string& host) {
  const auto found = self->state.budgets.find(host);
  if (found == self->state.budgets.end()) throw invariant_violation("no budget for host " + host);
  return found->second;
}

// ---- what the book says is to be done ----------------------------------------------------------------------------

void perform(self_ptr self, request_book::ask_permit& what) {
  self->send(budget_of(self, what.host), permit_request{what.which, what.urgent});
}

void perform(self_ptr self, request_book::send& what) {
  // The completion runs on the client's thread: it only posts a message. It keeps this actor's address until the
  // answer.
  document_actor address{self};
  const auto& configured = self->state.options.connections;
  const auto found = configured.find(what.host);
  const int connections = found == configured.end() ? 0 : found->second;
  self->state.options.client->submit(make_request(what.what.endpoint, std::move(what.what.url), connections),
                                     [address, ticket = what.which](http_response response) {
                                       caf::anon_send(address, http_done{ticket, std::move(response)});
                                     });
}

void perform(self_ptr self, request_book::return_permit& what) {
  self->send(budget_of(self, what.host),
             permit_return{what.signal, what.retry_after, std::move(what.reason), what.answer});
}

void perform(self_ptr self, request_book::return_unused&) {
  self->send(caf::actor_cast<budget_actor>(self->current_sender()), permit_return{budget_signal::unused, std::nullopt});
}

void perform(self_ptr self, request_book::wake_after& what) {
  self->delayed_send(self, what.pause, retry_due{what.which});
}

void perform(self_ptr self, request_book::reply& what) {
  auto& askers = self->state.askers;
  const auto asker = askers.find(what.whom);
  self->send(asker->second.who, std::move(what.what));
  if (--asker->second.open == 0) askers.erase(asker);
}

void perform(self_ptr self, request_book::tell_sleeping& what) {
  self->send(self->state.askers.at(what.whom).who, game_sleeping{what.game, what.sleeping});
}

void carry_out(self_ptr self, request_book::actions actions) {
  for (auto& action : actions) std::visit([self](auto& what) { perform(self, what); }, action);
}

// ---- messages ----------------------------------------------------------------------------------------------------

void take_request(self_ptr self, const document_request& message) {
  auto& s = self->state;
  const auto number = s.next_asking++;
  s.askers[number] = {caf::actor_cast<document_client>(self->current_sender()), message.documents.size()};
  carry_out(self, s.book->ask(number, message));
}

void take_answer(self_ptr self, const http_done& message) {
  auto& s = self->state;
  const auto& open = s.book->requests();
  if (const auto found = open.find(message.ticket); found != open.end() && found->second.game)
    s.counters.worked({message.response.elapsed, std::chrono::nanoseconds{0}});
  carry_out(self, s.book->answered(message.ticket, message.response, s.options.now()));
}

}  // namespace

document_actor::behavior_type make_documents(self_ptr self, document_options options,
                                             std::map<std::string, budget_actor> budgets) {
  install_handlers(self);
  auto& s = self->state;
  options.book.canary = canary{{}, options.canary_game};
  s.book.emplace(options.book);
  s.options = std::move(options);
  s.budgets = std::move(budgets);
  // Without its budget no request would ever be answered. Whoever waits for documents is told by this actor's end.
  for (const auto& [host, budget] : s.budgets) self->monitor(budget);
  self->set_down_handler([self](const caf::down_msg& message) { self->quit(message.reason); });
  return {
      [self](const document_request& message) { take_request(self, message); },
      [self](const known_games& message) {
        self->state.book->compare_with(canary{message.best_first, self->state.options.canary_game});
      },
      [self](const permit_granted& message) {
        carry_out(self, self->state.book->granted(message.ticket, message.probe));
      },
      [self](const permit_denied& message) {
        carry_out(self, self->state.book->denied(message.ticket, message.reason));
      },
      [self](const http_done& message) { take_answer(self, message); },
      [self](const retry_due& message) { carry_out(self, self->state.book->retry_due(message.ticket)); },
      [self](const drop_unfetched&) { carry_out(self, self->state.book->drop()); },
      [self](const status_query&) { return self->state.counters.snapshot({}); },
  };
}

}  // namespace nba
