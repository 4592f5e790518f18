// How long a fake NBA takes to answer.
//
// Threads: plain value; the stream of chance is the caller's.
// Errors: parse_latency answers class configuration.
#pragma once

#include "bench/fake_nba/random.hpp"
#include "pipeline/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace nba {

struct latency_model {
  enum class shape { none, fixed, uniform, lognormal };
  shape kind = shape::none;
  // fixed: milliseconds. uniform: from, to. lognormal: median in milliseconds, sigma of the logarithm.
  double first = 0, second = 0;

  std::chrono::microseconds draw(fake::random_stream& random) const;
  bool operator==(const latency_model&) const = default;
};

// Longer waits are cut off here.
inline constexpr std::chrono::milliseconds latency_max{60'000};

// "none", "20" or "fixed:20", "uniform:5:40", "lognormal:20:0.6" (milliseconds).
result<latency_model> parse_latency(std::string_view text);
std::string to_string(const latency_model& value);

}  // namespace nba
