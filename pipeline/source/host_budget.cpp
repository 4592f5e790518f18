#include "pipeline/source/host_budget.hpp"

#include "pipeline/source/endpoints.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace nba {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// A slower pace than one request an hour is not a pace but a mistake.
constexpr nanoseconds interval_max = 1h;

budget_settings put_right(budget_settings settings) {
  if (!(settings.requests_per_minute > 0)) settings.requests_per_minute = 0;
  settings.in_flight_max = std::max(settings.in_flight_max, 1);
  settings.in_flight_min = std::clamp(settings.in_flight_min, 1, settings.in_flight_max);
  settings.successes_to_grow = std::max(settings.successes_to_grow, 1);
  settings.burst = std::max(settings.burst, 1);
  if (settings.requests_per_minute > 0) {
    const double burst_max = std::max(1.0, std::floor(settings.requests_per_minute / 2));
    settings.burst = static_cast<int>(std::min<double>(settings.burst, burst_max));
  }
  return settings;
}

// n grants need n - burst intervals between the first and the last. With an interval of a minute divided by
// (requests_per_minute - burst + 1), one grant more than requests_per_minute takes a whole minute or longer.
nanoseconds interval_of(const budget_settings& settings) {
  if (settings.requests_per_minute <= 0) return nanoseconds{0};
  const double per_minute = settings.requests_per_minute - settings.burst + 1;
  const double exact = std::ceil(static_cast<double>(nanoseconds(1min).count()) / per_minute);
  return exact < static_cast<double>(interval_max.count()) ? nanoseconds(static_cast<std::int64_t>(exact))
                                                           : interval_max;
}

nanoseconds doubled(nanoseconds first, int times, nanoseconds longest) {
  nanoseconds pause = std::min(first, longest);
  for (int i = 0; i < times && pause < longest; ++i) pause = std::min(pause * 2, longest);
  return pause;
}

}  // namespace

budget_settings default_budget(std::string_view host) {
  budget_settings settings;
  if (is_loopback(host)) {
    settings.requests_per_minute = 0;
    settings.burst = 16;
    settings.in_flight_max = 16;
  } else if (host == "stats.nba.com") {
    settings.requests_per_minute = 20;
    settings.burst = 1;
    settings.in_flight_max = 1;
  }
  return settings;
}

std::chrono::milliseconds longest_pause(const budget_settings& settings) {
  return std::max<std::chrono::milliseconds>(
      {settings.throttle_pause_max, settings.retry_after_max, settings.block_pause_max});
}

std::string_view to_string(host_state value) {
  switch (value) {
    case host_state::open:
      return "open";
    case host_state::throttled:
      return "throttled";
    case host_state::blocked:
      return "blocked";
    case host_state::half_open:
      return "half_open";
    case host_state::given_up:
      return "given_up";
  }
  return "open";
}

host_budget::host_budget(budget_settings settings, time_point now)
    : settings_(put_right(settings)),
      interval_(interval_of(settings_)),
      bucket_full_at_(now),
      paused_until_(now),
      window_(settings_.in_flight_max),
      first_stall_(now) {}

bool host_budget::try_acquire(time_point now) {
  const auto at = next_opportunity(now);
  if (!at || *at > now) return false;
  bucket_full_at_ = std::max(bucket_full_at_, now) + interval_;
  probing_ = gate_ == gate::blocked;
  ++in_flight_;
  return true;
}

std::optional<host_budget::time_point> host_budget::next_opportunity(time_point now) const {
  if (in_flight_ >= window()) return std::nullopt;
  return std::max({now, paused_until_, token_at(now)});
}

budget_signal host_budget::release(time_point now, budget_signal signal,
                                   std::optional<std::chrono::seconds> retry_after) {
  assert(in_flight_ > 0 && "release without a successful try_acquire");
  if (in_flight_ == 0) return signal;
  --in_flight_;
  if (signal == budget_signal::stalled && belongs_to_stall_burst(now)) signal = budget_signal::throttled;
  // In seconds: a host may ask for more than nanoseconds can count.
  const nanoseconds asked_pause =
      std::clamp(retry_after.value_or(0s), std::chrono::seconds{0}, settings_.retry_after_max);

  if (std::exchange(probing_, false))
    on_probe(now, signal, asked_pause);
  else if (gate_ == gate::open)
    on_signal(now, signal, asked_pause);
  // Otherwise this request was sent before the gate closed: it frees its slot and proves nothing.
  return signal;
}

void host_budget::on_probe(time_point now, budget_signal signal, nanoseconds asked_pause) {
  if (signal == budget_signal::unused) return;  // still half open
  if (signal != budget_signal::success) return on_blocked(now, asked_pause);
  gate_ = gate::open;
  window_ = settings_.in_flight_min;
  successes_ = 0;
  throttles_ = 0;
  stalls_ = 0;
  on_trust_ = true;
}

void host_budget::on_signal(time_point now, budget_signal signal, nanoseconds asked_pause) {
  switch (signal) {
    case budget_signal::success:
      return on_success(now);
    case budget_signal::throttled:
      return on_throttled(now, asked_pause);
    case budget_signal::blocked:
      return on_blocked(now, asked_pause);
    case budget_signal::stalled:
    case budget_signal::failure:
    case budget_signal::unused:
      return;
  }
}

void host_budget::on_success(time_point now) {
  stalls_ = 0;
  if (now < paused_until_) return;  // sent before the host asked for a pause
  throttles_ = 0;
  if (++successes_ < settings_.successes_to_grow) return;
  successes_ = 0;
  window_ = std::min(window_ + 1, settings_.in_flight_max);
  on_trust_ = false;
  failed_probes_ = 0;
}

void host_budget::on_throttled(time_point now, nanoseconds asked_pause) {
  // Requests sent together are refused together: one halving and one doubling for all of them.
  if (now < paused_until_) {
    paused_until_ = std::max(paused_until_, now + asked_pause);
    return;
  }
  if (throttles_ >= settings_.throttles_max) return on_blocked(now, asked_pause);
  const auto pause =
      asked_pause > 0ns ? asked_pause : doubled(settings_.throttle_pause, throttles_, settings_.throttle_pause_max);
  paused_until_ = now + pause;
  ++throttles_;
  successes_ = 0;
  stalls_ = 0;
  window_ = std::max(settings_.in_flight_min, window_ / 2);
}

void host_budget::on_blocked(time_point now, nanoseconds asked_pause) {
  // A block right after a probe succeeded is a failed probe too: otherwise a host that lets only the canary through
  // would be probed without end.
  const bool again = gate_ == gate::blocked || on_trust_;
  if (again) ++failed_probes_;
  gate_ = failed_probes_ >= settings_.block_probes_max ? gate::given_up : gate::blocked;
  const auto pause = std::max(asked_pause, doubled(settings_.block_pause, failed_probes_, settings_.block_pause_max));
  paused_until_ = std::max(paused_until_, now + pause);
  on_trust_ = false;
  successes_ = 0;
  throttles_ = 0;
  stalls_ = 0;
}

void host_budget::resume_block(time_point until) {
  gate_ = gate::blocked;
  paused_until_ = std::max(paused_until_, until);
}

bool host_budget::belongs_to_stall_burst(time_point now) {
  if (stalls_ == 0 || now - first_stall_ > settings_.stall_burst) {
    stalls_ = 0;
    first_stall_ = now;
  }
  return ++stalls_ >= settings_.stalls_to_throttle;
}

host_budget::time_point host_budget::token_at(time_point now) const {
  if (interval_ == 0ns) return now;
  return bucket_full_at_ - interval_ * (settings_.burst - 1);
}

host_state host_budget::state(time_point now) const {
  switch (gate_) {
    case gate::given_up:
      return host_state::given_up;
    case gate::blocked:
      return now < paused_until_ ? host_state::blocked : host_state::half_open;
    case gate::open:
      break;
  }
  return now < paused_until_ ? host_state::throttled : host_state::open;
}

int host_budget::window() const noexcept {
  switch (gate_) {
    case gate::given_up:
      return 0;
    case gate::blocked:
      return 1;
    case gate::open:
      break;
  }
  return window_;
}

double host_budget::tokens(time_point now) const {
  if (interval_ == 0ns || bucket_full_at_ <= now) return settings_.burst;
  const auto missing = std::chrono::duration<double>(bucket_full_at_ - now) / std::chrono::duration<double>(interval_);
  return std::max(0.0, settings_.burst - missing);
}

}  // namespace nba
