// What a schema looks like, as a database itself describes it, and how two differ.
//
// Threads: pure functions and plain values.
#pragma once

#include "storage/schema_drift.hpp"
#include "storage/sql/dialect.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nba::sql {

struct relation_column {
  std::string name;
  std::string type;          // as declared, lower case; PostgreSQL: format_type
  bool not_null = false;     // of a key in PostgreSQL always
  std::string default_text;  // SQLite: as declared; PostgreSQL: not empty where there is one
};
struct relation_index {
  std::string name;
  std::vector<std::string> columns;
  bool primary = false, unique = false, partial = false;
};
struct relation_shape {
  bool is_view = false;
  std::vector<relation_column> columns;  // none: a view that cannot be read any more
  std::vector<relation_index> indexes;   // with those of keys
  std::string text;                      // of a view, where the database keeps it as it was given
};
// By name. Tables and views.
using schema_shape = std::map<std::string, relation_shape, std::less<>>;

// A view or an index, and the statement that makes it.
struct remade_relation {
  std::string name, statement;
};
struct expected_schema {
  schema_shape shape;
  std::vector<remade_relation> remade;  // in the order of the migrations
};

// A default that stands for numbers which the database gives out.
inline constexpr std::string_view identity_default = "'identity'";

std::vector<schema_drift> compare_schema(const expected_schema& expected, const schema_shape& found,
                                         const dialect& words);

}  // namespace nba::sql
