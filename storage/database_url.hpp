// Kinds of database, and where one is.
//
// Threads: pure functions and constants.
#pragma once

#include "pipeline/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace nba {

struct database_url;

// What is known of a kind of database before one is opened. To add one: docs/architecture.md, "Files to touch".
struct store_kind {
  std::string_view name;           // "sqlite": what `store::backend` answers, and the scheme of its URLs
  std::string_view second_scheme;  // accepted, too; empty: none
  std::string_view form;           // of its URLs, for people: "sqlite:///file.db"
  bool is_file;                    // of this machine: it can be missing, or moved; it has no users
  int writers_max;                 // connections that can write at the same time
  std::string_view damage_fix;     // what a person does about what `find_damage` tells
  result<database_url> (*parse)(std::string_view rest);  // what stands after "SCHEME://"
};
std::span<const store_kind> store_kinds();
// By name or scheme, in lower case; null: there is none.
const store_kind* find_store_kind(std::string_view name);
// The forms of all kinds: "A or B".
std::string database_url_forms();

// A parsed `--database` URL.
struct database_url {
  std::string_view backend = "sqlite";  // the name of its kind
  std::string path;                     // of a file
  std::string connection;               // of a server: what its library connects with
  std::string redacted;                 // printable: no password
  std::string description;              // for people: file path or "host:port/database"

  const store_kind& kind() const { return *find_store_kind(backend); }
};
// `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user@host/db`; SQLAlchemy driver suffixes
// (`postgresql+asyncpg`, `sqlite+aiosqlite`) are dropped, `postgres://` is accepted. Class configuration otherwise.
result<database_url> parse_database_url(std::string_view url);

}  // namespace nba
