// The payloads of a dead letter: both bodies in one zlib-compressed string.
//
// Layout before compression: length of the box score body in decimal, a line feed, box score body, play-by-play body.
// No separator inside: what is parked is what could not be parsed, so its bodies may hold anything.
// Threads: pure functions.
// Errors: unpack answers contract_drift for bytes that pack did not make, and for more than packed_bytes_max.
#pragma once

#include "pipeline/result.hpp"
#include "pipeline/transform/transform.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace nba {

inline constexpr std::size_t packed_bytes_max = 16u << 20;

std::string pack_payloads(const game_payloads& payloads);

struct unpacked_payloads {
  std::string boxscore, playbyplay;
};
result<unpacked_payloads> unpack_payloads(std::string_view packed);

}  // namespace nba
