#include "tests/fuzz/targets.hpp"

#include <array>

namespace nba::fuzz {

std::span<const target> all_targets() {
  static constexpr std::array<target, 12> all{{
      {"schedule", schedule},
      {"boxscore", boxscore},
      {"playbyplay", playbyplay},
      {"game", game},
      {"ids", ids},
      {"times", times},
      {"config", config},
      {"payloads", payloads},
      {"database_url", database_url},
      {"faults", faults},
      {"answers", answers},
      {"texts", texts},
  }};
  return all;
}

}  // namespace nba::fuzz
