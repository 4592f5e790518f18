#include "pipeline/game_payloads.hpp"

#include "pipeline/sha256.hpp"

#include <string_view>
#include <utility>

namespace nba {

std::size_t game_payloads::bytes() const {
  std::size_t sum = 0;
  for (const auto& body : bodies) sum += body ? body->size() : 0;
  return sum;
}

std::string payload_digest(const game_payloads& payloads) {
  sha256_hasher hasher;
  bool is_first = true;
  for (const auto& body : payloads.bodies) {
    if (!body) continue;
    // Between two, so that bytes cannot wander from one body to the other unseen.
    if (!std::exchange(is_first, false)) hasher.update(std::string_view("\0", 1));
    hasher.update(body->view());
  }
  return to_hex(hasher.finish());
}

}  // namespace nba
