#include "actors/fetch_actor.hpp"

#include "actors/actor_support.hpp"

#include <algorithm>

namespace nba {
namespace {

using self_ptr = fetch_actor::stateful_pointer<fetch_state>;
using request = fetch_state::request;
using phase = fetch_state::phase;

budget_actor& budget_of(self_ptr self, const std::string& url) {
  const auto host = host_of(url);
  const auto found = self->state.budgets.find(host);
  if (found == self->state.budgets.end()) throw invariant_violation("no budget for host " + host);
  return found->second;
}

// ---- requests ----------------------------------------------------------------------------------------------------

void ask_permit(self_ptr self, request& one) {
  one.now = phase::waiting_for_permit;
  self->send(budget_of(self, one.url), permit_request{one.ticket, one.is_canary});
}

request& open_request(self_ptr self, endpoint what, std::string url, std::optional<game_id> game) {
  auto& s = self->state;
  const auto ticket = s.next_ticket++;
  auto& one = s.requests[ticket];
  one.ticket = ticket;
  one.endpoint = what;
  one.url = std::move(url);
  one.game = std::move(game);
  return one;
}

void send_request(self_ptr self, request& one) {
  one.now = phase::in_flight;
  ++one.tries;
  // The completion runs on the client's thread: it only posts a message. It keeps fetch's address until the answer.
  auto address = caf::actor_cast<caf::strong_actor_ptr>(caf::actor_cast<caf::actor>(self));
  self->state.options.client->submit(
      make_request(one.endpoint, one.url), [address, ticket = one.ticket](http_response response) {
        caf::anon_send(caf::actor_cast<caf::actor>(address), http_done{ticket, std::move(response)});
      });
}

// ---- games -------------------------------------------------------------------------------------------------------

// Games waiting for a retry are told to the job: their chunk may free its slot.
void report_sleep(self_ptr self, const game_id& id) {
  auto& s = self->state;
  const auto found = s.games.find(id);
  if (found == s.games.end()) return;
  auto& one = found->second;
  const bool sleeping = !one.open.empty() && std::all_of(one.open.begin(), one.open.end(), [&](std::uint64_t ticket) {
    return s.requests.at(ticket).now == phase::sleeping;
  });
  if (sleeping == one.reported_sleeping) return;
  one.reported_sleeping = sleeping;
  self->send(caf::actor_cast<job_actor>(s.job), game_sleeping{id, sleeping});
}

void free_slot(self_ptr self) {
  auto& s = self->state;
  s.account.give_back(game_fetch_bytes);
  self->send(caf::actor_cast<job_actor>(s.job), credit_return{link::fetch, game_fetch_bytes});
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

void complete_game(self_ptr self, fetch_state::game done) {
  auto& s = self->state;
  auto payloads = std::make_shared<game_payloads>();
  const auto& planned = done.job->game;
  payloads->id = planned.id;
  payloads->is_neutral = planned.is_neutral;
  payloads->origin = {s.options.source, without_credentials(boxscore_url(s.options.urls, planned.id)),
                      without_credentials(playbyplay_url(s.options.urls, planned.id)), utc_now()};
  payloads->boxscore = std::move(done.boxscore);
  payloads->playbyplay = std::move(done.playbyplay);
  const auto bytes = payloads->boxscore->size() + payloads->playbyplay->size();
  s.outbox.push(fetched_game{std::move(done.job), std::move(payloads), bytes});
  flush_outbox(self);
}

void fail_game(self_ptr self, const game_id& id, const failure& why, int tries, bool interrupted = false) {
  auto& s = self->state;
  const auto found = s.games.find(id);
  if (found == s.games.end()) return;
  // Its other request may still wait for a permit or be in flight, and ends by itself when its turn or its answer
  // comes. One that sleeps is forgotten here: such requests would all wake up later, and wait beside those of games in
  // fetch.
  for (const auto ticket : found->second.open) {
    const auto other = s.requests.find(ticket);
    if (other == s.requests.end()) continue;
    other->second.game.reset();
    if (other->second.now == phase::sleeping) s.requests.erase(other);
  }
  auto job = found->second.job;
  s.games.erase(found);
  s.counters.failed();
  self->send(caf::actor_cast<job_actor>(s.job), game_failed{std::move(job), "fetch", why, nullptr, tries, interrupted});
  free_slot(self);
}

// A request is over for good: forget it, tell whoever waits.
void fail_request(self_ptr self, request one, const failure& why) {
  self->state.requests.erase(one.ticket);
  if (one.promise) one.promise->deliver(document_reply{why});
  if (one.game) fail_game(self, *one.game, why, one.tries);
}

void succeed_request(self_ptr self, request one, const body_ptr& body) {
  auto& s = self->state;
  s.requests.erase(one.ticket);
  s.bytes_fetched += body->size();
  if (one.promise) one.promise->deliver(document_reply{body});
  if (!one.game) return;
  if (one.endpoint == endpoint::boxscore) s.options.canary.answered_well(*one.game);
  const auto found = s.games.find(*one.game);
  if (found == s.games.end()) return;
  auto& game = found->second;
  (one.endpoint == endpoint::boxscore ? game.boxscore : game.playbyplay) = body;
  std::erase(game.open, one.ticket);
  report_sleep(self, *one.game);
  if (!game.open.empty()) return;
  auto done = std::move(game);
  s.games.erase(found);
  complete_game(self, std::move(done));
}

// ---- refusals and the canary -------------------------------------------------------------------------------------

void retry_later(self_ptr self, request& one, const failure& why) {
  auto& s = self->state;
  if (one.tries >= s.options.retry.tries_max) return fail_request(self, one, why);
  one.now = phase::sleeping;
  const auto pause = backoff(one.tries, s.options.retry, s.random());
  if (one.game && pause >= s.options.sleep_notice) report_sleep(self, *one.game);
  self->delayed_send(self, pause, retry_due{one.ticket});
}

void ask_canary(self_ptr self, const game_id& witness) {
  auto& ask = open_request(self, endpoint::boxscore, boxscore_url(self->state.options.urls, witness), std::nullopt);
  ask.is_canary = true;
  self->state.canary_game = witness;
  self->state.canary_ticket = ask.ticket;
  ask_permit(self, ask);
}

void judge_refusal(self_ptr self, std::uint64_t ticket, const failure& why) {
  auto& s = self->state;
  auto& one = s.requests.at(ticket);
  if (!one.game) return fail_request(self, one, why);
  if (s.canary_ticket == 0 && s.options.canary.share(s.options.now()))
    return fail_request(self, one, resolve_refusal_beside_canary(why));  // an empty 500 too
  const auto witness = s.options.canary.choose(*one.game);
  // Without a game known to exist nobody can tell; the game is not blamed for it.
  if (!witness)
    return fail_request(
        self, one, failure{failure_class::edge_blocked, why.message + "; no known game to compare with", why.where});
  one.now = phase::waiting_for_canary;
  one.refusal = why;
  one.was_blocked = s.edge_blocked;
  s.waiting_for_canary.push_back(ticket);
  if (s.canary_ticket == 0) ask_canary(self, *witness);
}

// The canary has answered (or could not): every waiting refusal gets its verdict.
void canary_verdict(self_ptr self, const http_response& response) {
  auto& s = self->state;
  s.requests.erase(s.canary_ticket);
  s.canary_ticket = 0;
  const auto answer = classify(endpoint::boxscore, response).what;
  if (answer == verdict::ok) s.options.canary.vouched(s.options.now());
  if (answer == verdict::refused) s.options.canary.was_refused(s.canary_game);
  if (answer == verdict::ok || answer == verdict::refused) s.edge_blocked = answer == verdict::refused;
  std::optional<game_id> ask_again;
  for (const auto ticket : std::exchange(s.waiting_for_canary, {})) {
    const auto found = s.requests.find(ticket);
    if (found == s.requests.end()) continue;
    if (!found->second.game) {  // its game failed meanwhile
      s.requests.erase(found);
      continue;
    }
    auto& one = found->second;
    const auto why = resolve_refusal(one.refusal, response);
    if (why.kind == failure_class::edge_blocked) {
      // Nobody is to blame and nothing else is asked: the canary is the probe after the cool-down. The budget bounds
      // how often (block_probes_max), then it denies the permit and all that wait fail together.
      one.was_blocked = true;
      s.waiting_for_canary.push_back(ticket);
      if (!ask_again) ask_again = s.options.canary.choose(*one.game);
    } else if (why.kind == failure_class::unavailable && one.was_blocked) {
      one.was_blocked = false;  // refused while everything was: that says nothing about this game
      --one.tries;
      ask_permit(self, one);
    } else if (why.kind == failure_class::unavailable) {
      fail_request(self, one, why);
    } else {
      retry_later(self, one, why);
    }
  }
  if (ask_again) ask_canary(self, *ask_again);
}

// ---- answers -----------------------------------------------------------------------------------------------------

void throttled(self_ptr self, request& one, const failure& why, const http_response& response) {
  --one.tries;  // not the request's fault
  if (++one.throttles <= self->state.options.retry.throttles_max)
    return ask_permit(self, one);  // the budget holds it back until the pause is over
  if (one.is_canary) return canary_verdict(self, response);
  fail_request(self, one, why);
}

void interrupt_game(self_ptr self, const game_id& id) {
  fail_game(self, id, failure{failure_class::transient, "the run was stopped before this game was fetched"}, 0, true);
}

// The client was told to stop: nobody's fault, and asking again would be answered the same.
void cancelled(self_ptr self, request one, const failure& why) {
  auto& s = self->state;
  if (one.is_canary) {
    s.requests.erase(s.canary_ticket);
    s.canary_ticket = 0;
    for (const auto ticket : std::exchange(s.waiting_for_canary, {}))
      if (const auto waiting = s.requests.find(ticket); waiting != s.requests.end())
        cancelled(self, waiting->second, why);
    return;
  }
  const auto game = std::exchange(one.game, std::nullopt);
  fail_request(self, std::move(one), why);
  if (game) interrupt_game(self, *game);
}

void handle_answer(self_ptr self, const http_done& message) {
  auto& s = self->state;
  const auto found = s.requests.find(message.ticket);
  if (found == s.requests.end()) throw invariant_violation("an answer for a request that nobody made");
  auto& one = found->second;
  const auto verdict_now = classify(one.endpoint, message.response);
  s.counters.worked({message.response.elapsed, std::chrono::nanoseconds{0}});
  const bool blocked = one.is_canary && verdict_now.what == verdict::refused;
  const auto effect = blocked ? budget_signal::blocked : budget_effect(verdict_now, message.response);
  self->send(budget_of(self, one.url), permit_return{effect, message.response.retry_after});
  if (!one.game && !one.promise && !one.is_canary) {  // its game failed meanwhile
    s.requests.erase(found);
    return;
  }
  if (message.response.error == http_error::cancelled) return cancelled(self, one, verdict_now.why);
  if (one.is_canary && verdict_now.what != verdict::throttled) return canary_verdict(self, message.response);
  switch (verdict_now.what) {
    case verdict::ok:
      return succeed_request(self, one, message.response.body);
    case verdict::throttled:
      return throttled(self, one, verdict_now.why, message.response);
    case verdict::transient:
      return retry_later(self, one, verdict_now.why);
    case verdict::refused:
      return judge_refusal(self, message.ticket, verdict_now.why);
    case verdict::empty_500:
      // An empty 500 is a hiccup the first times; one that repeats is how a missing game sometimes answers.
      if (one.tries < s.options.retry.tries_max) return retry_later(self, one, verdict_now.why);
      return judge_refusal(self, message.ticket, verdict_now.why);
    case verdict::contract_drift:
      return fail_request(self, one, verdict_now.why);
  }
}

// Fetch is about to die. CAF 0.17 never answers the promise of an actor that died, and the engine waits for it.
void refuse_documents(self_ptr self, const caf::error& why) {
  for (auto& [ticket, one] : self->state.requests)
    if (one.promise)
      one.promise->deliver(document_reply{failure{failure_class::internal, self->system().render(why), one.url}});
}

void start_game(self_ptr self, const fetch_game& message) {
  auto& s = self->state;
  s.job = caf::actor_cast<caf::actor>(self->current_sender());
  s.account.take(game_fetch_bytes);
  s.counters.came_in();
  const auto id = message.job->game.id;
  auto& game = s.games[id];
  game.job = message.job;
  if (s.dropping) return interrupt_game(self, id);
  auto& box = open_request(self, endpoint::boxscore, boxscore_url(s.options.urls, id), id);
  game.open.push_back(box.ticket);
  ask_permit(self, box);
  auto& events = open_request(self, endpoint::playbyplay, playbyplay_url(s.options.urls, id), id);
  game.open.push_back(events.ticket);
  ask_permit(self, events);
}

// A document that nobody will wait for: its request may still hold a permit or sleep, and ends by itself.
void interrupt_document(request& one) {
  if (!one.promise) return;
  one.promise->deliver(document_reply{
      failure{failure_class::transient, "the run was stopped before this document was fetched", one.url}});
  one.promise.reset();
}

void drop(self_ptr self) {
  auto& s = self->state;
  s.dropping = true;
  for (auto& [ticket, one] : s.requests) interrupt_document(one);
  std::vector<game_id> open;
  for (const auto& [id, game] : s.games) open.push_back(id);
  std::sort(open.begin(), open.end());
  for (const auto& id : open) interrupt_game(self, id);
}

}  // namespace

fetch_actor::behavior_type make_fetch(self_ptr self, fetch_options options, std::map<std::string, budget_actor> budgets,
                                      transform_actor transform) {
  install_handlers(self);
  auto& s = self->state;
  s.account = link_account{"fetch", options.limits};
  s.outbox = outbox<fetched_game>{"transform", options.transform_limits};
  s.counters = stage_counters{"fetch", options.limits.games_max};
  s.random.seed(options.seed);
  s.options = std::move(options);
  s.budgets = std::move(budgets);
  // Without its budget no request would ever be answered.
  for (const auto& [host, budget] : s.budgets) self->monitor(budget);
  self->set_down_handler([self](const caf::down_msg& message) {
    refuse_documents(self, message.reason);
    self->quit(message.reason);
  });
  self->set_exception_handler([self](std::exception_ptr& raised) {
    auto why = error_of(raised);
    refuse_documents(self, why);
    return why;
  });
  s.transform = std::move(transform);
  return {
      [self](const fetch_game& message) { start_game(self, message); },
      [self](const permit_granted& message) {
        auto& state = self->state;
        const auto found = state.requests.find(message.ticket);
        const bool wanted =
            found != state.requests.end() && (found->second.game || found->second.promise || found->second.is_canary);
        if (wanted) return send_request(self, found->second);
        // Its game failed while it waited: the permit goes back unused.
        self->send(caf::actor_cast<budget_actor>(self->current_sender()),
                   permit_return{budget_signal::unused, std::nullopt});
        if (found != state.requests.end()) state.requests.erase(found);
      },
      [self](const permit_denied& message) {
        auto& state = self->state;
        const auto found = state.requests.find(message.ticket);
        if (found == state.requests.end()) return;
        auto& one = found->second;
        const failure given_up{failure_class::edge_blocked, "host " + host_of(one.url) +
                                                                " was given up for this run: it "
                                                                "refuses every request, known games included"};
        if (one.is_canary) {
          state.requests.erase(found);
          state.canary_ticket = 0;
          for (const auto ticket : std::exchange(state.waiting_for_canary, {}))
            if (auto waiting = state.requests.find(ticket); waiting != state.requests.end())
              fail_request(self, waiting->second, given_up);
          return;
        }
        fail_request(self, one, given_up);
      },
      [self](const http_done& message) { handle_answer(self, message); },
      [self](const retry_due& message) {
        const auto found = self->state.requests.find(message.ticket);
        if (found == self->state.requests.end()) return;
        const auto game = found->second.game;
        ask_permit(self, found->second);
        if (game) report_sleep(self, *game);
      },
      [self](const credit_return& message) {
        self->state.outbox.give_back(message.bytes);
        flush_outbox(self);
      },
      [self](const drop_unfetched&) { drop(self); },
      [self](const document_request& message) {
        auto promise = self->make_response_promise<document_reply>();
        auto& one = open_request(self, message.endpoint, message.url, std::nullopt);
        one.promise = promise;
        if (self->state.dropping) interrupt_document(one);
        ask_permit(self, one);
        return promise;
      },
      [self](const status_query&) {
        auto status = self->state.counters.snapshot(self->state.account);
        status.bytes_total = self->state.bytes_fetched;
        return status;
      },
  };
}

}  // namespace nba
