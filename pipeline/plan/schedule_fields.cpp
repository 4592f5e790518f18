#include "pipeline/plan/schedule_fields.hpp"
#include "pipeline/white_space.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace nba::schedule_fields {
namespace {

using simdjson::ondemand::json_type;

bool complain(std::string_view expected, json_value value, std::string& problem) {
  problem = "expected ";
  problem += expected;
  problem += ", found ";
  problem += found(value);
  return false;
}

}  // namespace

bool is_null(json_value value) {
  // type() says null from the letter 'n' alone.
  bool null = false;
  return !value.is_null().get(null) && null;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t characters_max = 60;
  std::string shown{text.substr(0, characters_max)};
  for (auto& c : shown)
    if (!std::isprint(static_cast<unsigned char>(c))) c = ' ';
  if (text.size() > characters_max) shown += "...";
  return shown;
}

std::string found(json_value value) {
  json_type type{};
  if (value.type().get(type)) return "something that is not JSON";
  switch (type) {
    case json_type::object:
      return "an object";
    case json_type::array:
      return "an array";
    case json_type::null:
      return "null";
    case json_type::string:
    case json_type::number:
    case json_type::boolean:
      return excerpt(trimmed(value.raw_json_token()));
  }
  return "something that is not JSON";
}

bool read_text(json_value value, std::string& out, std::string& problem) {
  json_type type{};
  if (value.type().get(type)) return complain("a string", value, problem);
  if (is_null(value)) return true;
  std::string_view text;
  if (type != json_type::string || value.get_string().get(text)) return complain("a string", value, problem);
  // As in payloads: no database text can hold U+0000.
  if (text.find('\0') != std::string_view::npos) return complain("a text without a NUL character", value, problem);
  out = text;
  return true;
}

bool read_id(json_value value, std::string& out, std::string& problem) {
  json_type type{};
  std::uint64_t number = 0;
  if (!value.type().get(type) && type == json_type::number && !value.get_uint64().get(number)) {
    out = std::to_string(number);
    return true;
  }
  return read_text(value, out, problem);
}

bool is_object(json_value value) {
  json_type type{};
  return !value.type().get(type) && type == json_type::object;
}

bool read_integer(json_value value, std::optional<std::int64_t>& out, std::string& problem) {
  constexpr std::string_view expected = "an integer";
  json_type type{};
  if (value.type().get(type)) return complain(expected, value, problem);
  if (is_null(value)) return true;
  std::int64_t number = 0;
  if (type == json_type::number && !value.get_int64().get(number)) {
    out = number;
    return true;
  }
  std::string_view text;
  if (type == json_type::string && !value.get_string().get(text)) {
    text = trimmed(text);
    if (text.empty()) return true;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) {
      out = number;
      return true;
    }
  }
  return complain(expected, value, problem);
}

bool read_flag(json_value value, bool& out, std::string& problem) {
  constexpr std::string_view expected = "true or false";
  json_type type{};
  if (value.type().get(type)) return complain(expected, value, problem);
  if (is_null(value)) return true;
  if (type == json_type::boolean && !value.get_bool().get(out)) return true;
  std::string_view raw;
  if (type == json_type::string && !value.get_string().get(raw)) {
    std::string text{trimmed(raw)};
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::array<std::string_view, 3> yes{"true", "y", "1"};
    constexpr std::array<std::string_view, 4> no{"false", "n", "0", ""};
    const bool is_yes = std::find(yes.begin(), yes.end(), text) != yes.end();
    if (is_yes || std::find(no.begin(), no.end(), text) != no.end()) {
      out = is_yes;
      return true;
    }
  }
  return complain(expected, value, problem);
}

}  // namespace nba::schedule_fields
