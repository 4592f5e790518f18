#include "pipeline/game_clock.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

TEST_CASE("a game is four quarters of 12 minutes and overtimes of 5") {
  CHECK(game_length_hundredths(0) == 0);
  CHECK(game_length_hundredths(1) == 72'000);
  CHECK(game_length_hundredths(4) == 48 * 6'000);
  CHECK(game_length_hundredths(5) == 53 * 6'000);
  CHECK(game_length_hundredths(10) == 78 * 6'000);  // six overtimes
}

TEST_CASE("elapsed time goes on from one period to the next") {
  CHECK(elapsed_hundredths(1, 72'000) == 0);
  for (int period = 1; period < periods_max; ++period) {
    CHECK(elapsed_hundredths(period, 0) == elapsed_hundredths(period + 1, period_length_hundredths(period + 1)));
    CHECK(elapsed_hundredths(period, 0) == game_length_hundredths(period));
  }
  CHECK(elapsed_hundredths(5, 72'000) == elapsed_hundredths(5, 30'000));
}

}  // namespace
}  // namespace nba
