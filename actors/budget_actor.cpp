#include "actors/budget_actor.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/events.hpp"

namespace nba {
namespace {

using self_ptr = budget_actor::stateful_pointer<budget_state>;

// What is to be said of the host's pause, which may be over.
host_pause pause_of(self_ptr self, host_budget::time_point now) {
  auto& s = self->state;
  host_pause out;
  out.host = s.options.host;
  const auto left = std::max(s.budget->paused_until() - now, host_budget::time_point::duration{0});
  out.until = s.options.wall_clock() + std::chrono::ceil<std::chrono::milliseconds>(left);
  out.reason = s.reason;
  const auto state = s.budget->state(now);
  out.given_up = state == host_state::given_up;
  if (state == host_state::blocked || out.given_up) {
    out.probes_max = s.options.settings.block_probes_max;
    out.probe = std::min(s.budget->failed_probes() + 1, out.probes_max);
  }
  return out;
}

// A pause that was not told yet: the host is in another state, or the last pause is over, or this one became longer by
// more than what answers to requests that were sent together add.
bool is_news(self_ptr self, host_state state, host_budget::time_point now) {
  auto& s = self->state;
  if (state == host_state::half_open) return false;
  if (state != s.reported) return true;
  const auto until = s.budget->paused_until();
  if (state == host_state::open || until <= s.reported_until) return false;
  return now >= s.reported_until || until - s.reported_until >= pause_longer_min;
}

host_status status_of(self_ptr self) {
  auto& s = self->state;
  const auto now = s.options.now();
  host_status out;
  out.host = s.options.host;
  out.state = s.budget->state(now);
  out.window = s.budget->window();
  out.in_flight = s.account.games();
  out.waiting = s.waiting.size();
  out.tokens = s.budget->tokens(now);
  out.requests_per_minute = std::max(s.options.settings.requests_per_minute, 0.0);
  out.failed_probes = s.budget->failed_probes();
  out.answers = s.answers;
  // A pause of an earlier run concerns nobody while this one does not ask the host for anything.
  const bool matters = s.reported != host_state::open || !s.waiting.empty();
  if (matters && out.state != host_state::open && out.state != host_state::half_open) out.pause = pause_of(self, now);
  return out;
}

void log_pause(self_ptr self, host_state state, const host_pause& pause, host_budget::time_point now) {
  auto& s = self->state;
  if (!s.options.log) return;
  const auto window = s.budget->window();
  if (state == host_state::open) {
    s.options.log->write(events::host_recovered(s.options.host, std::nullopt, std::nullopt, window));
    return;
  }
  const auto left = std::chrono::ceil<std::chrono::seconds>(s.budget->paused_until() - now);
  const auto probing = pause.probe > 0;
  const auto tell = [&](const auto& what, event_level level) {
    s.options.log->write(what.at(level, s.options.host, pause.given_up ? event_value{true} : std::nullopt,
                                 left.count() > 0 ? event_value{left.count()} : std::nullopt,
                                 left.count() > 0 ? event_value{pause.until} : std::nullopt, unless_empty(pause.reason),
                                 probing ? event_value{pause.probe} : std::nullopt,
                                 probing ? event_value{pause.probes_max} : std::nullopt, window));
  };
  if (state == host_state::throttled)
    tell(events::host_throttled, event_level::warn);
  else
    tell(events::host_blocked, state == host_state::given_up ? event_level::error : event_level::warn);
}

// Tells each pause, and its end, once.
void report(self_ptr self) {
  auto& s = self->state;
  const auto now = s.options.now();
  const auto state = s.budget->state(now);
  if (!is_news(self, state, now)) return;
  s.reported = state;
  s.reported_until = s.budget->paused_until();
  const auto pause = pause_of(self, now);
  log_pause(self, state, pause, now);
  if (s.options.on_pause)
    s.options.on_pause(s.options.host, state == host_state::open ? std::nullopt : std::optional{pause});
}

void answer_denied(self_ptr self, const budget_state::waiter& waiter) {
  self->send(waiter.who, permit_denied{waiter.ticket, self->state.reason});
}

void answer_granted(self_ptr self, const budget_state::waiter& waiter, bool probe) {
  self->send(waiter.who, permit_granted{waiter.ticket, probe});
}

// Hands out what the budget grants now, and sets the timer for the rest.
void grant(self_ptr self) {
  auto& s = self->state;
  const auto now = s.options.now();
  while (!s.waiting.empty()) {
    const auto state = s.budget->state(now);
    if (state == host_state::given_up) {
      answer_denied(self, s.waiting.front());
      s.counters.failed();
    } else if (s.budget->try_acquire(now)) {
      s.account.take(0);
      answer_granted(self, s.waiting.front(), state == host_state::half_open);
      s.counters.came_in();
    } else {
      break;
    }
    s.waiting.pop_front();
  }
  report(self);
  if (s.waiting.empty() || s.timer_set) return;
  if (const auto next = s.budget->next_opportunity(now)) {
    s.timer_set = true;
    const auto wait = std::max(*next - now, std::chrono::steady_clock::duration{std::chrono::milliseconds{1}});
    self->delayed_send(self, wait, budget_tick{});
  }
}

}  // namespace

budget_actor::behavior_type make_budget(self_ptr self, budget_options options) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  s.budget = std::make_unique<host_budget>(s.options.settings, s.options.now());
  if (s.options.cool_down.count() > 0) {
    s.reason = s.options.cool_down_reason;
    s.budget->resume_block(s.options.now() + s.options.cool_down);
  }
  const auto slots = static_cast<std::size_t>(std::max(s.options.settings.in_flight_max, 1));
  s.account = link_account{"budget:" + s.options.host, {slots, 1}};
  s.counters = stage_counters{"budget:" + s.options.host, slots};
  return {
      [self](const permit_request& message) {
        auto& state = self->state;
        budget_state::waiter waiter{caf::actor_cast<document_actor>(self->current_sender()), message.ticket};
        if (state.waiting.size() >= state.options.waiting_max)
          throw invariant_violation("more than " + std::to_string(state.options.waiting_max) +
                                    " requests wait for host " + state.options.host);
        if (message.urgent)
          state.waiting.push_front(std::move(waiter));
        else
          state.waiting.push_back(std::move(waiter));
        grant(self);
      },
      [self](const permit_return& message) {
        auto& state = self->state;
        state.account.give_back(0);
        if (!message.reason.empty()) state.reason = message.reason;
        state.budget->release(state.options.now(), message.signal, message.retry_after);
        if (message.answer) state.answers.count(*message.answer);
        state.counters.went_out();
        grant(self);
      },
      [self](const budget_tick&) {
        self->state.timer_set = false;
        grant(self);
      },
      [self](const host_query&) { return status_of(self); },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.account); },
  };
}

}  // namespace nba
