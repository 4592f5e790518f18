#include "pipeline/exit_codes.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdint>
#include <limits>

using namespace nba;

TEST_CASE("failures become 0 to 99 and never wrap") {
  CHECK(failures_exit_code(0) == 0);
  CHECK(failures_exit_code(1) == 1);
  CHECK(failures_exit_code(98, 1) == 99);
  CHECK(failures_exit_code(99) == 99);
  CHECK(failures_exit_code(100) == 99);
  CHECK(failures_exit_code(256) == 99);
  CHECK(failures_exit_code(512, 0) == 99);
  CHECK(failures_exit_code(0, 3) == 3);
  CHECK(failures_exit_code(-1) == 0);
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  CHECK(failures_exit_code(largest, largest) == 99);
}

TEST_CASE("a signal's code is the shell's") {
  CHECK(signal_exit_code(0) == 0);
  CHECK(signal_exit_code(SIGINT) == exit_interrupted);
  CHECK(signal_exit_code(SIGTERM) == exit_terminated);
}
