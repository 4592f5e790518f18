#include "storage/stored_rows.hpp"

#include "pipeline/derive/tables.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace nba {
namespace {

constexpr std::string_view version = "1";

std::int64_t rows_in(const stored_rows& found, std::string_view table) {
  const auto entry = found.find(table);
  return entry == found.end() ? 0 : entry->second.rows;
}

template <class List>
std::vector<std::string> check_shapes(const stored_rows& found, List tables) {
  std::vector<std::string> problems;
  for_each_table(tables, [&]<class Row>(std::type_identity<Row>) {
    using table = table_traits<Row>;
    const auto rows = rows_in(found, table::name);
    if (rows >= table::rows_min && rows <= table::rows_max) return;
    const bool exactly = table::rows_min == table::rows_max;
    problems.push_back(
        fmt::format("{}: {} of {}{} rows", table::name, rows, exactly ? "" : "at least ", table::rows_min));
  });
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

std::vector<std::string> check_core_shape(const stored_rows& found) { return check_shapes(found, core_table_list{}); }

std::vector<std::string> check_derived_shape(const stored_rows& found) {
  return check_shapes(found, derived_table_list{});
}

}  // namespace nba
