#include "storage/sql/sql_error.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

constexpr std::string_view advice_for_locked_table =
    "Another session has locked a table or a row for longer than a run waits; who it is: SELECT pid, state, query "
    "FROM pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks WHERE granted AND mode <> 'AccessShareLock' AND "
    "relation IS NOT NULL); wait for it, or end it with pg_terminate_backend(pid), then run again";

constexpr std::string_view advice_for_read_only_server =
    "This session may only read. A standby is written through its primary: name that server in the database URL. "
    "Otherwise default_transaction_read_only is on, for the role, the database or the server (SHOW "
    "default_transaction_read_only): ALTER ROLE ... SET default_transaction_read_only = off, or ALTER DATABASE";

// What to do, as a sentence of its own, without its full stop.
std::string_view advice(error_kind kind) {
  switch (kind) {
    case error_kind::conflict:
      return "Other writers kept winning; run again, with fewer runs at once";
    case error_kind::duplicate:
      return "A row is there that the ledger does not know; see `nba-scraper db check`";
    case error_kind::connection_lost:
      return "The connection is lost; check that the server runs, then run again";
    case error_kind::busy:
      return "Another process holds it; wait for that process or stop it";
    case error_kind::disk_full:
      return "The disk or its quota is full; free space there, then run again";
    case error_kind::read_only:
      return "You may not write to it; check the permissions of the file and its folder, or the rights of the user";
    case error_kind::no_privilege:
      return "The role lacks a right; the tables' owner grants it: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES "
             "IN SCHEMA ... TO ... (for reading SELECT is enough), and `nba-scraper db migrate` is for the owner";
    case error_kind::no_such_table:
      return "A table or column of nba-scraper is not there; `nba-scraper db check` tells which (where none is there "
             "yet: `nba-scraper db migrate`)";
    case error_kind::cannot_connect:
      return "Check that the server runs there, and that address, user and database in the URL are right";
    case error_kind::cannot_open:
      return "Check that the path is right and its folder is there, and that you may read and write both; who only "
             "reads must be able to read the file's -wal, too";
    case error_kind::not_a_database:
      return "Name the file of an SQLite database, or one that is not there yet: --database sqlite:///FILE";
    case error_kind::moved:
      return "What was written since then is not in the file that has this name now. Put the file that was in use back "
             "(with its -wal and -shm), or go on without it; then run again: what is missing is fetched";
    case error_kind::damaged:
      return "The file is damaged; `nba-scraper db check` looks closer. Restore a backup, or move the file away and "
             "backfill again";
    case error_kind::shared_session:
      return "A connection pooler in transaction or statement mode stands between; use the server's own port, or a "
             "pool with pool_mode = session";
    case error_kind::too_many_connections:
      return "The server takes no more connections; end idle sessions, raise max_connections, or let this command take "
             "fewer: a run (schedule, dlq, db repair) takes two more than engine.load_connections; derive, validate "
             "and db verify take one more than their --parallel";
    case error_kind::wrong_encoding:
      return "The database cannot hold every letter of a name; make one with: CREATE DATABASE nba ENCODING 'UTF8' "
             "TEMPLATE template0";
    case error_kind::other:
      break;
  }
  return "";
}

// A server's case of a kind may have another fix than a file's.
std::string_view advice(const sql_error& error) {
  if (error.code().starts_with("SQLSTATE")) {
    if (error.kind() == error_kind::busy) return advice_for_locked_table;  // it can be asked who it is
    if (error.kind() == error_kind::read_only) return advice_for_read_only_server;
  }
  return advice(error.kind());
}

}  // namespace

failure to_failure(const sql_error& error, std::string_view database) {
  auto message = fmt::format("database {}: {}", database, error.what());
  if (const auto hint = advice(error); !hint.empty())
    message += fmt::format("{} {}", message.find_last_of(".?!") + 1 == message.size() ? "" : ".", hint);
  const bool unusable = error.kind() == error_kind::cannot_open || error.kind() == error_kind::not_a_database;
  return {unusable ? failure_class::configuration : failure_class::storage, message, error.code()};
}

}  // namespace nba::sql
