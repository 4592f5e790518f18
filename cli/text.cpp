#include "cli/text.hpp"

#include "pipeline/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

namespace nba::cli {
namespace {

bool starts_code_point(char byte) { return !continues_utf8(byte); }

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

// Where a URL may end whose user information begins at `begin`: passwords hold '#', '?', quotes and spaces as they are,
// so only the end of the line is certain, or the word with the next URL.
std::size_t end_of_url(std::string_view text, std::size_t begin) {
  const auto line = std::min(text.find('\n', begin), text.size());
  for (auto next = text.find("://", begin); next < line; next = text.find("://", next + 1)) {
    const auto space = text.find_last_of(" \t", next);
    if (space != std::string_view::npos && space >= begin) return space;
  }
  return line;
}

bool is_http(std::string_view up_to_scheme) {
  return up_to_scheme.ends_with("http") || up_to_scheme.ends_with("https");
}

// The password of `scheme://user:password@host`, wherever such a thing occurs. Rather too much than too little.
std::string redact_userinfo(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto scheme = text.find("://", at);
    if (scheme == std::string_view::npos) break;
    const auto begin = scheme + 3;
    out += text.substr(at, begin - at);
    at = begin;
    if (begin < text.size() && text[begin] == '/') continue;  // a file: nobody logs in
    const auto rest = text.substr(begin, end_of_url(text, begin) - begin);
    // The last '@' ends the user information: passwords often hold an unescaped one.
    const auto host = rest.rfind('@');
    const auto colon = rest.find(':');
    const auto path = rest.find_first_of("/ \t");
    const auto name_only = rest.find('@');
    if (host != std::string_view::npos && colon < host) {
      out += rest.substr(0, colon + 1);
      out += "***";
      at = begin + host;
    } else if (name_only < path && is_http(text.substr(0, scheme))) {
      out += "***";  // a token
      at = begin + name_only;
    }
  }
  out += text.substr(std::min(at, text.size()));
  return out;
}

// Hides the value of the parameter whose name ends at `end`: `=`, then something quoted or up to the next separator.
void redact_value(std::string& text, std::size_t end_of_name, bool in_query) {
  const auto equals = text.find_first_not_of(" \t", end_of_name);
  if (equals == std::string::npos || text[equals] != '=') return;
  const auto begin = std::min(text.find_first_not_of(" \t", equals + 1), text.size());
  std::size_t end = begin;
  if (begin < text.size() && (text[begin] == '\'' || text[begin] == '"')) {
    const char quote = text[begin];
    for (++end; end < text.size() && text[end] != quote; ++end)
      if (text[end] == '\\') ++end;
    end = std::min(end + 1, text.size());
  } else {
    end = std::min(text.find_first_of(in_query ? "& \t\n" : " \t\n", begin), text.size());
  }
  text.replace(begin, end - begin, "***");
}

// In any case of letters. From the last one to the first: a value may look like a parameter itself, and cut first it
// would leave its own rest behind.
std::string redact_parameters(std::string text) {
  constexpr std::array<std::string_view, 4> names{"password", "passwd", "pwd", "token"};
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  for (auto place = text.size(); place-- > 0;)
    for (const auto name : names) {
      if (text.size() - place < name.size()) continue;
      const auto from = text.begin() + static_cast<std::ptrdiff_t>(place);
      if (!std::equal(name.begin(), name.end(), from, [&](char b, char a) { return same(a, b); })) continue;
      redact_value(text, place + name.size(), place > 0 && (text[place - 1] == '?' || text[place - 1] == '&'));
    }
  return text;
}

}  // namespace

std::string redact_secrets(std::string_view text) { return redact_parameters(redact_userinfo(text)); }

std::string internal_error_text(const std::exception& error) {
  return fmt::format(
      "internal error: {}\n  Please report it with the command line and the output of `nba-scraper --version`.",
      redact_secrets(error.what()));
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(word, candidate);
    if (!best || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  // A third of the word may be wrong; further away it is another word, not a typing error.
  const auto allowed = std::max<std::size_t>(2, word.size() / 3);
  if (!best || best_distance > allowed) return std::nullopt;
  return best;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::string clip(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string{text};
  if (columns == 0) return {};
  std::size_t seen = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (!starts_code_point(text[end])) continue;
    if (seen == columns - 1) break;
    ++seen;
  }
  return std::string{text.substr(0, end)} + "…";
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto space = std::min(text.find(' ', at), text.size());
    const auto word = text.substr(at, space - at);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    at = space + 1;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string with_thousands(long long value) {
  auto digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (auto at = digits.size(); at > first + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(long long count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", with_thousands(count), count == 1 ? singular : plural);
}

std::string format_bytes(unsigned long long bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string to_the_minute(std::string_view timestamp) {
  std::string text{timestamp.substr(0, 16)};
  if (text.size() > 10) text[10] = ' ';
  return text;
}

std::string join_words(std::span<const std::string> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace nba::cli
