// Any table or view, for export.
#include "storage/dictionary.hpp"
#include "storage/sql/sql_store.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace nba::sql {
namespace {

// Keys have at most this many columns, and they stand first.
constexpr std::size_t key_columns_max = 5;

table_value to_value(const cell& from) {
  if (is_null(from)) return {};
  if (const auto* number = std::get_if<std::int64_t>(&from)) return *number;
  if (const auto* real = std::get_if<double>(&from)) return *real;
  return to_text(from);
}

bool has_column(const dictionary_table& table, std::string_view name) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& each) { return each.name == name; });
}

[[noreturn]] void refuse(std::string message, const std::string& table) {
  throw refused({failure_class::configuration, std::move(message), table});
}

}  // namespace

result<table_rows> sql_store::read_table(const table_slice& slice) {
  return transact(transaction_mode::read, [&] {
    const auto* table = find_in_dictionary(slice.table);
    if (!table) refuse(fmt::format("there is no table {}", slice.table), slice.table);
    std::string where;
    cell_row values;
    if (!slice.games.empty()) {
      if (!has_column(*table, "game_id")) refuse(fmt::format("{} has no games", slice.table), slice.table);
      for (const auto& id : slice.games) {
        values.push_back(text(id.str()));
        where += fmt::format("{}${}", where.empty() ? " WHERE game_id IN (" : ", ", values.size());
      }
      where += ")";
    } else if (slice.season) {
      if (!has_column(*table, "season")) refuse(fmt::format("{} has no seasons", slice.table), slice.table);
      values.push_back(text(to_string(*slice.season)));
      where = " WHERE season = $1";
    }
    std::string columns, order;
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      columns += fmt::format("{}{}", i == 0 ? "" : ", ", table->columns[i].name);
      if (i < key_columns_max) order += fmt::format("{}{}", i == 0 ? "" : ", ", i + 1);
    }
    const auto found =
        db_->query(fmt::format("SELECT {} FROM {}{} ORDER BY {}", columns, table->name, where, order), values);
    table_rows out{found.columns, {}};
    out.rows.reserve(found.rows.size());
    for (const auto& row : found.rows) {
      auto& line = out.rows.emplace_back();
      line.reserve(row.size());
      for (const auto& value : row) line.push_back(to_value(value));
    }
    return out;
  });
}

}  // namespace nba::sql
