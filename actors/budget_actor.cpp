#include "actors/budget_actor.hpp"

#include "actors/actor_support.hpp"

namespace nba {
namespace {

using self_ptr = budget_actor::stateful_pointer<budget_state>;

const char* event_of(host_state state) {
  switch (state) {
    case host_state::throttled:
      return "host.throttled";
    case host_state::blocked:
      return "host.blocked";
    case host_state::given_up:
      return "host.blocked";
    default:
      return "host.recovered";
  }
}

// Has a pause kept that the next run must respect too.
void keep_pause(self_ptr self, host_budget::time_point now) {
  auto& s = self->state;
  const auto until = s.budget->paused_until();
  if (!s.options.keep_pause || until - now < pause_kept_min || until == s.pause_kept) return;
  s.pause_kept = until;
  s.options.keep_pause(s.options.host, std::chrono::ceil<std::chrono::milliseconds>(until - now));
}

// Logs a change of the host's state once.
void report(self_ptr self) {
  auto& s = self->state;
  const auto now = s.options.now();
  keep_pause(self, now);
  const auto state = s.budget->state(now);
  if (state == s.reported || state == host_state::half_open) return;
  s.reported = state;
  if (!s.options.log) return;
  const bool bad = state != host_state::open;
  const auto level = state == host_state::given_up ? event_level::error : bad ? event_level::warn : event_level::info;
  log_event event{level, event_of(state), {{"host", s.options.host}}};
  if (state == host_state::given_up) event.fields.push_back({"given_up", true});
  if (const auto left = std::chrono::ceil<std::chrono::seconds>(s.budget->paused_until() - now);
      bad && left.count() > 0)
    event.fields.push_back({"pause_s", std::int64_t{left.count()}});
  event.fields.push_back({"in_flight_max", std::int64_t{s.budget->window()}});
  s.options.log->write(event);
}

template <class Answer>
void answer(self_ptr self, const budget_state::waiter& waiter) {
  self->send(caf::actor_cast<fetch_actor>(waiter.who), Answer{waiter.ticket});
}

// Hands out what the budget grants now, and sets the timer for the rest.
void grant(self_ptr self) {
  auto& s = self->state;
  const auto now = s.options.now();
  while (!s.waiting.empty()) {
    if (s.budget->state(now) == host_state::given_up) {
      answer<permit_denied>(self, s.waiting.front());
      s.counters.failed();
    } else if (s.budget->try_acquire(now)) {
      s.account.take(0);
      answer<permit_granted>(self, s.waiting.front());
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
    s.pause_kept = s.options.now() + s.options.cool_down;
    s.budget->resume_block(s.pause_kept);
  }
  const auto slots = static_cast<std::size_t>(std::max(s.options.settings.in_flight_max, 1));
  s.account = link_account{"budget:" + s.options.host, {slots, 1}};
  s.counters = stage_counters{"budget:" + s.options.host, slots};
  return {
      [self](const permit_request& message) {
        auto& state = self->state;
        budget_state::waiter waiter{caf::actor_cast<caf::actor>(self->current_sender()), message.ticket};
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
        state.budget->release(state.options.now(), message.signal, message.retry_after);
        state.counters.went_out();
        grant(self);
      },
      [self](const budget_tick&) {
        self->state.timer_set = false;
        grant(self);
      },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.account); },
  };
}

}  // namespace nba
