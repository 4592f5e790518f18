#include "storage/stored_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include <fmt/format.h>

namespace nba {
namespace {

constexpr std::string_view version = "1";

std::int64_t rows_in(const stored_rows& found, std::string_view table) {
  const auto entry = found.find(table);
  return entry == found.end() ? 0 : entry->second.rows;
}

struct shape {
  std::string_view table;
  std::int64_t rows;  // exactly, or at least
  bool exactly;
};

std::vector<std::string> check_shapes(const stored_rows& found, std::span<const shape> shapes) {
  std::vector<std::string> problems;
  for (const auto& each : shapes) {
    const auto rows = rows_in(found, each.table);
    if (each.exactly ? rows == each.rows : rows >= each.rows) continue;
    problems.push_back(
        fmt::format("{}: {} of {}{} rows", each.table, rows, each.exactly ? "" : "at least ", each.rows));
  }
  return problems;
}

}  // namespace

std::string to_text(const stored_rows& rows) {
  std::string text{version};
  for (const auto& [table, digest] : rows) text += fmt::format(" {}={}:{}", table, digest.rows, digest.digest);
  return text;
}

std::optional<stored_rows> parse_stored_rows(std::string_view text) {
  const auto next_word = [&text] {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
  };
  if (next_word() != version) return std::nullopt;
  stored_rows rows;
  while (!text.empty()) {
    const auto word = next_word();
    const auto equals = word.find('='), colon = word.find(':', equals == std::string_view::npos ? 0 : equals);
    if (equals == 0 || equals == std::string_view::npos || colon == std::string_view::npos) return std::nullopt;
    table_digest digest;
    const auto* const end = word.data() + colon;
    const auto [stopped, error] = std::from_chars(word.data() + equals + 1, end, digest.rows);
    if (error != std::errc{} || stopped != end || digest.rows < 0) return std::nullopt;
    digest.digest = word.substr(colon + 1);
    rows.emplace(word.substr(0, equals), std::move(digest));
  }
  return rows;
}

std::vector<std::string> compare_stored(const stored_rows& kept, const stored_rows& found) {
  std::vector<std::string> problems;
  for (const auto& [table, wanted] : kept) {
    const auto there = found.find(table);
    if (there == found.end()) continue;
    const auto& [rows, digest] = there->second;
    if (rows != wanted.rows)
      problems.push_back(fmt::format("{}: {} of {} {}", table, rows, wanted.rows, wanted.rows == 1 ? "row" : "rows"));
    else if (!digest.empty() && digest != wanted.digest)
      problems.push_back(fmt::format("{}: {} {}, not as written", table, rows, rows == 1 ? "row" : "rows"));
  }
  return problems;
}

std::vector<std::string> check_core_shape(const stored_rows& found) {
  // Four periods and two teams; five starters a side.
  static constexpr std::array<shape, 5> shapes{{{"games", 1, true},
                                                {"period_scores", 8, false},
                                                {"team_game_stats", 2, true},
                                                {"player_game_stats", 10, false},
                                                {"pbp_events", 1, false}}};
  return check_shapes(found, shapes);
}

std::vector<std::string> check_derived_shape(const stored_rows& found) {
  static constexpr std::array<shape, 2> shapes{{{"outcomes", 1, true}, {"team_game_factors", 2, true}}};
  return check_shapes(found, shapes);
}

}  // namespace nba
