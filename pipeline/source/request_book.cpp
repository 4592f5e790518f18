#include "pipeline/source/request_book.hpp"

#include "pipeline/invariant.hpp"
#include "pipeline/source/classify.hpp"

#include <algorithm>
#include <utility>

namespace nba {
namespace {

host_judge make_judge(const retry_settings& retry, const canary& witnesses) {
  judge_settings settings;
  settings.tries_max = retry.tries_max;
  settings.throttles_max = retry.throttles_max;
  return {settings, witnesses};
}

failure stopped_before(const wanted_document& what) {
  return {failure_class::transient, "the run was stopped before this document was fetched",
          without_credentials(what.url)};
}

failure given_up(const std::string& host, const std::string& reason) {
  const auto said = reason.empty() ? std::string() : " (" + reason + ")";
  return {failure_class::edge_blocked,
          "host " + host + " was given up for this run: it does not answer for known games either" + said};
}

}  // namespace

request_book::request_book(request_book_options options)
    : options_(std::move(options)), judge_(make_judge(options_.retry, options_.canary)), random_(options_.seed) {}

void request_book::compare_with(const canary& witnesses) {
  const bool in_use =
      std::any_of(requests_.begin(), requests_.end(), [](const auto& entry) { return entry.second.game.has_value(); });
  if (in_use)
    throw invariant_violation("documents of games are asked for before it is known what to compare them with");
  judge_ = make_judge(options_.retry, witnesses);
}

// ---- requests ----------------------------------------------------------------------------------------------------

request_book::request& request_book::open_request(wanted_document what, std::optional<game_id> game) {
  const auto which = next_ticket_++;
  auto host = host_of(what.url);
  return requests_[which] = {which, std::move(what), std::move(host), std::move(game), std::nullopt};
}

void request_book::ask_for(request& one, bool urgent) {
  if (++waiting_ > options_.waiting_max)
    throw invariant_violation("more than " + std::to_string(options_.waiting_max) + " requests wait for a permit");
  one.now = phase::waiting_for_permit;
  actions_.push_back(ask_permit{one.which, one.host, urgent || one.is_canary});
}

void request_book::send_out(request& one) {
  one.now = phase::in_flight;
  actions_.push_back(send{one.which, one.host, one.what});
}

void request_book::give_back(const request& one, budget_signal signal, const classified& answer,
                             const http_response& response) {
  auto reason = signal == budget_signal::success ? std::string() : reason_in_short(response);
  std::optional<host_answer> counted;
  if (answer.what == verdict::ok)
    counted = host_answer{};
  else if (response.error != http_error::cancelled)
    counted = host_answer{answer.why.kind};
  actions_.push_back(return_permit{one.host, signal, response.retry_after, std::move(reason), counted});
}

void request_book::permit_is_here() {
  if (waiting_ == 0) throw invariant_violation("a permit that nobody asked for");
  --waiting_;
}

void request_book::report_sleep(asking whom) {
  auto& of = groups_.at(whom);
  if (!of.game) return;
  const bool sleeping = !of.open.empty() && std::all_of(of.open.begin(), of.open.end(), [&](ticket which) {
    return requests_.at(which).now == phase::sleeping;
  });
  if (sleeping == std::exchange(of.told_sleeping, sleeping)) return;
  actions_.push_back(tell_sleeping{whom, *of.game, sleeping});
}

void request_book::sleep(request& one, std::chrono::milliseconds pause) {
  one.now = phase::sleeping;
  if (pause >= options_.sleep_notice) report_sleep(*one.whom);
  actions_.push_back(wake_after{one.which, pause});
}

// ---- how asking ends ---------------------------------------------------------------------------------------------

void request_book::deliver(request& one, const body_ptr& body) {
  const auto which = one.which;
  const auto whom = *one.whom;
  judge_.succeeded(which, one.game, one.what.endpoint);
  actions_.push_back(reply{whom, {std::move(one.what), one.game, body}});
  requests_.erase(which);
  auto& of = groups_.at(whom);
  std::erase(of.open, which);
  report_sleep(whom);
  if (of.open.empty()) groups_.erase(whom);
}

// `first`: the request that is lost, and over; its reply comes first. 0: none is over yet.
void request_book::lose(asking whom, ticket first, const loss& how) {
  auto open = std::move(groups_.at(whom).open);
  groups_.erase(whom);
  std::stable_partition(open.begin(), open.end(), [first](ticket which) { return which == first; });
  for (const auto which : open) {
    judge_.forget(which);
    auto& one = requests_.at(which);
    actions_.push_back(
        reply{whom, {one.what, one.game, how.why, how.tries, how.interrupted, std::exchange(one.refused, nullptr)}});
    one.whom.reset();
    if (which == first || one.now == phase::sleeping || one.now == phase::held) requests_.erase(which);
  }
}

request_book::actions request_book::ask(asking whom, const document_request& wanted) {
  if (dropped_) {
    for (const auto& what : wanted.documents)
      actions_.push_back(reply{whom, {what, wanted.game, stopped_before(what), 0, true, nullptr}});
    return take_actions();
  }
  if (wanted.documents.empty() || groups_.contains(whom))
    throw invariant_violation("documents are asked for that are none, or for the second time");
  auto& of = groups_[whom];
  of.game = wanted.game;
  for (const auto& what : wanted.documents) {
    auto& one = open_request(what, wanted.game);
    one.whom = whom;
    of.open.push_back(one.which);
    ask_for(one);
  }
  return take_actions();
}

request_book::actions request_book::drop() {
  dropped_ = true;
  while (!groups_.empty()) {
    const auto& [whom, of] = *groups_.begin();
    lose(whom, 0, {stopped_before(requests_.at(of.open.front()).what), 0, true});
  }
  return take_actions();
}

// ---- failures and the canary -------------------------------------------------------------------------------------

// `asked_pause`: what the host asked for, with this answer.
void request_book::carry_out(const host_judge::ruling& what, std::chrono::seconds asked_pause) {
  const auto found = requests_.find(what.which);
  if (found == requests_.end()) return;  // lost by a ruling before
  auto& one = found->second;
  switch (what.what) {
    case host_judge::order::again:
      return ask_for(one, true);
    case host_judge::order::later:
      return sleep(one, backoff(what.tries, options_.retry, random_()));
    case host_judge::order::apart:
      return sleep(one, std::max<std::chrono::milliseconds>(std::min(asked_pause, apart_max),
                                                            backoff(what.tries + 1, options_.retry, random_())));
    case host_judge::order::hold:
      one.now = phase::held;
      return;
    case host_judge::order::fail:
      return lose(*one.whom, one.which, {what.why, what.tries});
  }
}

request_book::request& request_book::open_canary(const host_judge::question& what) {
  auto& one = open_request(options_.games->document_of(what.game, what.endpoint), what.game);
  one.is_canary = true;
  canary_ticket_ = one.which;
  return one;
}

void request_book::ask_canary_if_due() {
  if (const auto question = judge_.next_question()) ask_for(open_canary(*question));
}

// The canary cannot be asked, so nobody can say what the held ones waited for.
void request_book::lose_canary(const loss& how) {
  requests_.erase(std::exchange(canary_ticket_, 0));
  for (const auto which : judge_.canary_lost())
    if (const auto held = requests_.find(which); held != requests_.end()) lose(*held->second.whom, which, how);
}

void request_book::canary_answered(request& one, const classified& answer, const http_response& response,
                                   time_point now) {
  const auto verdict = judge_.canary_said(answer, now);
  give_back(one, verdict.blocked ? budget_signal::blocked : budget_effect(answer, response), answer, response);
  if (verdict.ask_again) return ask_for(one);
  requests_.erase(std::exchange(canary_ticket_, 0));
  for (const auto& ruling : verdict.rulings) carry_out(ruling);
  ask_canary_if_due();
}

// ---- answers -----------------------------------------------------------------------------------------------------

request_book::actions request_book::answered(ticket which, const http_response& response, time_point now) {
  const auto found = requests_.find(which);
  if (found == requests_.end() || found->second.now != phase::in_flight)
    throw invariant_violation("an answer for a request that nobody made");
  auto& one = found->second;
  // What was stored is judged as it was: the host did not send it now.
  const auto answer = classify(one.what.endpoint, response, response.stored ? std::nullopt : one.game);
  const bool stopped = response.error == http_error::cancelled;
  if (one.is_canary && !stopped) {
    canary_answered(one, answer, response, now);
    return take_actions();
  }
  auto signal = budget_effect(answer, response);
  // The host was good for the canary meanwhile: it is not the one that wants a slower pace.
  if (signal == budget_signal::throttled && judge_.is_singled_out(which)) signal = budget_signal::failure;
  give_back(one, signal, answer, response);
  if (!one.is_wanted()) {
    requests_.erase(found);
  } else if (stopped) {
    // The client was told to stop: nobody's fault, and asking again would be answered the same.
    const loss interrupted{answer.why, 0, true};
    one.is_canary ? lose_canary(interrupted) : lose(*one.whom, which, interrupted);
  } else if (answer.what == verdict::ok) {
    deliver(one, response.body);
  } else {
    one.refused = response.body ? response.body : response.incomplete;
    const auto ruling = judge_.failed(which, one.game, one.what.endpoint, answer, now);
    carry_out(ruling, response.retry_after.value_or(std::chrono::seconds{0}));
    ask_canary_if_due();
  }
  return take_actions();
}

request_book::actions request_book::retry_due(ticket which) {
  const auto found = requests_.find(which);
  if (found == requests_.end()) return {};  // forgotten meanwhile
  auto& one = found->second;
  if (one.now != phase::sleeping) throw invariant_violation("a request wakes up that does not sleep");
  ask_for(one);
  report_sleep(*one.whom);
  return take_actions();
}

// ---- permits -----------------------------------------------------------------------------------------------------

// Whether the host is open again must not depend on a game that may be in trouble itself: the permit is for the canary
// then, and the game asks for another one. False: its own request is the probe.
bool request_book::probes_with_canary(request& one) {
  if (!one.game || one.is_canary) return false;
  const auto canary = requests_.find(canary_ticket_);
  if (canary != requests_.end() && canary->second.now == phase::in_flight) return false;
  const auto question = judge_.probe_instead_of(*one.game, one.what.endpoint);
  if (!question) return false;
  send_out(canary != requests_.end() ? canary->second : open_canary(*question));
  ask_for(one, true);
  return true;
}

request_book::actions request_book::granted(ticket which, bool probe) {
  permit_is_here();
  const auto found = requests_.find(which);
  // Nobody wants it any more; or it is the canary, and was sent out of its turn.
  if (found == requests_.end() || !found->second.is_wanted() || found->second.now != phase::waiting_for_permit) {
    if (found != requests_.end() && !found->second.is_wanted()) requests_.erase(found);
    actions_.push_back(return_unused{});
  } else if (!probe || !probes_with_canary(found->second)) {
    send_out(found->second);
  }
  return take_actions();
}

request_book::actions request_book::denied(ticket which, const std::string& reason) {
  permit_is_here();
  const auto found = requests_.find(which);
  if (found == requests_.end() || found->second.now != phase::waiting_for_permit) return {};
  const auto& one = found->second;
  const loss how{given_up(one.host, reason)};
  if (one.is_canary)
    lose_canary(how);
  else if (one.whom)
    lose(*one.whom, which, how);
  else
    requests_.erase(found);
  return take_actions();
}

}  // namespace nba
