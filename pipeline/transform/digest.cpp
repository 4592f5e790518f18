#include "pipeline/sha256.hpp"
#include "pipeline/transform/transform.hpp"

namespace nba {

std::string payload_digest(const padded_body& boxscore, const padded_body& playbyplay) {
  sha256_hasher hasher;
  hasher.update(boxscore.view());
  // Between the two, so that bytes cannot wander from one body to the other unseen.
  hasher.update(std::string_view("\0", 1));
  hasher.update(playbyplay.view());
  return to_hex(hasher.finish());
}

}  // namespace nba
