#include "storage/sql/clean_text.hpp"

#include "pipeline/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace nba::sql {
namespace {

// Length of the code point that starts at `at`; 0 when there is none, or when it is a zero byte.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto piece = utf8_at(text, at);
  return piece.valid && piece.code_point != 0 ? piece.bytes : 0;
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
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80 && text[at] != '\0') ++at;
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
