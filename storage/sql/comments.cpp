// The data dictionary as comments on tables and columns.
#include "pipeline/sha256.hpp"
#include "storage/dictionary.hpp"
#include "storage/sql/migrations.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char letter : text) {
    if (letter == '\'') out += letter;
    out += letter;
  }
  return out + "'";
}

std::string with_unit(const dictionary_column& column) {
  return column.unit.empty() ? std::string{column.meaning} : fmt::format("{} [{}]", column.meaning, column.unit);
}

std::string comment_statements() {
  std::string sql;
  for (const auto& table : data_dictionary()) {
    sql +=
        fmt::format("COMMENT ON {} {} IS {};\n", table.is_view() ? "VIEW" : "TABLE", table.name, quoted(table.meaning));
    for (const auto& column : table.columns)
      sql += fmt::format("COMMENT ON COLUMN {}.{} IS {};\n", table.name, column.name, quoted(with_unit(column)));
  }
  return sql;
}

}  // namespace

void write_comments(session& db) {
  if (!db.dialect().has_comments) return;
  static const auto statements = comment_statements();
  // The last comment tells whether all of them are these.
  static const auto mark =
      fmt::format("{} (dictionary {:.12})", find_in_dictionary("schema_migrations")->meaning, sha256_hex(statements));
  db.begin(transaction_mode::write);
  db.lock_migrations();
  const auto found = db.query(
      "SELECT COALESCE(obj_description(c.oid), ''), CASE WHEN pg_has_role(c.relowner, 'USAGE') THEN 1 ELSE 0 END "
      "FROM pg_class c WHERE c.oid = 'schema_migrations'::regclass");
  const auto& row = found.rows.at(0);
  if (as_text(row[0]) == mark || as_integer(row[1]) == 0) return db.rollback();
  db.run_script(statements + fmt::format("COMMENT ON TABLE schema_migrations IS {};", quoted(mark)));
  db.commit();
}

}  // namespace nba::sql
