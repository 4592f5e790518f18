#include "tests/fuzz/property.hpp"

#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <string>

namespace nba::fuzz {

void require(bool holds, std::string_view property) {
  if (!holds) throw broken_property("this should hold and does not: " + std::string(property));
}

void require_failure(const failure& why, std::initializer_list<failure_class> expected) {
  constexpr std::size_t message_bytes_max = 1'000, where_bytes_max = 300;
  if (std::find(expected.begin(), expected.end(), why.kind) == expected.end())
    throw broken_property("unexpected class of failure: " + describe(why));
  require(!why.message.empty(), "a failure has a message");
  require(why.message.size() <= message_bytes_max, "a failure's message fits a log line");
  require(why.where.size() <= where_bytes_max, "a failure's place fits a log line");
}

bool is_clean_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && simdjson::validate_utf8(text.data(), text.size());
}

body_ptr body_of(std::string_view input) { return std::make_shared<const padded_body>(std::string(input)); }

}  // namespace nba::fuzz
