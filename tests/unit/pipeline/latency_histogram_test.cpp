#include "pipeline/latency_histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
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

  TEST_CASE("what was shorter than a power of two of microseconds is counted exactly") {
    latency_histogram histogram;
    for (const auto value : {0ns, 999ns, 1'000ns, 1'999ns, 2'001ns, 1'023'000ns, 1'025'000ns, 1'000'000'000'000ns})
      histogram.record(value);
    // The first bucket begins at nothing and ends at 2^(1/4) microseconds.
    CHECK(histogram.count_below_power(0) == 0);
    CHECK(histogram.count_below_power(1) == 4);
    CHECK(histogram.count_below_power(2) == 5);
    CHECK(histogram.count_below_power(10) == 6);
    CHECK(histogram.count_below_power(11) == 7);
    CHECK(histogram.count_below_power(31) == 8);
    CHECK(histogram.count_below_power(1'000) == 8);
    CHECK(histogram.count_below_power(-1) == 0);
  }

  TEST_CASE("the difference of two states is what was recorded between them") {
    latency_histogram before;
    for (int i = 0; i < 100; ++i) before.record(1ms);
    auto after = before;
    for (int i = 0; i < 10; ++i) after.record(64ms);
    const auto between = after.since(before);
    CHECK(between.count() == 10);
    CHECK(between.total() == 640ms);
    CHECK(between.percentile_ms(0.5) == doctest::Approx(64).epsilon(0.1));
    CHECK(after.since(after).count() == 0);
    CHECK(before.since(after).count() == 0);  // the wrong way round: nothing, rather than a number without sense
  }

  TEST_CASE("a stored one is the same again") {
    latency_histogram histogram;
    for (const auto value : {3us, 70us, 2'000us, 2'000us}) histogram.record(value);
    std::array<std::uint32_t, latency_histogram::bucket_count> buckets{};
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] = histogram.bucket(i);
    const auto again = latency_histogram::restored(buckets, histogram.total(), histogram.max());
    CHECK(again.count() == 4);
    CHECK(again.total() == histogram.total());
    CHECK(again.percentile_ms(0.99) == histogram.percentile_ms(0.99));
  }
}
