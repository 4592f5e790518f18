#include "storage/postgres/place.hpp"

#include "storage/sql/sql_error.hpp"

#include <fmt/format.h>

namespace nba::postgres {

// The first schema of the search path with our bookkeeping (other tools have a table of that name too, with other
// columns); without one, the schema where a table is made.
sql::cell place(sql::session& db) {
  return db
      .query(
          "SELECT COALESCE((SELECT n.nspname FROM unnest(current_schemas(false)) WITH ORDINALITY AS s(name, at) "
          "JOIN pg_namespace n ON n.nspname = s.name "
          "JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'schema_migrations' "
          "WHERE (SELECT COUNT(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped "
          "AND a.attname IN ('version', 'name', 'checksum', 'applied_at')) = 4 "
          "ORDER BY s.at LIMIT 1), current_schema())::text")
      .rows.at(0)
      .at(0);
}

bool has_table(sql::session& db, std::string_view name) {
  const sql::cell_row which{place(db), sql::text(name)};
  return !db.query(
                "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = $1 AND c.relname = $2",
                which)
              .rows.empty();
}

std::vector<std::string> relations_of(sql::session& db) {
  const sql::cell_row which{place(db)};
  std::vector<std::string> names;
  for (const auto& row :
       db.query("SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = $1",
                which)
           .rows)
    names.push_back(sql::as_text(row[0]));
  return names;
}

std::vector<std::string> columns_of(sql::session& db, std::string_view table) {
  const sql::cell_row which{place(db), sql::text(table)};
  std::vector<std::string> names;
  for (const auto& row : db.query("SELECT a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                                  "JOIN pg_namespace n ON n.oid = c.relnamespace "
                                  "WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped",
                                  which)
                             .rows)
    names.push_back(sql::as_text(row[0]));
  return names;
}

sql::schema_shape read_shape(sql::session& db) {
  const sql::cell_row which{place(db)};
  sql::schema_shape shape;
  for (const auto& row :
       db.query("SELECT c.relname::text, c.relkind IN ('v', 'm'), a.attname::text, "
                "CASE WHEN a.atttypid = 'timestamptz'::regtype THEN 'timestamptz' "
                "ELSE format_type(a.atttypid, a.atttypmod) END, a.attnotnull, "
                "CASE WHEN a.atthasdef OR a.attidentity <> '' THEN 'yes' ELSE '' END "
                "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
                "WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm') ORDER BY c.relname, a.attnum",
                which)
           .rows) {
    auto& relation = shape[sql::as_text(row[0])];
    relation.is_view = sql::as_integer(row[1]) != 0;
    if (!sql::is_null(row[2]))
      relation.columns.push_back(
          {sql::as_text(row[2]), sql::as_text(row[3]), sql::as_integer(row[4]) != 0, sql::as_text(row[5])});
  }
  for (const auto& row :
       db.query("SELECT t.relname::text, c.relname::text, i.indisprimary, i.indisunique, i.indpred IS NOT NULL, "
                "COALESCE(a.attname::text, '') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
                "CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, at) "
                "LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum "
                "WHERE n.nspname = $1 ORDER BY t.relname, c.relname, k.at",
                which)
           .rows) {
    const auto relation = shape.find(sql::as_text(row[0]));
    if (relation == shape.end()) continue;
    auto& indexes = relation->second.indexes;
    const auto name = sql::as_text(row[1]);
    if (indexes.empty() || indexes.back().name != name)
      indexes.push_back(
          {name, {}, sql::as_integer(row[2]) != 0, sql::as_integer(row[3]) != 0, sql::as_integer(row[4]) != 0});
    indexes.back().columns.push_back(sql::as_text(row[5]));
  }
  return shape;
}

void check_place(sql::session& db, bool pending) {
  const auto where = db.description();
  const auto refuse = [](std::string message) {
    throw sql::refused({failure_class::configuration, std::move(message), "database"});
  };
  const auto row = db.query(
                         "SELECT current_setting('server_encoding'), current_schema()::text, current_user::text, "
                         "CASE WHEN current_schema() IS NULL THEN 0 WHEN has_schema_privilege(current_schema()::text, "
                         "'CREATE') THEN 1 ELSE 0 END")
                       .rows.at(0);
  // SQL_ASCII takes any bytes, and so all of UTF-8.
  if (const auto encoding = sql::as_text(row[0]); encoding != "UTF8" && encoding != "SQL_ASCII")
    refuse(
        fmt::format("the database {} has the encoding {}, which cannot hold every name (such as Dončić): use one made "
                    "with: CREATE DATABASE nba ENCODING 'UTF8' TEMPLATE template0",
                    where, encoding));
  const auto role = sql::as_text(row[2]);
  if (sql::is_null(row[1]))
    refuse(
        fmt::format("the role {} may use no schema on its search_path in the database {}: as the database's owner run "
                    "CREATE SCHEMA {} AUTHORIZATION {}, or grant it one: GRANT USAGE, CREATE ON SCHEMA public TO {}",
                    role, where, role, role, role));
  if (!pending) return;
  const auto schema = sql::as_text(row[1]), ours = sql::as_text(place(db));
  if (schema != ours)
    refuse(
        fmt::format("nba-scraper's tables in the database {} are in the schema {}, but new ones would be made in {}, "
                    "the first of this role's search_path: end the URL with ?options=-csearch_path%3D{}",
                    where, ours, schema, ours));
  if (sql::as_integer(row[3]) == 0)
    refuse(
        fmt::format("the role {} may not make tables in the schema {} of the database {}: as its owner run GRANT "
                    "USAGE, CREATE ON SCHEMA {} TO {}",
                    role, schema, where, schema, role));
}

std::optional<read_only_reason> why_read_only(sql::session& db) {
  const auto row =
      db.query(
            "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only'), "
            "has_table_privilege('ingest_games', 'INSERT') AND has_table_privilege('ingest_games', "
            "'UPDATE') AND has_table_privilege('ingest_games', 'DELETE'), (SELECT pg_get_userbyid(relowner) = "
            "current_user FROM pg_class WHERE oid = 'ingest_games'::regclass)")
          .rows.at(0);
  if (sql::as_integer(row[0]) != 0)
    return read_only_reason{"the server is a read-only replica",
                            "name the primary in the database URL; reading commands work here", true};
  const bool is_owner = sql::as_integer(row[3]) != 0;
  if (sql::as_text(row[1]) == "on")
    return read_only_reason{
        "transactions of this user or database are read-only by default",
        "ALTER ROLE ... SET default_transaction_read_only = off (or ALTER DATABASE), or another user", is_owner};
  if (sql::as_integer(row[2]) == 0) {
    read_only_reason reason{"this user may not write to the table ingest_games"};
    reason.for_everybody = is_owner;
    return reason;
  }
  return std::nullopt;
}

std::vector<std::string> invalid_indexes(sql::session& db) {
  const sql::cell_row which{place(db)};
  std::vector<std::string> told;
  for (const auto& row : db.query("SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                                  "JOIN pg_namespace n ON n.oid = c.relnamespace "
                                  "WHERE n.nspname = $1 AND NOT (i.indisvalid AND i.indisready)",
                                  which)
                             .rows)
    told.push_back(
        fmt::format("the index {} is not valid: REINDEX INDEX {}", sql::as_text(row[0]), sql::as_text(row[0])));
  return told;
}

}  // namespace nba::postgres
