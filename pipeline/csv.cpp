#include "pipeline/csv.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace nba {

std::string_view take(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

result<std::vector<csv_line>> csv_lines(std::string_view csv, std::string_view header) {
  constexpr std::size_t quoted_bytes_max = 60;
  std::vector<csv_line> lines;
  bool header_seen = false;
  for (int number = 1; !csv.empty(); ++number) {
    auto text = take(csv, '\n');
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty() || text.front() == '#') continue;
    if (header_seen) lines.push_back({number, text});
    if (!header_seen && text != header)
      return failure{failure_class::configuration,
                     fmt::format("the first line is '{}'; it must be {}", text.substr(0, quoted_bytes_max), header),
                     fmt::format("line {}", number)};
    header_seen = true;
  }
  return lines;
}

}  // namespace nba
