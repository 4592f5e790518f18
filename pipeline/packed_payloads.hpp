// The payloads of a dead letter: all bodies in one zlib-compressed string.
//
// Layout before compression: the lengths of all bodies but the last in decimal, with a space between, and a line feed;
// then the bodies, in the order of endpoints. No separator inside: what is parked is what could not be parsed, so its
// bodies may hold anything. A document that is not there counts as an empty one, and so does one whose kind was not
// known when the letter was written.
// Threads: pure functions.
// Errors: unpack answers contract_drift for bytes that pack did not make, and for more than packed_bytes_max.
#pragma once

#include "pipeline/game_payloads.hpp"
#include "pipeline/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace nba {

inline constexpr std::size_t packed_bytes_max = 16u << 20;

std::string pack_payloads(const game_payloads& payloads);

struct unpacked_payloads {
  by_endpoint<std::string> bodies;  // empty: not there
};
result<unpacked_payloads> unpack_payloads(std::string_view packed);

}  // namespace nba
