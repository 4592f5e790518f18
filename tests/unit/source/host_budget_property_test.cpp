// Random traffic against one host: what must hold whatever the host answers.
#include "pipeline/source/host_budget.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <random>

using namespace std::chrono_literals;
using nba::budget_signal;
using nba::host_budget;
using nba::host_state;

namespace {

using time_point = host_budget::time_point;

struct answer {
  budget_signal signal;
  std::optional<std::chrono::seconds> retry_after;
};

class traffic {
 public:
  explicit traffic(std::uint32_t seed) : random_(seed), settings_(draw_settings()), budget_(settings_, now_) {
    mood_.emplace(draw_mood());
  }

  void run(int steps) {
    for (int step = 0; step < steps && budget_.state(now_) != host_state::given_up; ++step) {
      CAPTURE(step);
      check_opportunity_is_exact();
      const bool acquired = chance(0.8) && acquire();
      // Never a deadlock: something is in flight, or there is a time at which it goes on.
      const auto next = budget_.next_opportunity(now_);
      if (budget_.state(now_) != host_state::given_up) REQUIRE((next || budget_.in_flight() > 0));
      if (!acquired) advance(next);
    }
  }

  int granted() const { return granted_; }
  int probes() const { return probes_; }
  bool given_up() const { return budget_.state(now_) == host_state::given_up; }

 private:
  bool acquire() {
    const auto state = budget_.state(now_);
    const int in_flight = budget_.in_flight();
    const int window = budget_.window();
    if (!budget_.try_acquire(now_)) return false;
    ++granted_;
    REQUIRE(in_flight < window);
    REQUIRE(budget_.in_flight() == in_flight + 1);
    REQUIRE((state == host_state::open || state == host_state::half_open));
    if (state == host_state::half_open) {
      ++probes_;
      REQUIRE(in_flight == 0);
      REQUIRE_FALSE(budget_.try_acquire(now_));
    }
    REQUIRE(now_ >= not_before_);  // Retry-After
    check_pace();
    in_flight_.emplace(now_ + std::chrono::milliseconds(whole(1, 20'000)), draw_answer());
    return true;
  }

  void check_pace() {
    if (settings_.requests_per_minute <= 0) return;
    grants_.push_back(now_);
    while (grants_.front() <= now_ - 60s) grants_.pop_front();
    REQUIRE(static_cast<double>(grants_.size()) <= settings_.requests_per_minute);
  }

  void check_opportunity_is_exact() {
    const auto next = budget_.next_opportunity(now_);
    auto copy = budget_;
    REQUIRE(copy.try_acquire(now_) == (next && *next == now_));
    if (!next) return;
    auto early = budget_;
    if (*next > now_) REQUIRE_FALSE(early.try_acquire(*next - 1ns));
    auto due = budget_;
    REQUIRE(due.try_acquire(*next));
  }

  // To the next answer, the next opportunity, or somewhere before both.
  void advance(std::optional<time_point> next) {
    auto until = next.value_or(time_point::max());
    if (!in_flight_.empty()) until = std::min(until, in_flight_.begin()->first);
    if (until <= now_) until = now_ + 1ms;
    if (chance(0.2)) until = now_ + (until - now_) / whole(1, 5);
    now_ = std::max(until, now_ + 1ns);
    while (!in_flight_.empty() && in_flight_.begin()->first <= now_) release();
    if (chance(0.01)) mood_.emplace(draw_mood());
  }

  void release() {
    const auto given = in_flight_.begin()->second;
    in_flight_.erase(in_flight_.begin());
    const auto before = budget_.state(now_);
    const int window = budget_.window();
    const auto taken_for = budget_.release(now_, given.signal, given.retry_after);
    const int after = budget_.window();
    if (before == host_state::open && taken_for == budget_signal::throttled &&
        budget_.state(now_) == host_state::throttled)
      REQUIRE(after == std::max(settings_.in_flight_min, window / 2));
    if (before == host_state::open && given.signal == budget_signal::success)
      REQUIRE((after == window || after == std::min(window + 1, settings_.in_flight_max)));
    if (before == host_state::half_open && given.signal == budget_signal::success &&
        budget_.state(now_) == host_state::open)
      REQUIRE(after == settings_.in_flight_min);
    if (taken_for == budget_signal::throttled && given.retry_after && before != host_state::blocked &&
        budget_.state(now_) != before)
      not_before_ = std::max(not_before_, now_ + std::min(*given.retry_after, settings_.retry_after_max));
  }

  nba::budget_settings draw_settings() {
    nba::budget_settings settings;
    settings.requests_per_minute = chance(0.2) ? 0 : whole(1, 300);
    settings.burst = whole(1, 20);
    settings.in_flight_max = whole(1, 20);
    settings.in_flight_min = whole(1, settings.in_flight_max);
    settings.successes_to_grow = whole(1, 20);
    settings.throttles_max = whole(1, 20);
    settings.block_probes_max = whole(1, 8);
    return settings;
  }

  // How likely success, failure, stalled, throttled, blocked, unused are for a while.
  std::discrete_distribution<int> draw_mood() {
    if (chance(0.5)) return {96, 1, 1, 1, 0, 1};
    if (chance(0.5)) return {50, 5, 20, 20, 0, 5};
    return {60, 5, 5, 5, 20, 5};
  }
  answer draw_answer() {
    answer drawn{static_cast<budget_signal>((*mood_)(random_)), std::nullopt};
    if (drawn.signal == budget_signal::throttled && chance(0.5))
      drawn.retry_after = std::chrono::seconds(whole(0, 2000));
    return drawn;
  }

  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  int whole(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  std::mt19937 random_;
  nba::budget_settings settings_;
  time_point now_{24h};
  host_budget budget_;
  std::optional<std::discrete_distribution<int>> mood_;
  std::multimap<time_point, answer> in_flight_;
  std::deque<time_point> grants_;
  time_point not_before_{};
  int granted_ = 0;
  int probes_ = 0;
};

}  // namespace

TEST_CASE("whatever a host answers, the budget keeps pace, window and pauses and never deadlocks") {
  int granted = 0, probes = 0, given_up = 0;
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    traffic host(seed);
    host.run(3'000);
    granted += host.granted();
    probes += host.probes();
    given_up += host.given_up() ? 1 : 0;
  }
  // The traffic has seen every state.
  CHECK(granted > 50'000);
  CHECK(probes > 300);
  CHECK(given_up > 30);
  CHECK(given_up < 300);
}

TEST_CASE("a greedy client never gets more than the pace in any minute, and close to it in the long run") {
  for (const double per_minute : {1.0, 7.0, 20.0, 59.5, 240.0, 6000.0}) {
    CAPTURE(per_minute);
    nba::budget_settings settings;
    settings.requests_per_minute = per_minute;
    time_point now{24h};
    const auto begin = now;
    host_budget budget(settings, now);
    std::deque<time_point> last_minute;
    int granted = 0;
    while (now < begin + 10min) {
      now = budget.next_opportunity(now).value();
      REQUIRE(budget.try_acquire(now));
      budget.release(now, budget_signal::success);
      ++granted;
      last_minute.push_back(now);
      while (last_minute.front() <= now - 60s) last_minute.pop_front();
      REQUIRE(static_cast<double>(last_minute.size()) <= std::ceil(per_minute));
    }
    const double refill = per_minute - std::min(8.0, std::max(1.0, std::floor(per_minute / 2))) + 1;
    CHECK(granted >= static_cast<int>(10 * refill));
  }
}
