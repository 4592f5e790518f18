// SHA-256, by OpenSSL. Threads: pure function. Errors: throws std::runtime_error (OpenSSL has no SHA-256).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nba::sql {

std::array<std::uint8_t, 32> sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);  // lower case

}  // namespace nba::sql
