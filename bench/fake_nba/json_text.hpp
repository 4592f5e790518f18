// Appends JSON to a string, fast: a season of documents is made on demand while a benchmark waits for it.
//
// nlohmann-json builds a tree first (docs/adr/0050-json-is-appended.md). Keys are literals that need no escaping, and
// the caller closes what it opens. Threads: used by one thread.
#pragma once

#include "pipeline/json_string.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace nba::fake {

class json_text {
 public:
  explicit json_text(std::size_t expected_bytes, bool ascii_only = false)
      : letters_(ascii_only ? json_letters::ascii : json_letters::utf8) {
    text_.reserve(expected_bytes);
  }

  json_text& open(char bracket) { return separate(), text_ += bracket, fresh_ = true, *this; }
  json_text& close(char bracket) { return text_ += bracket, fresh_ = false, *this; }
  json_text& key(std::string_view name) {
    separate();
    text_ += '"';
    text_ += name;
    text_ += "\":";
    fresh_ = true;
    return *this;
  }

  template <class Value>
  json_text& member(std::string_view name, const Value& value) {
    key(name);
    return item(value);
  }
  json_text& open_member(std::string_view name, char bracket) { return key(name), open(bracket); }

  json_text& item(std::string_view value) { return separate(), append_json_string(text_, value, letters_), *this; }
  json_text& item(const char* value) { return item(std::string_view{value}); }
  json_text& item(const std::string& value) { return item(std::string_view{value}); }
  json_text& item(bool value) { return separate(), text_ += value ? "true" : "false", *this; }
  json_text& item(int value) { return item(static_cast<std::int64_t>(value)); }
  json_text& item(std::int64_t value) {
    separate();
    const fmt::format_int digits(value);
    text_.append(digits.data(), digits.size());
    return *this;
  }
  // Shortest text that reads back as the same number; whole numbers keep their ".0".
  json_text& item(double value) {
    separate();
    fmt::format_to(std::back_inserter(text_), FMT_COMPILE("{}"), value);
    if (std::trunc(value) == value && std::fabs(value) < 1e15) text_ += ".0";
    return *this;
  }
  json_text& item(std::nullptr_t) { return separate(), text_ += "null", *this; }

  std::string take() && { return std::move(text_); }

 private:
  void separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }

  std::string text_;
  bool fresh_ = true;  // nothing precedes the next value, so no comma
  json_letters letters_;
};

}  // namespace nba::fake
