#include "cli/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace nba::cli {
namespace {

constexpr std::size_t code_point_bytes_max = 4;

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// How long the sequence is that such a byte begins; 0: none begins with it.
std::size_t length_by(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

struct piece {
  std::size_t bytes = 1;
  bool valid = false;
  std::uint32_t code_point = 0;
};

// The code point that begins at `at`, by RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
piece next_piece(std::string_view text, std::size_t at) {
  const auto first = byte_at(text, at);
  const auto length = length_by(first);
  if (length == 0 || text.size() - at < length) return {};
  if (length == 1) return {1, true, first};
  std::uint32_t value = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = byte_at(text, at + i);
    if ((byte & 0xC0u) != 0x80u) return {};
    value = (value << 6) | (byte & 0x3Fu);
  }
  const bool is_overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool is_surrogate = value >= 0xD800 && value < 0xE000;
  if (is_overlong || is_surrogate || value > 0x10FFFF) return {};
  return {length, true, value};
}

// Unicode's Cc, Bidi_Control, and the two code points that end a line for some programs (U+2028, U+2029).
bool is_obeyed(std::uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x061C ||
         code_point == 0x200E || code_point == 0x200F || (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

void append_escape(std::string& out, std::string_view bytes, const piece& found) {
  if (!found.valid || found.code_point < 0x80) {
    const char byte = bytes.front();
    if (byte == '\n')
      out += "\\n";
    else if (byte == '\r')
      out += "\\r";
    else if (byte == '\t')
      out += "\\t";
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
    return;
  }
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", found.code_point);
}

void append_printable(std::string& out, std::string_view text, bool keeps_line_feeds) {
  for (std::size_t at = 0; at < text.size();) {
    const auto found = next_piece(text, at);
    const auto bytes = text.substr(at, found.bytes);
    const bool is_kept = keeps_line_feeds && bytes == "\n";
    if (is_kept || (found.valid && !is_obeyed(found.code_point)))
      out += bytes;
    else
      append_escape(out, bytes, found);
    at += found.bytes;
  }
}

// Bytes at the end that begin a code point and do not finish it.
std::size_t unfinished_bytes(std::string_view text) {
  for (std::size_t back = 1; back < code_point_bytes_max && back <= text.size(); ++back) {
    const auto byte = byte_at(text, text.size() - back);
    if ((byte & 0xC0u) == 0x80u) continue;
    return length_by(byte) > back ? back : 0;
  }
  return 0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_printable(out, text, false);
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_printable(out, text, true);
  return out;
}

bool is_printable(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto found = next_piece(text, at);
    if (!found.valid || is_obeyed(found.code_point)) return false;
    at += found.bytes;
  }
  return true;
}

std::string printable_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const auto found = next_piece(json, at);
    const bool is_layout = found.valid && found.code_point < 0x20;  // inside strings JSON has these escaped already
    if (found.valid && !is_layout && is_obeyed(found.code_point))
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", found.code_point);
    else
      out += json.substr(at, found.bytes);
    at += found.bytes;
  }
  return out;
}

printable_buffer::~printable_buffer() { forward(true); }

// What is pending, up to a code point that may still be finished.
bool printable_buffer::forward(bool all) {
  const auto kept = all ? 0 : unfinished_bytes(pending_);
  const auto text = printable_lines(std::string_view{pending_}.substr(0, pending_.size() - kept));
  pending_.erase(0, pending_.size() - kept);
  const auto size = static_cast<std::streamsize>(text.size());
  return target_.sputn(text.data(), size) == size;
}

printable_buffer::int_type printable_buffer::overflow(int_type byte) {
  if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
  pending_ += traits_type::to_char_type(byte);
  return forward(false) ? byte : traits_type::eof();
}

std::streamsize printable_buffer::xsputn(const char* text, std::streamsize size) {
  pending_.append(text, static_cast<std::size_t>(size));
  return forward(false) ? size : 0;
}

int printable_buffer::sync() { return forward(true) ? target_.pubsync() : -1; }

}  // namespace nba::cli
