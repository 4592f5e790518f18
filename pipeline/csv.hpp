// Reading small tables of comma-separated values that have no quotes: those that are compiled in, and a reference that
// a user gives. Threads: pure functions.
#pragma once

#include "pipeline/result.hpp"

#include <string_view>
#include <vector>

namespace nba {

// The part before the separator; `rest` loses it and the separator.
std::string_view take(std::string_view& rest, char separator);

struct csv_line {
  int number = 0;  // from 1
  std::string_view text;
};
// The lines after the header; empty lines and those that begin with '#' are no lines. Class configuration when there
// are lines and the first one is another header.
result<std::vector<csv_line>> csv_lines(std::string_view csv, std::string_view header);

}  // namespace nba
