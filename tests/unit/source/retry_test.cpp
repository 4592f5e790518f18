#include "pipeline/source/retry.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

using nba::backoff;
using nba::retry_settings;
using namespace std::chrono_literals;

TEST_SUITE("backoff") {
  TEST_CASE("the pause doubles with every try and lies between half of it and the whole") {
    const retry_settings settings{.tries_max = 10, .backoff_first = 500ms, .backoff_max = 30'000ms};
    std::mt19937_64 random(1);
    auto whole = 500ms;
    for (int tries = 1; tries <= 6; ++tries, whole *= 2)
      for (int i = 0; i < 200; ++i) {
        const auto pause = backoff(tries, settings, random());
        CHECK(pause >= whole / 2);
        CHECK(pause <= whole);
      }
  }

  TEST_CASE("both ends of the range are reached") {
    const retry_settings settings{.backoff_first = 500ms};
    CHECK(backoff(1, settings, 0) == 250ms);
    CHECK(backoff(1, settings, 250) == 500ms);
  }

  TEST_CASE("no pause exceeds the maximum, however many tries there were") {
    const retry_settings settings{.backoff_first = 500ms, .backoff_max = 30'000ms};
    for (const int tries : {7, 8, 20, 64, 1'000, std::numeric_limits<int>::max()})
      for (const std::uint64_t random : {std::uint64_t{0}, ~std::uint64_t{0}}) {
        const auto pause = backoff(tries, settings, random);
        CHECK(pause >= 15'000ms);
        CHECK(pause <= 30'000ms);
      }
  }

  TEST_CASE("a first try that never was counts as the first") {
    CHECK(backoff(0, {}, 0) == 250ms);
    CHECK(backoff(-3, {}, 0) == 250ms);
  }
}
