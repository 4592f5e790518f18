#include "pipeline/source/host_budget.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using nba::budget_signal;
using nba::host_budget;
using nba::host_state;

namespace {

const host_budget::time_point start{1h};

// Without a pace limit, small numbers elsewhere.
nba::budget_settings quick() {
  nba::budget_settings settings;
  settings.requests_per_minute = 0;
  settings.in_flight_max = 8;
  settings.successes_to_grow = 2;
  return settings;
}

int acquire_all(host_budget& budget, host_budget::time_point now) {
  int granted = 0;
  while (budget.try_acquire(now)) ++granted;
  return granted;
}

void send(host_budget& budget, host_budget::time_point now, budget_signal signal) {
  REQUIRE(budget.try_acquire(now));
  budget.release(now, signal);
}

// Blocks the host at `now` and lets the cool-down pass; answers the time at which the probe may go.
host_budget::time_point block(host_budget& budget, host_budget::time_point now) {
  send(budget, now, budget_signal::blocked);
  REQUIRE(budget.state(now) == host_state::blocked);
  return budget.next_opportunity(now).value();
}

}  // namespace

TEST_CASE("hosts have the budgets of the contract") {
  const auto cdn = nba::default_budget("cdn.nba.com");
  CHECK(cdn.requests_per_minute == 240);
  CHECK(cdn.in_flight_max == 8);
  const auto stats = nba::default_budget("stats.nba.com");
  CHECK(stats.requests_per_minute == 20);
  CHECK(stats.in_flight_max == 1);
  CHECK(stats.burst == 1);
  const auto loopback = nba::default_budget("127.0.0.1:8080");
  CHECK(loopback.requests_per_minute == 0);
  CHECK(loopback.in_flight_max == 16);
  CHECK(nba::default_budget("mirror.example").requests_per_minute == 240);
}

TEST_CASE("the bucket holds a burst and then refills at its pace") {
  auto settings = quick();
  settings.requests_per_minute = 62;
  settings.burst = 3;  // refills one a second: 62 - 3 + 1 a minute
  host_budget budget(settings, start);
  CHECK(budget.tokens(start) == doctest::Approx(3));
  CHECK(acquire_all(budget, start) == 3);
  CHECK(budget.tokens(start) == doctest::Approx(0));
  CHECK(budget.next_opportunity(start) == start + 1s);
  CHECK_FALSE(budget.try_acquire(start + 999ms));
  CHECK(budget.tokens(start + 500ms) == doctest::Approx(0.5));
  CHECK(budget.try_acquire(start + 1s));
  CHECK_FALSE(budget.try_acquire(start + 1s));
  CHECK(acquire_all(budget, start + 1h) == 3);  // never more than the burst
}

TEST_CASE("stats.nba.com is asked every three seconds, one request at a time") {
  host_budget budget(nba::default_budget("stats.nba.com"), start);
  REQUIRE(budget.try_acquire(start));
  CHECK(budget.next_opportunity(start) == std::nullopt);
  budget.release(start + 1s, budget_signal::success);
  CHECK(budget.next_opportunity(start + 1s) == start + 3s);
  CHECK(budget.try_acquire(start + 3s));
}

TEST_CASE("the window bounds what is in flight and a release frees a place") {
  host_budget budget(quick(), start);
  CHECK(acquire_all(budget, start) == 8);
  CHECK(budget.in_flight() == 8);
  CHECK(budget.next_opportunity(start) == std::nullopt);
  budget.release(start, budget_signal::failure);
  CHECK(budget.next_opportunity(start) == start);
  CHECK(acquire_all(budget, start) == 1);
}

TEST_CASE("throttling halves the window and pauses, successes grow it again") {
  host_budget budget(quick(), start);
  send(budget, start, budget_signal::throttled);
  CHECK(budget.state(start) == host_state::throttled);
  CHECK(budget.window() == 4);
  CHECK(budget.next_opportunity(start) == start + 5s);
  CHECK_FALSE(budget.try_acquire(start + 5s - 1ns));
  const auto later = start + 5s;
  CHECK(budget.state(later) == host_state::open);
  send(budget, later, budget_signal::success);
  CHECK(budget.window() == 4);
  send(budget, later, budget_signal::success);
  CHECK(budget.window() == 5);
  for (int i = 0; i < 100; ++i) send(budget, later, budget_signal::success);
  CHECK(budget.window() == 8);
}

TEST_CASE("the window never shrinks below its minimum") {
  auto settings = quick();
  settings.in_flight_min = 2;
  host_budget budget(settings, start);
  auto now = start;
  for (int i = 0; i < 5; ++i) {
    send(budget, now, budget_signal::throttled);
    now = budget.next_opportunity(now).value();
  }
  CHECK(budget.window() == 2);
}

TEST_CASE("requests that were sent together and are throttled together count once") {
  host_budget budget(quick(), start);
  REQUIRE(acquire_all(budget, start) == 8);
  for (int i = 0; i < 8; ++i) budget.release(start + 1ms * i, budget_signal::throttled);
  CHECK(budget.window() == 4);
  CHECK(budget.next_opportunity(start + 8ms) == start + 5s);
}

TEST_CASE("pauses double up to their maximum and a success starts over") {
  host_budget budget(quick(), start);
  auto now = start;
  for (const auto pause : {5s, 10s, 20s, 40s, 80s, 120s, 120s}) {
    send(budget, now, budget_signal::throttled);
    CHECK(budget.next_opportunity(now) == now + pause);
    now += pause;
  }
  send(budget, now, budget_signal::success);
  send(budget, now, budget_signal::throttled);
  CHECK(budget.next_opportunity(now) == now + 5s);
}

TEST_CASE("a success sent before the pause does not end it and does not start its doubling over") {
  host_budget budget(quick(), start);
  REQUIRE(acquire_all(budget, start) == 8);
  budget.release(start, budget_signal::throttled);
  budget.release(start + 1s, budget_signal::success);
  CHECK(budget.next_opportunity(start + 1s) == std::nullopt);  // six in flight over a window of four
  for (int i = 0; i < 6; ++i) budget.release(start + 1s, budget_signal::failure);
  CHECK(budget.next_opportunity(start + 1s) == start + 5s);
  send(budget, start + 5s, budget_signal::throttled);
  CHECK(budget.next_opportunity(start + 5s) == start + 15s);
}

TEST_CASE("Retry-After is honoured to the second and bounded") {
  host_budget budget(quick(), start);
  REQUIRE(acquire_all(budget, start) == 8);
  budget.release(start, budget_signal::throttled, 2s);
  budget.release(start, budget_signal::throttled, 17s);
  budget.release(start, budget_signal::throttled, 3s);
  for (int i = 0; i < 5; ++i) budget.release(start, budget_signal::failure);
  CHECK(budget.next_opportunity(start) == start + 17s);
  const auto later = start + 17s;
  REQUIRE(budget.try_acquire(later));
  budget.release(later, budget_signal::throttled, 24h);
  CHECK(budget.next_opportunity(later) == later + 900s);
  // More than nanoseconds can count: the year 9999, and the largest number there is.
  for (const auto asked : {std::chrono::seconds{251'630'000'000}, std::chrono::seconds::max()}) {
    host_budget other(quick(), start);
    REQUIRE(other.try_acquire(start));
    other.release(start, budget_signal::throttled, asked);
    CHECK(other.next_opportunity(start) == start + 900s);
  }
}

TEST_CASE("a Retry-After of zero does not let anyone spin") {
  host_budget budget(quick(), start);
  REQUIRE(budget.try_acquire(start));
  budget.release(start, budget_signal::throttled, 0s);
  CHECK(budget.next_opportunity(start) == start + 5s);
}

TEST_CASE("stalls in a burst are throttling, single ones are not") {
  host_budget budget(quick(), start);
  const auto stall = [&](host_budget::time_point now) {
    REQUIRE(budget.try_acquire(now));
    return budget.release(now, budget_signal::stalled);
  };
  CHECK(stall(start) == budget_signal::stalled);
  CHECK(stall(start + 10s) == budget_signal::stalled);
  send(budget, start + 11s, budget_signal::success);
  CHECK(stall(start + 12s) == budget_signal::stalled);
  CHECK(stall(start + 13s) == budget_signal::stalled);
  CHECK(stall(start + 100s) == budget_signal::stalled);  // the burst before is long over
  CHECK(stall(start + 110s) == budget_signal::stalled);
  CHECK(budget.window() == 8);
  CHECK(stall(start + 120s) == budget_signal::throttled);
  CHECK(budget.window() == 4);
  CHECK(budget.state(start + 120s) == host_state::throttled);
}

TEST_CASE("a blocked host cools down, is probed once and reopens with the smallest window") {
  host_budget budget(quick(), start);
  const auto probe_at = block(budget, start);
  CHECK(probe_at == start + 60s);
  CHECK_FALSE(budget.try_acquire(start + 59s));
  CHECK(budget.state(probe_at) == host_state::half_open);
  CHECK(acquire_all(budget, probe_at) == 1);
  CHECK(budget.next_opportunity(probe_at) == std::nullopt);
  CHECK_FALSE(budget.try_acquire(probe_at + 1h));
  budget.release(probe_at + 1s, budget_signal::success);
  CHECK(budget.state(probe_at + 1s) == host_state::open);
  CHECK(budget.window() == 1);
}

TEST_CASE("a probe waits until everything that was sent before the block is back") {
  host_budget budget(quick(), start);
  REQUIRE(acquire_all(budget, start) == 8);
  budget.release(start, budget_signal::blocked);
  for (int i = 0; i < 6; ++i) budget.release(start + 1s, budget_signal::blocked);  // counts once
  CHECK(budget.state(start + 1s) == host_state::blocked);
  CHECK_FALSE(budget.try_acquire(start + 61s));
  CHECK(budget.next_opportunity(start + 61s) == std::nullopt);
  budget.release(start + 62s, budget_signal::success);  // an old one: no proof
  CHECK(budget.state(start + 62s) == host_state::half_open);
  CHECK(budget.failed_probes() == 0);
  CHECK(acquire_all(budget, start + 62s) == 1);
}

TEST_CASE("only a success reopens the host, and the cool-down doubles") {
  for (const auto signal :
       {budget_signal::failure, budget_signal::stalled, budget_signal::throttled, budget_signal::blocked}) {
    host_budget budget(quick(), start);
    auto now = block(budget, start);
    for (const auto pause : {120s, 240s, 480s, 900s}) {
      send(budget, now, signal);
      CHECK(budget.state(now) == host_state::blocked);
      CHECK(budget.next_opportunity(now) == now + pause);
      now += pause;
    }
    CHECK(budget.failed_probes() == 4);
    send(budget, now, budget_signal::success);
    CHECK(budget.state(now) == host_state::open);
  }
}

TEST_CASE("a probe that was not sent after all leaves the host half open") {
  host_budget budget(quick(), start);
  const auto probe_at = block(budget, start);
  send(budget, probe_at, budget_signal::unused);
  CHECK(budget.state(probe_at) == host_state::half_open);
  CHECK(budget.failed_probes() == 0);
  CHECK(acquire_all(budget, probe_at) == 1);
}

TEST_CASE("a slot that was not used says nothing about the host") {
  host_budget budget(quick(), start);
  REQUIRE(acquire_all(budget, start) == 8);
  for (int i = 0; i < 8; ++i) budget.release(start, budget_signal::unused);
  CHECK(budget.window() == 8);
  CHECK(budget.state(start) == host_state::open);
  send(budget, start, budget_signal::throttled);
  send(budget, start + 5s, budget_signal::unused);
  CHECK(budget.window() == 4);
}

TEST_CASE("a probe's Retry-After lengthens the cool-down") {
  host_budget budget(quick(), start);
  const auto now = block(budget, start);
  REQUIRE(budget.try_acquire(now));
  budget.release(now, budget_signal::throttled, 300s);
  CHECK(budget.next_opportunity(now) == now + 300s);
}

TEST_CASE("the host is given up after its last failed probe") {
  auto settings = quick();
  settings.block_probes_max = 2;
  host_budget budget(settings, start);
  auto now = block(budget, start);
  send(budget, now, budget_signal::blocked);
  now = budget.next_opportunity(now).value();
  send(budget, now, budget_signal::blocked);
  CHECK(budget.state(now + 24h) == host_state::given_up);
  CHECK(budget.next_opportunity(now) == std::nullopt);
  CHECK(budget.window() == 0);
  CHECK_FALSE(budget.try_acquire(now + 24h));
}

TEST_CASE("a host that lets only the probe through is given up too") {
  auto settings = quick();
  settings.block_probes_max = 3;
  host_budget budget(settings, start);
  auto now = block(budget, start);
  int rounds = 0;
  for (; budget.state(now) != host_state::given_up && rounds < 100; ++rounds) {
    send(budget, now, budget_signal::success);
    REQUIRE(budget.state(now) == host_state::open);
    send(budget, now, budget_signal::blocked);
    if (const auto next = budget.next_opportunity(now)) now = *next;
  }
  CHECK(rounds == 3);
}

TEST_CASE("successes after the probe restore full trust") {
  auto settings = quick();
  settings.block_probes_max = 2;
  host_budget budget(settings, start);
  auto now = start;
  for (int i = 0; i < 10; ++i) {
    now = block(budget, now);
    send(budget, now, budget_signal::failure);  // one more would be the last
    CHECK(budget.failed_probes() == 1);
    now = budget.next_opportunity(now).value();
    send(budget, now, budget_signal::success);
    for (int successes = 0; successes < settings.successes_to_grow; ++successes)
      send(budget, now, budget_signal::success);
    CHECK(budget.failed_probes() == 0);
  }
  CHECK(budget.state(now) == host_state::open);
}

TEST_CASE("a host that throttles without end counts as blocked in the end") {
  auto settings = quick();
  settings.throttles_max = 3;
  host_budget budget(settings, start);
  auto now = start;
  for (int i = 0; i < 3; ++i) {
    send(budget, now, budget_signal::throttled);
    CHECK(budget.state(now) == host_state::throttled);
    now = budget.next_opportunity(now).value();
  }
  send(budget, now, budget_signal::throttled);
  CHECK(budget.state(now) == host_state::blocked);
}

TEST_CASE("the probe keeps to the pace and is not kept from going by it") {
  auto settings = quick();
  settings.requests_per_minute = 0.5;  // a token every two minutes
  host_budget budget(settings, start);
  const auto probe_at = block(budget, start);
  CHECK(probe_at == start + 120s);
  CHECK(budget.state(start + 90s) == host_state::half_open);
  CHECK_FALSE(budget.try_acquire(start + 90s));
  CHECK(budget.try_acquire(probe_at));
}

TEST_CASE("settings out of range are put right") {
  nba::budget_settings settings;
  settings.requests_per_minute = -1;
  settings.in_flight_max = 0;
  settings.in_flight_min = 5;
  settings.burst = -3;
  settings.successes_to_grow = 0;
  host_budget budget(settings, start);
  CHECK(acquire_all(budget, start) == 1);
  budget.release(start, budget_signal::success);
  CHECK(budget.window() == 1);

  settings = {};
  settings.requests_per_minute = 4;
  settings.burst = 100;
  settings.in_flight_max = 100;
  host_budget narrow(settings, start);
  CHECK(acquire_all(narrow, start) == 2);

  settings.requests_per_minute = 1e-9;
  host_budget glacial(settings, start);
  CHECK(acquire_all(glacial, start) == 1);
  glacial.release(start, budget_signal::success);
  CHECK(glacial.next_opportunity(start) == start + 1h);
}
