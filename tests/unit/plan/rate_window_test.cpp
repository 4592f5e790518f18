#include "pipeline/rate_window.hpp"

#include <doctest/doctest.h>

using nba::rate_window;
using namespace std::chrono_literals;

TEST_SUITE("rate window") {
  const rate_window::time_point begin{};

  TEST_CASE("there is no rate before there are two samples at different times") {
    rate_window rate{30s};
    CHECK(rate.per_second() == 0);
    rate.sample(begin, 5);
    CHECK(rate.per_second() == 0);
    rate.sample(begin, 9);
    CHECK(rate.per_second() == 0);
    rate.sample(begin + 2s, 15);
    CHECK(rate.per_second() == doctest::Approx(5));
  }

  TEST_CASE("it is the rate of the window, however often the counter is sampled") {
    for (const auto step : {1ms, 10ms, 200ms, 1'000ms, 7'000ms}) {
      CAPTURE(step.count());
      rate_window rate{10s};
      // A hundred a second for a minute, then nothing.
      std::uint64_t total = 0;
      auto at = begin;
      for (; at <= begin + 60s; at += step) {
        total = static_cast<std::uint64_t>((at - begin) / 10ms);
        rate.sample(at, total);
      }
      CHECK(rate.per_second() == doctest::Approx(100).epsilon(0.01));
      for (const auto end = at + 20s; at <= end; at += step) rate.sample(at, total);
      CHECK(rate.per_second() == 0);
    }
  }

  TEST_CASE("a pause longer than the window is averaged with what came after it, and then forgotten") {
    rate_window rate{10s};
    rate.sample(begin, 0);
    rate.sample(begin + 100s, 100);
    CHECK(rate.per_second() == doctest::Approx(1));
    rate.sample(begin + 105s, 200);
    CHECK(rate.per_second() == doctest::Approx(200.0 / 105));
    rate.sample(begin + 111s, 320);
    CHECK(rate.per_second() == doctest::Approx(220.0 / 11));
  }
}
