// The type of each column of the data dictionary, the same for both stores.
//
// Purpose: what whoever reads an export needs to know, and what SQLite does not say: a yes/no is an integer there, a
// date is text, and the columns of a view have no type. Of tables, and of columns that a view takes as they are, it is
// what the migrations declare; of what a view computes, what the unit says (points are whole, seconds are not), or the
// dictionary (`count:real`). Tests compare it with PostgreSQL's own.
// Threads: the schema is read on first use (thread-safe), then constant.
#pragma once

#include "storage/dictionary.hpp"

#include <string_view>

namespace nba {

enum class column_type {
  text,
  integer,    // 32 bits
  bigint,     // 64 bits
  real,       // double precision
  boolean,    // true, false
  date,       // 2024-10-22
  timestamp,  // 2024-11-13T00:10:24.900Z, UTC
  bytes,
};
// "text", "integer", ...
std::string_view to_string(column_type type);

column_type type_of(const dictionary_table& table, const dictionary_column& column);

}  // namespace nba
