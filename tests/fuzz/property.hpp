// What fuzz targets demand of their parsers.
//
// Threads: pure functions.
// Errors: broken_property, which a fuzzer reports as a crash and the smoke test as a failure with the file's name.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/source/http_client.hpp"

#include <initializer_list>
#include <stdexcept>
#include <string_view>

namespace nba::fuzz {

struct broken_property : std::logic_error {
  using std::logic_error::logic_error;
};

// `property` in words: "a schedule's ids are unique".
void require(bool holds, std::string_view property);

// A failure names one of these classes, and its texts are short enough for a log line, whatever the input was.
void require_failure(const failure& why, std::initializer_list<failure_class> expected);

// Valid UTF-8 without a zero byte.
bool is_clean_text(std::string_view text);

// A copy with the padding that simdjson reads in place.
body_ptr body_of(std::string_view input);

}  // namespace nba::fuzz
