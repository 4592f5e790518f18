#include "pipeline/transform/payload_reader.hpp"

#include "pipeline/game_clock.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>
#include <cmath>

namespace nba {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t quoted_bytes_max = 40;  // of an offending value, in a message

std::string_view trim(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

// A value as it stands in the document.
std::string quoted(ondemand::value v) { return shortened(trim(v.raw_json_token())); }

template <class Number>
bool parse_whole(std::string_view text, Number& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string shortened(std::string_view text) {
  if (text.size() <= quoted_bytes_max) return std::string(text);
  auto end = quoted_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

bool payload_reader::open(ondemand::parser& parser, const padded_body& body, ondemand::document& document,
                          ondemand::object& root) {
  const auto text = trim(body.view());
  if (text.empty()) return fail("", "is empty");
  if (text.front() == '<') return fail("", "is HTML or XML, not JSON: " + shortened(text));
  if (text.front() != '{') return fail("", "is not a JSON object: " + shortened(text));
  if (const auto code = parser.iterate(body.view(), body.capacity()).get(document)) return malformed(code);
  if (const auto code = document.get_object().get(root)) return malformed(code);
  return true;
}

bool payload_reader::close(ondemand::document& document) {
  const char* behind = nullptr;
  if (!document.current_location().get(behind)) return fail("", "goes on behind its closing brace");
  return true;
}

void payload_reader::enter(segment next) {
  assert(depth_ < depth_max);
  path_[depth_++] = next;
}

std::string payload_reader::path(std::string_view key) const {
  std::string text;
  const auto append = [&text](std::string_view name) {
    if (!text.empty() && !name.empty()) text += '.';
    text += name;
  };
  for (std::size_t i = 0; i < depth_; ++i) {
    append(path_[i].key);
    if (path_[i].index != no_index) text += fmt::format("[{}]", path_[i].index);
  }
  append(key);
  return text;
}

bool payload_reader::fail(std::string_view key, std::string_view what) {
  if (failed_) return false;
  failed_ = true;
  auto where = path(key);
  const auto subject = where.empty() ? std::string(document_) : fmt::format("{} of the {}", where, document_);
  error_ = {failure_class::contract_drift, fmt::format("{} {}", subject, what), std::move(where)};
  return false;
}

bool payload_reader::fail_type(value v, std::string_view key, std::string_view expected) {
  return fail(key, fmt::format("should be {}, found {}", expected, quoted(v)));
}

bool payload_reader::malformed(simdjson::error_code code) {
  return fail("", fmt::format("is not well-formed JSON: {}", simdjson::error_message(code)));
}

bool payload_reader::integer(value v, std::string_view key, std::int64_t& out) {
  if (!v.get_int64().get(out)) return true;
  double real = 0;
  if (!v.get_double().get(real)) {
    constexpr double exact_max = 9007199254740992.0;  // 2^53
    if (std::trunc(real) != real || std::abs(real) > exact_max) return fail_type(v, key, "an integer");
    out = static_cast<std::int64_t>(real);
    return true;
  }
  std::string_view digits;
  if (!v.get_string().get(digits) && parse_whole(trim(digits), out)) return true;
  return fail_type(v, key, "an integer");
}

bool payload_reader::integer(value v, std::string_view key, int& out) {
  std::int64_t wide = 0;
  if (!integer(v, key, wide)) return false;
  if (wide < -number_max || wide > number_max)
    return fail(key, fmt::format("should be at most {} either side of zero, found {}", number_max, wide));
  out = static_cast<int>(wide);
  return true;
}

bool payload_reader::integer(value v, std::string_view key, std::optional<int>& out) {
  int found = 0;
  if (!integer(v, key, found)) return false;
  out = found;
  return true;
}

bool payload_reader::id(value v, std::string_view key, std::optional<std::int64_t>& out) {
  std::int64_t found = 0;
  if (!integer(v, key, found)) return false;
  if (found > 0) out = found;
  return true;
}

bool payload_reader::id(value v, std::string_view key, std::int64_t& out) {
  if (!integer(v, key, out)) return false;
  if (out <= 0) return fail(key, fmt::format("should be an id, found {}", out));
  return true;
}

bool payload_reader::number(value v, std::string_view key, std::optional<double>& out) {
  double found = 0;
  std::string_view digits;
  if (!v.get_double().get(found) || (!v.get_string().get(digits) && parse_whole(trim(digits), found))) {
    if (!std::isfinite(found)) return fail_type(v, key, "a finite number");
    out = found;
    return true;
  }
  return fail_type(v, key, "a number");
}

bool payload_reader::flag(value v, std::string_view key, bool& out) {
  if (!v.get_bool().get(out)) return true;
  std::string_view text;
  std::int64_t number = 0;
  if (!v.get_int64().get(number) || (!v.get_string().get(text) && parse_whole(text, number))) {
    out = number == 1;
    if (number == 0 || number == 1) return true;
  }
  return fail_type(v, key, "\"0\" or \"1\"");
}

bool payload_reader::text(value v, std::string_view key, std::string_view& out) {
  std::string_view found;
  if (v.get_string().get(found)) return fail_type(v, key, "a text");
  // No database text can hold U+0000.
  if (found.find('\0') != std::string_view::npos) return fail(key, "has a NUL character in it");
  out = trim(found);
  return true;
}

bool payload_reader::text(value v, std::string_view key, std::string& out) {
  std::string_view found;
  if (!text(v, key, found)) return false;
  out.assign(found);
  return true;
}

bool payload_reader::clock(value v, std::string_view key, int& out_hundredths) {
  std::string_view found;
  if (!text(v, key, found)) return false;
  const auto parsed = parse_clock_hundredths(found);
  if (!parsed) return fail(key, fmt::format("should be a duration as PT11M58.00S, found \"{}\"", shortened(found)));
  out_hundredths = *parsed;
  return true;
}

bool payload_reader::timestamp(value v, std::string_view key, std::optional<utc_time>& out) {
  std::string_view found;
  if (!text(v, key, found)) return false;
  if (found.empty()) return true;
  out = parse_timestamp(found);
  if (!out) return fail(key, fmt::format("should be a time as 2024-11-13T00:10:24.9Z, found \"{}\"", shortened(found)));
  return true;
}

bool payload_reader::period(value v, std::string_view key, int& out) {
  if (!integer(v, key, out)) return false;
  if (out < 1 || out > periods_max) return fail(key, fmt::format("should be 1 to {}, found {}", periods_max, out));
  return true;
}

}  // namespace nba
