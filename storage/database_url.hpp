// Where a database is.
//
// Threads: pure functions.
#pragma once

#include "pipeline/result.hpp"

#include <string>
#include <string_view>

namespace nba {

// A parsed `--database` URL.
struct database_url {
  enum class kind { sqlite, postgresql } backend = kind::sqlite;
  std::string path;         // sqlite: file path
  std::string connection;   // postgresql: libpq URI
  std::string redacted;     // printable: no password
  std::string description;  // for people: file path or "host:port/database"
};
// `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user@host/db`; SQLAlchemy driver suffixes
// (`postgresql+asyncpg`, `sqlite+aiosqlite`) are dropped, `postgres://` is accepted. Class configuration otherwise.
result<database_url> parse_database_url(std::string_view url);

}  // namespace nba
