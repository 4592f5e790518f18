#include "pipeline/source/retry.hpp"

#include <algorithm>

namespace nba {

std::chrono::milliseconds backoff(int tries, const retry_settings& settings, std::uint64_t random) {
  const int doublings = std::clamp(tries - 1, 0, 20);  // 2^20 first pauses are beyond any sensible maximum
  const auto whole = std::min(settings.backoff_first * (std::int64_t{1} << doublings), settings.backoff_max);
  const auto half = whole / 2;
  const auto span = static_cast<std::uint64_t>((whole - half).count()) + 1;
  return half + std::chrono::milliseconds{static_cast<std::int64_t>(random % span)};
}

}  // namespace nba
