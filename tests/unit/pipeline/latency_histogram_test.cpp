#include "pipeline/latency_histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

using nba::latency_histogram;
using namespace std::chrono_literals;

TEST_SUITE("latency histogram") {
  TEST_CASE("without a value every figure is zero") {
    const latency_histogram none;
    CHECK(none.count() == 0);
    CHECK(none.percentile_ms(0.5) == 0);
    CHECK(none.max() == 0ns);
  }

  TEST_CASE("percentiles of random durations are right to within ten percent") {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> spread(8, 2.5);  // microseconds, from less than one to minutes
    latency_histogram histogram;
    std::vector<double> milliseconds;
    for (int i = 0; i < 20'000; ++i) {
      const auto nanoseconds = static_cast<std::int64_t>(std::clamp(spread(random), 1.5, 1e9) * 1'000);
      histogram.record(std::chrono::nanoseconds{nanoseconds});
      milliseconds.push_back(static_cast<double>(nanoseconds) / 1e6);
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    for (const double fraction : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
      const auto rank = static_cast<std::size_t>(std::ceil(fraction * 20'000)) - 1;
      CAPTURE(fraction);
      CHECK(histogram.percentile_ms(fraction) == doctest::Approx(milliseconds[rank]).epsilon(0.1));
    }
    CHECK(histogram.count() == 20'000);
  }

  TEST_CASE("a percentile never exceeds the largest value") {
    latency_histogram histogram;
    histogram.record(1001us);
    CHECK(histogram.percentile_ms(1) <= 1.001);
    CHECK(histogram.percentile_ms(0.5) <= 1.001);
  }

  TEST_CASE("nothing and negative durations fall into the first bucket, hours into the last") {
    latency_histogram histogram;
    histogram.record(0ns);
    histogram.record(-5ns);
    histogram.record(std::chrono::hours{10});
    CHECK(histogram.count() == 3);
    CHECK(histogram.percentile_ms(0.5) <= 0.0012);
    CHECK(histogram.percentile_ms(1) >= 1'200'000);
    CHECK(histogram.max() == std::chrono::hours{10});
  }

  TEST_CASE("merging adds up as if one histogram had seen everything") {
    latency_histogram first, second, both;
    for (int i = 1; i <= 100; ++i) {
      (i % 2 ? first : second).record(i * 1ms);
      both.record(i * 1ms);
    }
    first.merge(second);
    CHECK(first.count() == both.count());
    CHECK(first.total() == both.total());
    CHECK(first.max() == both.max());
    for (const double fraction : {0.1, 0.5, 0.99}) CHECK(first.percentile_ms(fraction) == both.percentile_ms(fraction));
  }

  TEST_CASE("what was recorded since an earlier state is that alone") {
    latency_histogram all, later;
    for (int i = 1; i <= 100; ++i) all.record(1ms);
    const auto earlier = all;
    CHECK(all.since(earlier).count() == 0);
    CHECK(all.since(earlier).percentile_ms(0.99) == 0);
    for (int i = 1; i <= 10; ++i) {
      all.record(i * 100ms);
      later.record(i * 100ms);
    }
    const auto since = all.since(earlier);
    CHECK(since.count() == 10);
    CHECK(since.total() == later.total());
    for (const double fraction : {0.1, 0.5, 0.99, 1.0})
      CHECK(since.percentile_ms(fraction) == later.percentile_ms(fraction));
    CHECK(all.since(latency_histogram{}).percentile_ms(0.5) == all.percentile_ms(0.5));
    // Of a state that is no earlier one nothing is left, rather than something huge.
    CHECK(earlier.since(all).count() == 0);
    CHECK(earlier.since(all).total() == 0ns);
  }
}
