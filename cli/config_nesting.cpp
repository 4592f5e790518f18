#include "cli/config_nesting.hpp"

#include <algorithm>

namespace nba::cli {
namespace {

// After the string that begins at `at`; strings of one quote end at the line's end at the latest.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool is_long = text.substr(at, 3) == std::string_view(quote == '"' ? "\"\"\"" : "'''");
  const auto closing = text.substr(at, is_long ? 3 : 1);
  for (auto place = at + closing.size(); place < text.size(); ++place) {
    if (!is_long && text[place] == '\n') return place;
    if (quote == '"' && text[place] == '\\')
      ++place;
    else if (text.substr(place, closing.size()) == closing)
      return place + closing.size();
  }
  return text.size();
}

}  // namespace

std::size_t line_nested_deeper_than(std::string_view toml, std::size_t most) {
  std::size_t line = 1, open = 0, names = 0;
  const auto count_lines = [&](std::size_t begin, std::size_t end) {
    line += static_cast<std::size_t>(std::count(toml.begin() + static_cast<std::ptrdiff_t>(begin),
                                                toml.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  };
  for (std::size_t at = 0; at < toml.size();) {
    auto next = at + 1;
    switch (toml[at]) {
      case '"':
      case '\'':
        next = std::min(end_of_string(toml, at), toml.size());
        break;
      case '#':
        next = std::min(toml.find('\n', at), toml.size());
        break;
      case '[':
      case '{':
        ++open;
        names = 0;
        break;
      case ']':
      case '}':
        if (open > 0) --open;
        break;
      case '.':
        ++names;
        break;
      case '\n':
      case ',':
      case '=':
        names = 0;
        break;
      default:
        break;
    }
    if (open + names > most) return line;
    count_lines(at, next);
    at = next;
  }
  return 0;
}

}  // namespace nba::cli
