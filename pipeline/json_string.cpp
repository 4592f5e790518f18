#include "pipeline/json_string.hpp"

#include "pipeline/utf8.hpp"

#include <fmt/format.h>

#include <iterator>

namespace nba {

void append_json_escape(std::string& out, std::uint32_t code_point) {
  if (code_point <= 0xFFFF) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
    return;
  }
  const auto rest = code_point - 0x10000;
  fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
}

void append_json_string(std::string& out, std::string_view text, json_letters letters) {
  constexpr std::uint32_t replacement = 0xFFFD;
  out += '"';
  std::size_t written = 0;  // everything before it is in `out` already
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_quoted = byte == '"' || byte == '\\';
    const bool is_foreign = byte >= 0x80 && letters == json_letters::ascii;
    if (!is_quoted && !is_foreign && byte >= 0x20) {
      ++at;
      continue;
    }
    out.append(text.substr(written, at - written));
    const auto piece = utf8_at(text, at);
    if (is_quoted)
      (out += '\\') += text[at];
    else
      append_json_escape(out, piece.valid ? piece.code_point : replacement);
    at += piece.bytes;
    written = at;
  }
  out.append(text.substr(written));
  out += '"';
}

}  // namespace nba
