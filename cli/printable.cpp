#include "cli/printable.hpp"

#include "pipeline/json_string.hpp"
#include "pipeline/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace nba::cli {
namespace {

struct code_points {
  std::uint32_t first, last;
};

// What a terminal obeys or what cannot be seen, in order: Unicode 15's Cc, Cf, Zl, Zp and Default_Ignorable_Code_Point
// (marks of the writing direction, zero-width characters, soft hyphens, fillers, selectors, tags).
constexpr std::array not_printed{
    code_points{0x0000, 0x001F},   code_points{0x007F, 0x009F},   code_points{0x00AD, 0x00AD},
    code_points{0x034F, 0x034F},   code_points{0x0600, 0x0605},   code_points{0x061C, 0x061C},
    code_points{0x06DD, 0x06DD},   code_points{0x070F, 0x070F},   code_points{0x0890, 0x0891},
    code_points{0x08E2, 0x08E2},   code_points{0x115F, 0x1160},   code_points{0x17B4, 0x17B5},
    code_points{0x180B, 0x180F},   code_points{0x200B, 0x200F},   code_points{0x2028, 0x202E},
    code_points{0x2060, 0x206F},   code_points{0x3164, 0x3164},   code_points{0xFE00, 0xFE0F},
    code_points{0xFEFF, 0xFEFF},   code_points{0xFFA0, 0xFFA0},   code_points{0xFFF0, 0xFFFB},
    code_points{0x110BD, 0x110BD}, code_points{0x110CD, 0x110CD}, code_points{0x13430, 0x1343F},
    code_points{0x1BCA0, 0x1BCA3}, code_points{0x1D173, 0x1D17A}, code_points{0xE0000, 0xE0FFF},
};

bool is_obeyed_or_unseen(std::uint32_t code_point) {
  if (code_point >= 0x20 && code_point < 0x7F) return false;
  const auto* const range =
      std::lower_bound(not_printed.begin(), not_printed.end(), code_point,
                       [](const code_points& each, std::uint32_t one) { return each.last < one; });
  return range != not_printed.end() && range->first <= code_point;
}

void append_escape(std::string& out, std::string_view bytes, const utf8_piece& found) {
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
  if (found.code_point > 0xFFFF)
    fmt::format_to(std::back_inserter(out), "\\U{:08x}", found.code_point);
  else
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", found.code_point);
}

void append_printable(std::string& out, std::string_view text, bool keeps_line_feeds) {
  for (std::size_t at = 0; at < text.size();) {
    const auto found = utf8_at(text, at);
    const auto bytes = text.substr(at, found.bytes);
    const bool is_kept = keeps_line_feeds && bytes == "\n";
    if (is_kept || (found.valid && !is_obeyed_or_unseen(found.code_point)))
      out += bytes;
    else
      append_escape(out, bytes, found);
    at += found.bytes;
  }
}

// Bytes at the end that begin a code point and do not finish it.
std::size_t unfinished_bytes(std::string_view text) {
  for (std::size_t back = 1; back < utf8_bytes_max && back <= text.size(); ++back) {
    const auto byte = text[text.size() - back];
    if (continues_utf8(byte)) continue;
    return utf8_length(byte) > back ? back : 0;
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
    const auto found = utf8_at(text, at);
    if (!found.valid || is_obeyed_or_unseen(found.code_point)) return false;
    at += found.bytes;
  }
  return true;
}

std::string printable_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const auto found = utf8_at(json, at);
    const bool is_layout = found.valid && found.code_point < 0x20;  // inside strings JSON has these escaped already
    if (found.valid && !is_layout && is_obeyed_or_unseen(found.code_point))
      append_json_escape(out, found.code_point);
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
