#include "storage/sqlite/schema_model.hpp"

#include "storage/sql/sql_error.hpp"
#include "storage/sqlite/handles.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

namespace nba::sqlite {
namespace {

struct close_database {
  void operator()(sqlite3* raw) const noexcept { sqlite3_close_v2(raw); }
};
using memory_database = std::unique_ptr<sqlite3, close_database>;

int compare_bytes(void*, int left_size, const void* left, int right_size, const void* right) {
  const int order = std::memcmp(left, right, static_cast<std::size_t>(std::min(left_size, right_size)));
  return order != 0 ? order : left_size - right_size;
}

bool put_function(sqlite3* db, const char* name) {
  constexpr int arguments = 2;
  return sqlite3_create_function(
             db, name, arguments, SQLITE_UTF8, nullptr,
             [](sqlite3_context* call, int, sqlite3_value**) { sqlite3_result_null(call); }, nullptr,
             nullptr) == SQLITE_OK;
}

memory_database open_memory() {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open(":memory:", &raw);
  memory_database db(raw);
  // PostgreSQL's collation of bytes, and the functions that its views name; nothing is ever computed here.
  if (code != SQLITE_OK || sqlite3_create_collation(raw, "C", SQLITE_UTF8, nullptr, &compare_bytes) != SQLITE_OK ||
      !put_function(raw, "strpos") || !put_function(raw, "string_agg"))
    throw_error(raw, "opening a database in memory");
  return db;
}

void run(sqlite3* db, const std::string& text) {
  if (sqlite3_exec(db, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw_error(db, "running a migration");
}

// PostgreSQL's words that SQLite cannot read: of an identity only the default is looked at, and views are replaced in
// SQLite's way.
sql::dialect readable(sql::dialect words) {
  if (words.name == "sqlite") return words;
  for (auto& [word, text] : words.words) {
    if (word == "identity") text = "bigint DEFAULT 'identity' PRIMARY KEY";
    if (word == "or_replace" || word == "sqlite_only") text = "";
  }
  return words;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_yes(const sql::cell& value) { return sql::as_integer(value) != 0; }

void read_columns(sqlite3* db, const std::string& name, sql::relation_shape& into) {
  statement columns(db, "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info($1) ORDER BY cid", false);
  columns.bind_text_copy(1, name);
  while (columns.step())
    into.columns.push_back({sql::as_text(columns.column(0)), lower(sql::as_text(columns.column(1))),
                            is_yes(columns.column(2)), sql::as_text(columns.column(3))});
}

void read_indexes(sqlite3* db, const std::string& name, sql::relation_shape& into) {
  statement indexes(db, "SELECT name, \"unique\", origin, partial FROM pragma_index_list($1)", false);
  indexes.bind_text_copy(1, name);
  while (indexes.step()) {
    auto& index = into.indexes.emplace_back();
    index.name = sql::as_text(indexes.column(0));
    index.unique = is_yes(indexes.column(1));
    index.primary = sql::as_text(indexes.column(2)) == "pk";
    index.partial = is_yes(indexes.column(3));
    statement columns(db, "SELECT name FROM pragma_index_info($1) ORDER BY seqno", false);
    columns.bind_text_copy(1, index.name);
    while (columns.step()) index.columns.push_back(sql::as_text(columns.column(0)));
  }
  // A key that is the row's number has no index.
  statement key(db, "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk", false);
  key.bind_text_copy(1, name);
  std::vector<std::string> columns;
  while (key.step()) columns.push_back(sql::as_text(key.column(0)));
  const auto is_primary = [](const sql::relation_index& index) { return index.primary; };
  if (!columns.empty() && std::none_of(into.indexes.begin(), into.indexes.end(), is_primary))
    into.indexes.push_back({"", columns, true, true, false});
}

void put_not_null_on_keys(sql::schema_shape& shape) {
  for (auto& [name, relation] : shape)
    for (const auto& index : relation.indexes)
      if (index.primary)
        for (auto& column : relation.columns)
          if (std::find(index.columns.begin(), index.columns.end(), column.name) != index.columns.end())
            column.not_null = true;
}

}  // namespace

sql::schema_shape read_shape(sqlite3* db) {
  sql::schema_shape shape;
  statement relations(db,
                      "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE "
                      "'sqlite!_%' ESCAPE '!'",
                      false);
  while (relations.step()) {
    auto& relation = shape[sql::as_text(relations.column(0))];
    relation.is_view = sql::as_text(relations.column(1)) == "view";
    if (relation.is_view) relation.text = sql::as_text(relations.column(2));
  }
  for (auto& [name, relation] : shape) {
    try {
      read_columns(db, name, relation);
    } catch (const sql::sql_error&) {
      if (!relation.is_view) throw;
      relation.columns.clear();  // it names what is not there any more
    }
    if (!relation.is_view) read_indexes(db, name, relation);
  }
  return shape;
}

sql::expected_schema expect_schema(const sql::dialect& words, std::span<const migration_step> steps) {
  const auto db = open_memory();
  const auto told = readable(words);
  run(db.get(), sql::bookkeeping_statement(told));
  for (const auto& each : sql::migrations_for(told))
    if (std::any_of(steps.begin(), steps.end(),
                    [&](const migration_step& step) { return step.version == each.version && step.applied; }))
      run(db.get(), each.sql);
  sql::expected_schema expected{read_shape(db.get()), {}};
  if (words.name != "sqlite") {
    put_not_null_on_keys(expected.shape);
    for (auto& [name, relation] : expected.shape) relation.text.clear();
  }
  statement remade(db.get(),
                   "SELECT name, sql FROM sqlite_master WHERE type IN ('view', 'index') AND sql IS NOT NULL "
                   "ORDER BY rowid",
                   false);
  while (remade.step()) expected.remade.push_back({sql::as_text(remade.column(0)), sql::as_text(remade.column(1))});
  return expected;
}

}  // namespace nba::sqlite
