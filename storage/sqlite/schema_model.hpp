// The schema that migrations make, found out by running them on an empty SQLite database in memory: for both databases,
// since the migrations differ in a few words only. With PostgreSQL's words SQLite keeps PostgreSQL's types as it was
// told them. docs/adr/0112-schema-drift.md
// Threads: any; every call has a database of its own. Errors: sql_error.
#pragma once

#include "storage/sql/migrations.hpp"
#include "storage/sql/schema_shape.hpp"

#include <sqlite3.h>

namespace nba::sqlite {

// `steps`: those that are applied count.
sql::expected_schema expect_schema(const sql::dialect& words, std::span<const migration_step> steps);

// What is there.
sql::schema_shape read_shape(sqlite3* db);

}  // namespace nba::sqlite
