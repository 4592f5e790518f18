#include "bench/fake_nba/json_text.hpp"

namespace nba::fake {
namespace {

// The code point that starts at `at`, and how many bytes it takes. The text is well-formed UTF-8 (it is our own).
struct decoded {
  unsigned code = 0;
  std::size_t bytes = 1;
};
decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[at + i])); };
  if (byte(0) < 0xE0) return {(byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2};
  return {(byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu), 3};
}

}  // namespace

void json_text::append_string(std::string_view value) {
  text_ += '"';
  std::size_t written = 0;  // everything before it is in the text already
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    const bool foreign = c >= 0x80 && ascii_only_;
    if (c != '"' && c != '\\' && !foreign) continue;
    text_.append(value.substr(written, i - written));
    written = i;
    if (!foreign) {
      text_ += '\\';
      continue;
    }
    const auto point = decode(value, i);
    fmt::format_to(std::back_inserter(text_), "\\u{:04x}", point.code);
    written = i + point.bytes;
    i = written - 1;
  }
  text_.append(value.substr(written));
  text_ += '"';
}

}  // namespace nba::fake
