// The payloads of a dead letter: both bodies in one zlib-compressed string.
//
// Layout before compression: box score body, one zero byte, play-by-play body. JSON text holds no raw zero byte, so the
// first one separates them; either body may be empty.
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
