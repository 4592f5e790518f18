// The request budget of one host: the only place that grants permission to send.
//
// Three limits hold at once:
//   pace     a token bucket (as the generic cell rate algorithm, in whole nanoseconds: a grant is never a rounding
//   error
//            away). In no minute are more than `requests_per_minute` (rounded up) granted, a burst included: therefore
//            the bucket refills at requests_per_minute - burst + 1 a minute.
//   window   requests in flight. Halved by throttling, one more after `successes_to_grow` successes (AIMD).
//   pauses   throttling pauses the host for Retry-After or, without one, for a time that doubles; an edge that blocks
//            everything gets a cool-down that doubles, and then one probe before it is trusted again.
//
//        throttled, stalls in a burst               pause over
//   open ───────────────────────────────► throttled ──────────► open
//    │ ▲                                      │ throttles_max pauses without a success
//    │ └────────── probe succeeds ─────┐      ▼
//    └─ blocked ──────────────────────────► blocked ─ cool-down over, nothing in flight ─► half_open
//                                             ▲                                               │
//                                             └──────────── probe fails in any way ───────────┤
//                                                 given_up ◄── block_probes_max failed ───────┘
//
// The probe should ask for the canary (canary.hpp): only a success reopens the host, and a game may be missing, or in
// trouble itself.
// A caller must return a slot before it asks for another one on behalf of the same work (the canary after a refusal):
// the window may be one.
// Threads: not thread-safe; owned by one budget actor. Time is an argument and must not run backwards; nothing here
// sleeps or reads a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nba {

// Values out of range are put right by the constructor: a window of at least one, a burst of at least one and at most
// half a minute's requests.
struct budget_settings {
  double requests_per_minute = 240;  // 0: no pace limit
  int burst = 8;                     // tokens the bucket holds
  int in_flight_max = 8;             // upper bound of the AIMD window, where it starts; also connections
  int in_flight_min = 1;
  int successes_to_grow = 16;
  std::chrono::milliseconds throttle_pause{5'000};  // first pause on throttling without Retry-After; doubles
  std::chrono::milliseconds throttle_pause_max{120'000};
  int throttles_max = 10;  // pauses without a success between them before the host counts as blocked
  std::chrono::seconds retry_after_max{900};
  int stalls_to_throttle = 3;            // this many stalls without a success between them ...
  std::chrono::seconds stall_burst{60};  // ... within this time are throttling
  std::chrono::seconds block_pause{60};  // first cool-down on edge_blocked; doubles
  std::chrono::seconds block_pause_max{900};
  int block_probes_max = 5;  // failed probes before the host is given up for this run
};
// cdn.nba.com 240 a minute over 8 connections; stats.nba.com 20 a minute over one, without bursts; a loopback host has
// no pace limit and 16 connections; any other host like cdn.nba.com.
budget_settings default_budget(std::string_view host);
// No pause is longer than this, whatever asked for it.
std::chrono::milliseconds longest_pause(const budget_settings& settings);

enum class budget_signal {
  success,
  failure,  // neither good nor a sign of throttling (a 404, a bad body, a reset): frees the slot
  stalled,  // http_error::stalled: a failure alone, throttling in a burst
  throttled,
  blocked,  // edge_blocked verdict
  unused,   // no request was sent after all: frees the slot; as a probe it is neither good nor bad
};

enum class host_state { open, throttled, blocked, half_open, given_up };
std::string_view to_string(host_state value);

class host_budget {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  explicit host_budget(budget_settings settings, time_point now);

  // A slot is taken when true. In half_open state exactly one caller gets one: the probe.
  bool try_acquire(time_point now);
  // When try_acquire may succeed next; nullopt: when a slot is returned (or never, when given up).
  std::optional<time_point> next_opportunity(time_point now) const;
  // Returns the slot and tells how it went. One release per successful try_acquire; one more is a bug (asserted).
  // A Retry-After of zero counts as none: it would be an invitation to spin. Answers what the signal was taken for:
  // `throttled` for a stall that belongs to a burst, otherwise the signal itself.
  budget_signal release(time_point now, budget_signal signal,
                        std::optional<std::chrono::seconds> retry_after = std::nullopt);

  // A cool-down that an earlier process did not sit out: blocked until then, and then one probe.
  void resume_block(time_point until);

  host_state state(time_point now) const;
  // End of the latest throttling pause or cool-down.
  time_point paused_until() const noexcept { return paused_until_; }
  int in_flight() const noexcept { return in_flight_; }
  // Requests that may be in flight now; one while the host is blocked or probed, none when it is given up.
  int window() const noexcept;
  // Tokens in the bucket, fractions included; the burst when there is no pace limit.
  double tokens(time_point now) const;
  // Failed probes since the host was last trusted.
  int failed_probes() const noexcept { return failed_probes_; }

 private:
  enum class gate { open, blocked, given_up };  // half_open is a blocked gate whose cool-down is over

  void on_probe(time_point now, budget_signal signal, std::chrono::nanoseconds asked_pause);
  void on_signal(time_point now, budget_signal signal, std::chrono::nanoseconds asked_pause);
  void on_success(time_point now);
  void on_throttled(time_point now, std::chrono::nanoseconds asked_pause);
  void on_blocked(time_point now, std::chrono::nanoseconds asked_pause);
  bool belongs_to_stall_burst(time_point now);
  time_point token_at(time_point now) const;  // when the bucket next holds a whole token

  budget_settings settings_;
  std::chrono::nanoseconds interval_{0};  // time one token takes; 0: no pace limit
  time_point bucket_full_at_;             // when the bucket will be full again (GCRA's theoretical arrival time)
  gate gate_ = gate::open;
  bool probing_ = false;     // the one request in flight is the probe
  time_point paused_until_;  // end of a throttling pause or a cool-down
  int window_ = 1;
  int in_flight_ = 0;
  int successes_ = 0;      // towards the next growth of the window
  int throttles_ = 0;      // pauses without a success between them
  int failed_probes_ = 0;  // cool-downs after the first one
  bool on_trust_ = false;  // reopened by a probe, not yet confirmed by successes_to_grow successes
  int stalls_ = 0;         // without a success between them
  time_point first_stall_;
};

}  // namespace nba
