#include "pipeline/transform/payload_reader.hpp"

#include "pipeline/game_clock.hpp"
#include "pipeline/utf8.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

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

// A clock of the live data, or the same duration with hours in front ("PT1H05M12.00S"), as ISO 8601 has it too.
std::optional<int> parse_duration_hundredths(std::string_view text) {
  constexpr int hours_max = 99;
  constexpr std::string_view prefix = "PT";
  const auto hours_end = text.find('H');
  if (!text.starts_with(prefix) || hours_end == std::string_view::npos) return parse_clock_hundredths(text);
  int hours = 0;
  if (!parse_whole(text.substr(prefix.size(), hours_end - prefix.size()), hours) || hours < 0 || hours > hours_max)
    return std::nullopt;
  const auto rest = text.substr(hours_end + 1);
  const auto below = rest.empty() ? std::optional{0} : parse_clock_hundredths(std::string(prefix).append(rest));
  if (!below) return std::nullopt;
  return hours * 360'000 + *below;
}

}  // namespace

std::string shortened(std::string_view text) {
  if (text.size() <= quoted_bytes_max) return std::string(text);
  auto end = quoted_bytes_max;
  while (end > 0 && continues_utf8(text[end])) --end;
  return std::string(text.substr(0, end)) + "...";
}

bool payload_reader::open(ondemand::parser& parser, const padded_body& body, ondemand::document& document,
                          ondemand::object& root) {
  // Not part of the text (RFC 8259, section 8.1); simdjson 3.0 takes it for one.
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  const std::size_t mark = body.view().starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const auto text = trim(body.view().substr(mark));
  if (text.empty()) return fail("", "is empty");
  if (text.front() == '<') return fail("", "is HTML or XML, not JSON: " + shortened(text));
  if (text.front() != '{') return fail("", "is not a JSON object: " + shortened(text));
  if (const auto code = parser.iterate(body.view().substr(mark), body.capacity() - mark).get(document))
    return malformed(code);
  if (const auto code = document.get_object().get(root)) return malformed(code);
  return true;
}

bool payload_reader::close(ondemand::document& document) {
  const char* behind = nullptr;
  if (!document.current_location().get(behind)) return fail("", "goes on after its closing brace");
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

bool payload_reader::fail_with(failure why) {
  if (failed_) return false;
  failed_ = true;
  error_ = std::move(why);
  return false;
}

std::optional<failure> payload_reader::take_back() {
  if (!failed_ || broken_) return std::nullopt;
  failed_ = false;
  return std::exchange(error_, failure{});
}

bool payload_reader::pass_over() {
  const auto why = take_back();
  if (why) note_odd(*why);
  return why.has_value();
}

bool payload_reader::in_bounds(std::string_view key, std::int64_t found, std::string_view what) {
  if (found >= bounds_.lowest && found <= bounds_.highest) return true;
  return fail(key, fmt::format("should be {} to {}{}, found {}", bounds_.lowest, bounds_.highest, what, found));
}

bool payload_reader::fail_long(std::int64_t highest) {
  return fail("", fmt::format("should have at most {} elements, has more", highest));
}

bool payload_reader::fail_shape(simdjson::error_code code, value v, std::string_view key, std::string_view expected) {
  broken_ = code != simdjson::INCORRECT_TYPE;
  return fail_type(v, key, expected);
}

bool payload_reader::malformed(simdjson::error_code code) {
  broken_ = true;
  return fail("", fmt::format("is not well-formed JSON: {}", simdjson::error_message(code)));
}

bool payload_reader::integer(value v, std::string_view key, std::int64_t& out) {
  if (!v.get_int64().get(out)) return true;
  double real = 0;
  if (!v.get_double().get(real)) {
    constexpr double exact_max = 9007199254740992.0;  // 2^53: also what 2^53 + 1 reads as
    if (std::trunc(real) != real || std::abs(real) >= exact_max) return fail_type(v, key, "an integer");
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
  if (!in_bounds(key, wide, "")) return false;
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
    if (found < static_cast<double>(bounds_.lowest) || found > static_cast<double>(bounds_.highest))
      return fail(key, fmt::format("should be {} to {}, found {}", bounds_.lowest, bounds_.highest, found));
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
  found = trim(found);
  if (!in_bounds(key, static_cast<std::int64_t>(found.size()), " bytes long")) return false;
  out = found;
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
  const auto seconds = bounds_;
  bounds_ = {};
  if (!text(v, key, found)) return false;
  const auto parsed = parse_duration_hundredths(found);
  if (!parsed) return fail(key, fmt::format("should be a duration as PT11M58.00S, found \"{}\"", shortened(found)));
  const int whole = *parsed / 100;
  if (whole < seconds.lowest || whole > seconds.highest || (whole == seconds.highest && *parsed % 100 != 0))
    return fail(key,
                fmt::format("should be {} to {} s, found \"{}\"", seconds.lowest, seconds.highest, shortened(found)));
  out_hundredths = *parsed;
  return true;
}

bool payload_reader::timestamp(value v, std::string_view key, std::optional<utc_time>& out) {
  std::string_view found;
  if (!text(v, key, found)) return false;
  if (found.empty()) return true;
  const auto parsed = parse_timestamp(found);
  if (parsed && (*parsed < instants_.first || *parsed > instants_.second))
    return fail(key, fmt::format("should be {} to {}, found \"{}\"", format_timestamp(instants_.first),
                                 format_timestamp(instants_.second), shortened(found)));
  out = parsed;
  if (!out) return fail(key, fmt::format("should be a time as 2024-11-13T00:10:24.9Z, found \"{}\"", shortened(found)));
  return true;
}

bool payload_reader::period(value v, std::string_view key, int& out) {
  int found = 0;
  if (!integer(v, key, found)) return false;
  if (found < 1 || found > periods_max)
    return fail(key, fmt::format("should be 1 to {}, found {}", periods_max, found));
  out = found;
  return true;
}

}  // namespace nba
