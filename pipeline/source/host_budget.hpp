// The request budget of one host: the only place that grants permission to send.
//
// Token bucket for the pace, a window of requests in flight that shrinks by half on throttling and grows by one after a
// window of successes (AIMD), Retry-After honoured to the second, a cool-down with exponential growth when the edge
// blocks everything, and one half-open probe before the host is trusted again.
// Threads: not thread-safe; owned by one budget actor. Time is an argument; nothing here sleeps or reads a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nba {

struct budget_settings {
  double requests_per_minute = 240;  // 0: no pace limit
  int burst = 8;                     // tokens the bucket holds
  int in_flight_max = 8;             // upper bound of the AIMD window; also connections
  int in_flight_min = 1;
  int successes_to_grow = 16;
  std::chrono::milliseconds throttle_pause{5'000};  // first pause on throttling without Retry-After; doubles
  std::chrono::milliseconds throttle_pause_max{120'000};
  std::chrono::seconds retry_after_max{900};
  std::chrono::seconds block_pause{60};  // first cool-down on edge_blocked; doubles
  std::chrono::seconds block_pause_max{900};
  int block_probes_max = 5;  // failed probes before the host is given up for this run
};
// cdn.nba.com 240 a minute over 8 connections; stats.nba.com 20 a minute over one; a loopback host has no pace limit
// and 16 connections; any other host like cdn.nba.com.
budget_settings default_budget(std::string_view host);

enum class budget_signal {
  success,
  failure,  // neither good nor a sign of throttling (a 404, a bad body): frees the slot
  throttled,
  blocked,  // edge_blocked verdict
};

enum class host_state { open, throttled, blocked, half_open, given_up };

class host_budget {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  explicit host_budget(budget_settings settings, time_point now);

  // A slot is taken when true. In half_open state exactly one caller gets one: the probe.
  bool try_acquire(time_point now);
  // When try_acquire may succeed next; nullopt: when a slot is returned (or never, when given up).
  std::optional<time_point> next_opportunity(time_point now) const;
  // Returns the slot and tells how it went.
  void release(time_point now, budget_signal signal, std::optional<std::chrono::seconds> retry_after = std::nullopt);

  host_state state(time_point now) const;
  int in_flight() const noexcept { return in_flight_; }
  int window() const noexcept;
  double tokens(time_point now) const;

 private:
  void refill(time_point now);
  budget_settings settings_;
  double tokens_ = 0;
  time_point refilled_at_{};
  double window_ = 1;
  int in_flight_ = 0;
  int successes_ = 0;
  int throttles_in_a_row_ = 0;
  int blocks_in_a_row_ = 0;
  bool probing_ = false;
  bool blocked_ = false;
  std::optional<time_point> paused_until_;
};

}  // namespace nba
