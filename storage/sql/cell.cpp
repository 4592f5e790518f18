#include "storage/sql/cell.hpp"

#include "storage/sql/clean_text.hpp"

#include <charconv>
#include <cmath>

namespace nba::sql {
namespace {

const std::string empty;

// Plain decimals inside the range people read easily, otherwise scientific.
std::string format_real(double value) {
  constexpr double fixed_from = 1e-5, fixed_to = 1e15;
  char buffer[64];
  const auto size = std::abs(value);
  const auto form =
      value == 0 || (size >= fixed_from && size < fixed_to) ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, form).ptr;
  return {buffer, end};
}

std::string format_hex(const std::string& bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex += digits[value >> 4];
    hex += digits[value & 15];
  }
  return hex;
}

}  // namespace

cell text(std::string_view value) {
  std::string scratch;
  return std::string(clean_text(value, scratch));
}

cell text_or_null(std::string_view value) {
  if (value.empty()) return {};
  return text(value);
}

cell timestamp(utc_time value) { return format_timestamp(value); }

cell timestamp_or_null(const std::optional<utc_time>& value) {
  if (!value) return {};
  return timestamp(*value);
}

cell date(et_date value) { return format_date(value); }

std::int64_t as_integer(const cell& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* real = std::get_if<double>(&value)) return std::llround(*real);
  return 0;
}

double as_real(const cell& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  return 0;
}

const std::string& as_text(const cell& value) {
  const auto* found = std::get_if<std::string>(&value);
  return found ? *found : empty;
}

const std::string& as_bytes(const cell& value) {
  const auto* found = std::get_if<blob>(&value);
  return found ? found->bytes : empty;
}

utc_time as_timestamp(const cell& value) { return as_optional_timestamp(value).value_or(utc_time{}); }

std::optional<utc_time> as_optional_timestamp(const cell& value) { return parse_timestamp(as_text(value)); }

std::optional<et_date> as_optional_date(const cell& value) { return parse_date(as_text(value)); }

std::string to_text(const cell& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return format_real(*real);
  if (const auto* bytes = std::get_if<blob>(&value)) return format_hex(bytes->bytes);
  return as_text(value);
}

}  // namespace nba::sql
