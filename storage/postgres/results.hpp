// Results of PostgreSQL as cells, the same cells SQLite gives for the same contents.
//
// Threads: pure function.
#pragma once

#include "storage/sql/cell.hpp"

#include <cstddef>

#include <pqxx/result>

namespace nba::postgres {

sql::row_set to_rows(const pqxx::result& result);

}  // namespace nba::postgres
