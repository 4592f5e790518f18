// What a database refused, before it becomes a failure.
//
// Purpose: inside storage/sql, storage/sqlite and storage/postgres errors are exceptions of this one type; the store's
// calls catch it at their edge and answer a failure whose message names the fix.
#pragma once

#include "pipeline/failure.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace nba::sql {

enum class error_kind {
  conflict,         // deadlock or serialization failure: the transaction may simply be run again
  duplicate,        // a row with this key is there already
  connection_lost,  // nothing works until reconnect()
  busy,             // waited for another writer and gave up
  disk_full,
  read_only,      // the file or the server may not be written
  no_privilege,   // the database's user lacks a right
  no_such_table,  // the schema was never made
  cannot_open,    // the file of an SQLite database
  cannot_connect,
  not_a_database,
  moved,                 // the file at the path is not the one that is open any more
  damaged,               // the file's content cannot be right
  shared_session,        // a pooler gives one session of the server to several clients
  too_many_connections,  // the server takes no more
  wrong_encoding,        // the database cannot hold a letter
  other,
};

class sql_error : public std::runtime_error {
 public:
  sql_error(error_kind kind, std::string code, const std::string& message)
      : std::runtime_error(message), kind_(kind), code_(std::move(code)) {}
  error_kind kind() const noexcept { return kind_; }
  // "SQLSTATE 53100", "SQLITE_FULL".
  const std::string& code() const noexcept { return code_; }

 private:
  error_kind kind_;
  std::string code_;
};

// Thrown for a failure that is not the database's: a caller broke the store's contract, a setting is wrong.
class refused : public std::runtime_error {
 public:
  explicit refused(failure reason) : std::runtime_error(reason.message), reason_(std::move(reason)) {}
  const failure& reason() const noexcept { return reason_; }

 private:
  failure reason_;
};

// `database`: the store's description ("season.db", "localhost:5432/nba").
failure to_failure(const sql_error& error, std::string_view database);

}  // namespace nba::sql
