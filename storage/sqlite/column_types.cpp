// See storage/column_types.hpp.
#include "storage/column_types.hpp"

#include "storage/sql/migrations.hpp"
#include "storage/sqlite/schema_model.hpp"
#include "storage/sqlite/session.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace nba {
namespace {

using named_type = std::pair<std::string_view, column_type>;
constexpr std::array<named_type, 8> type_names{{{"text", column_type::text},
                                                {"integer", column_type::integer},
                                                {"bigint", column_type::bigint},
                                                {"real", column_type::real},
                                                {"boolean", column_type::boolean},
                                                {"date", column_type::date},
                                                {"timestamp", column_type::timestamp},
                                                {"bytes", column_type::bytes}}};

std::optional<column_type> type_called(std::string_view name) {
  const auto found =
      std::find_if(type_names.begin(), type_names.end(), [&](const auto& each) { return each.first == name; });
  if (found == type_names.end()) return std::nullopt;
  return found->second;
}

// The schema with the types' names for the words of the migrations; SQLite keeps a type as it was told it.
const sql::schema_shape& typed_schema() {
  static const auto shape = [] {
    auto words = sqlite::sqlite_dialect;
    words.name = "types";
    for (auto& [word, text] : words.words) {
      if (word == "key") text = "text";
      if (type_called(word)) text = word;
    }
    std::vector<migration_step> all;
    for (const auto& each : sql::migration_files()) all.push_back({each.version, std::string{each.name}, true});
    return sqlite::expect_schema(words, all).shape;
  }();
  return shape;
}

std::optional<column_type> declared_type(const dictionary_table& table, const dictionary_column& column) {
  const auto relation = typed_schema().find(table.name);
  if (relation == typed_schema().end()) return std::nullopt;
  for (const auto& each : relation->second.columns)
    if (each.name == column.name) return type_called(each.type);
  return std::nullopt;
}

column_type type_by_unit(std::string_view unit) {
  if (unit.empty()) return column_type::text;
  if (unit == "yes/no") return column_type::boolean;
  if (unit == "ET date") return column_type::date;
  if (unit.starts_with("UTC")) return column_type::timestamp;
  if (unit == "count" || unit == "points") return column_type::bigint;
  return column_type::real;
}

}  // namespace

std::string_view to_string(column_type type) {
  return std::find_if(type_names.begin(), type_names.end(), [&](const auto& each) { return each.second == type; })
      ->first;
}

column_type type_of(const dictionary_table& table, const dictionary_column& column) {
  if (const auto said = type_called(column.type)) return *said;
  if (const auto declared = declared_type(table, column)) return *declared;
  return type_by_unit(column.unit);
}

}  // namespace nba
