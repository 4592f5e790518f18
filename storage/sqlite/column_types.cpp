// See storage/column_types.hpp.
#include "storage/column_types.hpp"

#include "pipeline/enum_names.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sqlite/schema_model.hpp"
#include "storage/sqlite/session.hpp"

#include <optional>

namespace nba {
namespace {

constexpr enum_names<column_type, 8> type_names{{{
    {column_type::text, "text"},
    {column_type::integer, "integer"},
    {column_type::bigint, "bigint"},
    {column_type::real, "real"},
    {column_type::boolean, "boolean"},
    {column_type::date, "date"},
    {column_type::timestamp, "timestamp"},
    {column_type::bytes, "bytes"},
}}};

// The schema with the types' names for the words of the migrations; SQLite keeps a type as it was told it.
const sql::schema_shape& typed_schema() {
  static const auto shape = [] {
    auto words = sqlite::sqlite_dialect;
    words.name = "types";
    for (auto& [word, text] : words.words) {
      if (word == "key") text = "text";
      if (type_names.value_of(word)) text = word;
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
    if (each.name == column.name) return type_names.value_of(each.type);
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

std::string_view to_string(column_type type) { return type_names.name_of(type); }

column_type type_of(const dictionary_table& table, const dictionary_column& column) {
  if (const auto said = type_names.value_of(column.type)) return *said;
  if (const auto declared = declared_type(table, column)) return *declared;
  return type_by_unit(column.unit);
}

}  // namespace nba
