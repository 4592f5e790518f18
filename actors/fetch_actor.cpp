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

// `urgent`: before everything that waits.
void ask_permit(self_ptr self, request& one, bool urgent = false) {
  one.now = phase::waiting_for_permit;
  self->send(budget_of(self, one.url), permit_request{one.ticket, urgent || one.is_canary});
}

request& open_request(self_ptr self, endpoint what, std::string url, std::optional<game_id> game) {
  auto& s = self->state;
  const auto ticket = s.next_ticket++;
  auto& one = s.requests[ticket];
  one.ticket = ticket;
  one.endpoint = what;
  one.url = std::move(url);
  one.asked = game;
  one.game = std::move(game);
  return one;
}

void send_request(self_ptr self, request& one) {
  one.now = phase::in_flight;
  // The completion runs on the client's thread: it only posts a message. It keeps fetch's address until the answer.
  fetch_actor address{self};
  const auto& configured = self->state.options.connections;
  const auto found = configured.find(host_of(one.url));
  const int connections = found == configured.end() ? 0 : found->second;
  self->state.options.client->submit(make_request(one.endpoint, one.url, connections),
                                     [address, ticket = one.ticket](http_response response) {
                                       caf::anon_send(address, http_done{ticket, std::move(response)});
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
  self->send(s.job, game_sleeping{id, sleeping});
}

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

// One document of two may be there: nothing to store, but it may show that the game was played. Null when neither is.
std::shared_ptr<const game_payloads> what_arrived(const game_id& id, const fetch_state::game& one) {
  if (!one.boxscore && !one.playbyplay) return nullptr;
  auto payloads = std::make_shared<game_payloads>();
  payloads->id = id;
  payloads->boxscore = one.boxscore;
  payloads->playbyplay = one.playbyplay;
  return payloads;
}

// What arrived, and what came in place of the rest: for whoever wants to know why. Null when that is nothing more.
std::shared_ptr<const game_payloads> all_answers(const fetch_state& s, const game_id& id, const fetch_state::game& one,
                                                 const fetch_state::request* failing) {
  if (!failing || !failing->refused || failing->refused->size() == 0) return nullptr;
  auto payloads = std::make_shared<game_payloads>();
  payloads->id = id;
  payloads->boxscore = one.boxscore;
  payloads->playbyplay = one.playbyplay;
  const auto keep = [&](const fetch_state::request& answered) {
    if (!answered.refused) return;
    auto& place = answered.endpoint == endpoint::boxscore ? payloads->boxscore : payloads->playbyplay;
    if (!place) place = answered.refused;
  };
  keep(*failing);
  for (const auto ticket : one.open)
    if (const auto other = s.requests.find(ticket); other != s.requests.end()) keep(other->second);
  return payloads;
}

void fail_game(self_ptr self, const game_id& id, const failure& why, int tries, bool interrupted = false,
               const fetch_state::request* failing = nullptr) {
  auto& s = self->state;
  const auto found = s.games.find(id);
  if (found == s.games.end()) return;
  auto answers = all_answers(s, id, found->second, failing);
  // Its other request may still wait for a permit or be in flight, and ends by itself when its turn or its answer
  // comes. One that sleeps or is held is forgotten here: such requests would all wake up later, and wait beside those
  // of games in fetch.
  for (const auto ticket : found->second.open) {
    s.judge.forget(ticket);
    const auto other = s.requests.find(ticket);
    if (other == s.requests.end()) continue;
    other->second.game.reset();
    other->second.refused = nullptr;  // nobody asks any more what came in place of the document
    if (other->second.now == phase::sleeping || other->second.now == phase::held) s.requests.erase(other);
  }
  auto job = found->second.job;
  auto arrived = what_arrived(id, found->second);
  s.games.erase(found);
  s.counters.failed();
  self->send(s.job,
             game_failed{std::move(job), "fetch", why, std::move(arrived), tries, interrupted, std::move(answers)});
  free_slot(self);
}

// A request is over for good: forget it, tell whoever waits.
void fail_request(self_ptr self, request one, const failure& why, int tries = 1) {
  self->state.judge.forget(one.ticket);
  self->state.requests.erase(one.ticket);
  if (one.promise) one.promise->deliver(document_reply{why});
  if (one.game) fail_game(self, *one.game, why, tries, false, &one);
}

void succeed_request(self_ptr self, request one, const body_ptr& body) {
  auto& s = self->state;
  s.requests.erase(one.ticket);
  s.judge.succeeded(one.ticket, one.game, one.endpoint);
  s.bytes_fetched += body->size();
  if (one.promise) one.promise->deliver(document_reply{body});
  if (!one.game) return;
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

// ---- failures and the canary -------------------------------------------------------------------------------------

void sleep(self_ptr self, request& one, std::chrono::milliseconds pause) {
  auto& s = self->state;
  one.now = phase::sleeping;
  if (one.game && pause >= s.options.sleep_notice) report_sleep(self, *one.game);
  self->delayed_send(self, pause, retry_due{one.ticket});
}

// `asked_pause`: what the host asked for, with this answer.
void carry_out(self_ptr self, const host_judge::ruling& what, std::chrono::seconds asked_pause = {}) {
  auto& s = self->state;
  const auto found = s.requests.find(what.which);
  if (found == s.requests.end()) return;  // its game failed by a ruling before
  auto& one = found->second;
  switch (what.what) {
    case host_judge::order::again:
      return ask_permit(self, one, true);
    case host_judge::order::later:
      return sleep(self, one, backoff(what.tries, s.options.retry, s.random()));
    case host_judge::order::apart:
      return sleep(self, one,
                   std::max<std::chrono::milliseconds>(std::min(asked_pause, apart_max),
                                                       backoff(what.tries + 1, s.options.retry, s.random())));
    case host_judge::order::hold:
      one.now = phase::held;
      return;
    case host_judge::order::fail:
      return fail_request(self, one, what.why, what.tries);
  }
}

request& open_canary(self_ptr self, const host_judge::question& what) {
  auto& s = self->state;
  auto url = what.endpoint == endpoint::playbyplay ? playbyplay_url(s.options.urls, what.game)
                                                   : boxscore_url(s.options.urls, what.game);
  auto& ask = open_request(self, what.endpoint, std::move(url), std::nullopt);
  ask.is_canary = true;
  ask.asked = what.game;
  s.canary_ticket = ask.ticket;
  return ask;
}

void ask_canary_if_due(self_ptr self) {
  if (const auto question = self->state.judge.next_question()) ask_permit(self, open_canary(self, *question));
}

// The canary cannot be asked.
std::vector<std::uint64_t> forget_canary(self_ptr self) {
  auto& s = self->state;
  s.requests.erase(s.canary_ticket);
  s.canary_ticket = 0;
  return s.judge.canary_lost();
}

void give_back_permit(self_ptr self, const request& one, budget_signal signal, const http_response& response) {
  auto reason = signal == budget_signal::success ? std::string() : reason_in_short(response);
  self->send(budget_of(self, one.url), permit_return{signal, response.retry_after, std::move(reason)});
}

void canary_answered(self_ptr self, request& one, const classified& answer, const http_response& response) {
  auto& s = self->state;
  const auto verdict = s.judge.canary_said(answer, s.options.now());
  give_back_permit(self, one, verdict.blocked ? budget_signal::blocked : budget_effect(answer, response), response);
  if (verdict.ask_again) return ask_permit(self, one);
  s.requests.erase(s.canary_ticket);
  s.canary_ticket = 0;
  for (const auto& ruling : verdict.rulings) carry_out(self, ruling);
  ask_canary_if_due(self);
}

// ---- answers -----------------------------------------------------------------------------------------------------

void interrupt_game(self_ptr self, const game_id& id) {
  fail_game(self, id, failure{failure_class::transient, "the run was stopped before this game was fetched"}, 0, true);
}

// The client was told to stop: nobody's fault, and asking again would be answered the same.
void cancelled(self_ptr self, request one, const failure& why) {
  auto& s = self->state;
  if (one.is_canary) {
    for (const auto ticket : forget_canary(self))
      if (const auto held = s.requests.find(ticket); held != s.requests.end()) cancelled(self, held->second, why);
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
  const auto& response = message.response;
  // What was stored is judged as it was: the host did not send it now.
  const auto answer = classify(one.endpoint, response, response.stored ? std::nullopt : one.asked);
  s.counters.worked({response.elapsed, std::chrono::nanoseconds{0}});
  const bool stopped = response.error == http_error::cancelled;
  if (one.is_canary && !stopped) return canary_answered(self, one, answer, response);
  auto signal = budget_effect(answer, response);
  // The host was good for the canary meanwhile: it is not the one that wants a slower pace.
  if (signal == budget_signal::throttled && s.judge.is_singled_out(one.ticket)) signal = budget_signal::failure;
  give_back_permit(self, one, signal, response);
  if (!one.game && !one.promise && !one.is_canary) {  // its game failed meanwhile
    s.requests.erase(found);
    return;
  }
  if (stopped) return cancelled(self, one, answer.why);
  if (answer.what == verdict::ok) return succeed_request(self, one, response.body);
  one.refused = response.body ? response.body : response.incomplete;
  const auto ruling = s.judge.failed(one.ticket, one.game, one.endpoint, answer, s.options.now());
  carry_out(self, ruling, response.retry_after.value_or(std::chrono::seconds{0}));
  ask_canary_if_due(self);
}

// ---- permits -----------------------------------------------------------------------------------------------------

void return_unused(self_ptr self) {
  self->send(caf::actor_cast<budget_actor>(self->current_sender()), permit_return{budget_signal::unused, std::nullopt});
}

// Whether the host is open again must not depend on a game that may be in trouble itself: the permit is for the canary
// then, and the game asks for another one. False: its own request is the probe.
bool probes_with_canary(self_ptr self, request& one) {
  auto& s = self->state;
  if (!one.game || one.is_canary) return false;
  const auto question = s.judge.probe_instead_of(*one.game, one.endpoint);
  if (!question) return false;
  send_request(self, s.canary_ticket != 0 ? s.requests.at(s.canary_ticket) : open_canary(self, *question));
  ask_permit(self, one, true);
  return true;
}

void permit_is_granted(self_ptr self, const permit_granted& message) {
  auto& s = self->state;
  const auto found = s.requests.find(message.ticket);
  // Nobody wants it any more, since its game failed while it waited; or it is the canary, and was sent out of its turn.
  if (found == s.requests.end()) return return_unused(self);
  auto& one = found->second;
  if (!one.game && !one.promise && !one.is_canary) {
    s.requests.erase(found);
    return return_unused(self);
  }
  if (one.now != phase::waiting_for_permit) return return_unused(self);
  if (message.probe && probes_with_canary(self, one)) return;
  send_request(self, one);
}

void permit_is_denied(self_ptr self, const permit_denied& message) {
  auto& s = self->state;
  const auto found = s.requests.find(message.ticket);
  if (found == s.requests.end()) return;
  auto& one = found->second;
  const auto said = message.reason.empty() ? std::string() : " (" + message.reason + ")";
  const failure given_up{failure_class::edge_blocked, "host " + host_of(one.url) +
                                                          " was given up for this run: it does not answer for known "
                                                          "games either" +
                                                          said};
  if (!one.is_canary) return fail_request(self, one, given_up);
  for (const auto ticket : forget_canary(self))
    if (const auto held = s.requests.find(ticket); held != s.requests.end()) fail_request(self, held->second, given_up);
}

// Fetch is about to die. CAF 0.17 never answers the promise of an actor that died, and the engine waits for it.
void refuse_documents(self_ptr self, const caf::error& why) {
  for (auto& [ticket, one] : self->state.requests)
    if (one.promise)
      one.promise->deliver(document_reply{failure{failure_class::internal, self->system().render(why), one.url}});
}

void start_game(self_ptr self, const fetch_game& message) {
  auto& s = self->state;
  s.job = caf::actor_cast<job_actor>(self->current_sender());
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
  judge_settings judging;
  judging.tries_max = options.retry.tries_max;
  judging.throttles_max = options.retry.throttles_max;
  s.judge = host_judge{judging, options.canary};
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
      [self](const permit_granted& message) { permit_is_granted(self, message); },
      [self](const permit_denied& message) { permit_is_denied(self, message); },
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
