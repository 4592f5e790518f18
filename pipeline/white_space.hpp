// White space as JSON and HTTP have it.
//
// Threads: pure function.
#pragma once

#include <string_view>

namespace nba {

inline constexpr std::string_view white_space = " \t\r\n";

// The text without the white space at its ends.
constexpr std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

}  // namespace nba
