#include "storage/sql/upsert.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

namespace nba::sql {
namespace {

// Rows per statement. Both databases take 30,000 parameters and more; the sizes are few so that few statements are
// prepared, and the rest of a list is filled up with NULL keys, which the statement leaves out.
constexpr std::array<std::size_t, 3> statement_rows{8, 32, 128};

std::size_t rows_for(std::size_t wanted) {
  const auto found =
      std::find_if(statement_rows.begin(), statement_rows.end(), [&](std::size_t rows) { return rows >= wanted; });
  return found == statement_rows.end() ? statement_rows.back() : *found;
}

std::string values_list(const upsert_target& target, const dialect& words, std::size_t rows) {
  std::string list;
  std::size_t parameter = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    list += row == 0 ? "(" : ", (";
    for (std::size_t i = 0; i < target.columns.size(); ++i) {
      list += fmt::format("{}${}", i == 0 ? "" : ", ", ++parameter);
      // The first row gives the list its types.
      if (words.casts_parameters && row == 0) list += fmt::format("::{}", target.columns[i].type);
    }
    list += ')';
  }
  return list;
}

// "a.x IS DISTINCT FROM b.x OR ..."
std::string differs(const upsert_target& target, std::string_view a, std::string_view b) {
  std::string any;
  for (std::size_t i = 1; i < target.compared; ++i)
    any += fmt::format("{}{}.{} IS DISTINCT FROM {}.{}", i == 1 ? "" : " OR ", a, target.columns[i].name, b,
                       target.columns[i].name);
  return any;
}

std::string build(const upsert_target& target, const dialect& words, std::size_t rows) {
  std::string columns;
  for (const auto& column : target.columns) columns += fmt::format("{}{}", columns.empty() ? "" : ", ", column.name);
  std::string sets;
  for (std::size_t i = 1; i < target.columns.size(); ++i) {
    const auto name = target.columns[i].name;
    if (target.updated.empty() || std::find(target.updated.begin(), target.updated.end(), name) != target.updated.end())
      sets += fmt::format("{}{} = excluded.{}", sets.empty() ? "" : ", ", name, name);
  }
  const auto key = target.columns.front().name;
  const auto goes_back = [&](std::string_view stored, std::string_view offered) {
    return target.never_back.empty()
               ? std::string()
               : fmt::format("{}.{} > {}.{}", stored, target.never_back, offered, target.never_back);
  };
  std::string needs_nothing = fmt::format("NOT ({})", differs(target, "stored", "offered"));
  std::string still_needed = fmt::format("({})", differs(target, target.table, "excluded"));
  if (!target.never_back.empty()) {
    needs_nothing = fmt::format("({} OR {})", goes_back("stored", "offered"), needs_nothing);
    still_needed += fmt::format(" AND NOT {}", goes_back(target.table, "excluded"));
  }
  return fmt::format(
      "WITH offered ({0}) AS (VALUES {1}) INSERT INTO {2} ({0}) SELECT {0} FROM offered WHERE {3} IS NOT NULL "
      "AND NOT EXISTS (SELECT 1 FROM {2} stored WHERE stored.{3} = offered.{3} AND {4}) ORDER BY {3} "
      "ON CONFLICT ({3}) DO UPDATE SET {5} WHERE {6}",
      columns, values_list(target, words, rows), target.table, key, needs_nothing, sets, still_needed);
}

}  // namespace

void upsert::run(session& db, const keyed_rows& rows) {
  auto next = rows.begin();
  auto left = rows.size();
  while (left != 0) {
    const auto size = rows_for(left);
    cell_row parameters;
    parameters.reserve(size * target_.columns.size());
    for (std::size_t i = 0; i < size && left != 0; ++i, ++next, --left)
      parameters.insert(parameters.end(), next->second.begin(), next->second.end());
    parameters.resize(size * target_.columns.size());
    auto& statement = texts_[size];
    if (statement.empty()) statement = build(target_, db.dialect(), size);
    db.execute(statement, parameters);
  }
}

}  // namespace nba::sql
