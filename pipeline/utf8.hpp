// UTF-8, one code point at a time.
//
// Threads: pure functions. Errors: none; bytes that are not UTF-8 are told as such.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nba {

constexpr std::size_t utf8_bytes_max = 4;

// How long the sequence is that such a byte begins; 0: none begins with it.
constexpr std::size_t utf8_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte >= 0xC2 && byte < 0xE0) return 2;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  if (byte >= 0xF0 && byte < 0xF5) return 4;
  return 0;
}

constexpr bool continues_utf8(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u; }

// Not valid: one byte that belongs to no code point.
struct utf8_piece {
  std::size_t bytes = 1;
  bool valid = false;
  std::uint32_t code_point = 0;
};

// What begins at `at`, which is in the text. RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
constexpr utf8_piece utf8_at(std::string_view text, std::size_t at) {
  const auto length = utf8_length(text[at]);
  if (length == 0 || text.size() - at < length) return {};
  std::uint32_t value = static_cast<unsigned char>(text[at]);
  if (length == 1) return {1, true, value};
  value &= 0x7Fu >> length;
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues_utf8(text[at + i])) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  }
  const bool is_overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool is_surrogate = value >= 0xD800 && value < 0xE000;
  if (is_overlong || is_surrogate || value > 0x10FFFF) return {};
  return {length, true, value};
}

}  // namespace nba
