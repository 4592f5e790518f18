#include "storage/sql/sql_error.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

std::string_view advice(error_kind kind) {
  switch (kind) {
    case error_kind::conflict:
      return "other writers kept winning; run again, with fewer runs at once";
    case error_kind::duplicate:
      return "a row is there that the ledger does not know; see `nba-scraper db check`";
    case error_kind::connection_lost:
      return "the connection is lost; check that the server runs, then run again";
    case error_kind::busy:
      return "another process holds it; wait for that process or stop it";
    case error_kind::disk_full:
      return "the disk or its quota is full; free space there, then run again";
    case error_kind::read_only:
      return "no permission to write; check file permissions or the rights of the user";
    case error_kind::no_such_table:
      return "the schema is not there; run `nba-scraper db migrate`";
    case error_kind::cannot_connect:
      return "check that the server runs and that the database URL is right";
    case error_kind::cannot_open:
      return "check that the path is right and that you may write there";
    case error_kind::not_a_database:
      return "the file is not an SQLite database; name another file";
    case error_kind::other:
      break;
  }
  return "";
}

}  // namespace

failure to_failure(const sql_error& error, std::string_view database) {
  auto message = fmt::format("database {}: {}", database, error.what());
  if (const auto hint = advice(error.kind()); !hint.empty()) message += fmt::format(": {}", hint);
  const bool unusable = error.kind() == error_kind::cannot_open || error.kind() == error_kind::not_a_database;
  return {unusable ? failure_class::configuration : failure_class::storage, message, error.code()};
}

}  // namespace nba::sql
