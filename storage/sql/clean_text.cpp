#include "storage/sql/clean_text.hpp"

#include <cstdint>
#include <cstring>

namespace nba::sql {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xC0) == 0x80;
}

// Length of the valid UTF-8 sequence that starts at `at`; 0 when there is none, or when it is a zero byte. Table 3-7 of
// the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto lead = byte_at(text, at);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  const auto second = at + 1 < text.size() ? byte_at(text, at + 1) : 0;
  if (lead >= 0xC2 && lead <= 0xDF) return is_continuation(text, at + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second > 0x9F;
    return !overlong && !surrogate && is_continuation(text, at + 1) && is_continuation(text, at + 2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && second < 0x90;
    const bool too_large = lead == 0xF4 && second > 0x8F;
    return !overlong && !too_large && is_continuation(text, at + 1) && is_continuation(text, at + 2) &&
                   is_continuation(text, at + 3)
               ? 4
               : 0;
  }
  return 0;
}

// Bytes at the start that are ASCII without a zero byte, eight at a time.
std::size_t plain_prefix(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080, ones = 0x0101010101010101;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    // A byte below 0x80 minus one sets its high bit exactly when it was zero (or borrowed from a zero byte below it).
    if (((word | (word - ones)) & high_bits) != 0) break;
  }
  while (at < text.size() && byte_at(text, at) < 0x80 && text[at] != '\0') ++at;
  return at;
}

}  // namespace

std::string_view clean_text(std::string_view value, std::string& scratch) {
  std::size_t at = plain_prefix(value);
  while (at < value.size()) {
    const auto length = sequence_length(value, at);
    if (length == 0) break;
    at += length;
  }
  if (at == value.size()) return value;

  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  scratch.assign(value.substr(0, at));
  while (at < value.size()) {
    const auto length = sequence_length(value, at);
    scratch += length == 0 ? replacement : value.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  return scratch;
}

}  // namespace nba::sql
