// How often and after which pause a request is tried again.
//
// Threads: pure functions.
#pragma once

#include <chrono>
#include <cstdint>

namespace nba {

struct retry_settings {
  int tries_max = 4;  // of one request in one run, the first one included
  std::chrono::milliseconds backoff_first{500};
  std::chrono::milliseconds backoff_max{30'000};
  // Throttled answers are not counted as tries; this many of them for one request end it all the same.
  int throttles_max = 20;
};

// Exponential back-off with full jitter on its upper half: the pause before try `tries + 1` lies between half of
// min(backoff_first * 2^(tries-1), backoff_max) and the whole of it. `random`: any 64 random bits.
std::chrono::milliseconds backoff(int tries, const retry_settings& settings, std::uint64_t random);

}  // namespace nba
