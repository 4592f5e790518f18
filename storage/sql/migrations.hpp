// The schema's versions: which there are, which a database has, and whether the two agree.
//
// Threads: pure functions, and functions on a session.
// Errors: `refused` (class configuration) when a database has a migration this program does not know or knows
// otherwise.
#pragma once

#include "storage/sql/session.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba::sql {

// A file of storage/migrations, embedded at build time (embed.cmake).
struct migration_file {
  int version = 0;
  std::string_view name;
  std::string_view text;
};
std::span<const migration_file> migration_files();

// A migration as one database runs it.
struct migration {
  int version = 0;
  std::string name;
  std::string sql;       // the dialect's words put in
  std::string checksum;  // lower-case hex SHA-256 of sql
};
std::vector<migration> migrations_for(const dialect& words);
// Throws std::logic_error for a word the dialect does not have.
std::string put_words(std::string_view text, const dialect& words);

// The statement that makes schema_migrations.
std::string bookkeeping_statement(const dialect& words);

// A row of schema_migrations.
struct applied_migration {
  int version = 0;
  std::string name;
  std::string checksum;
};
// `applied` in version order. Answers every known migration with whether it is applied; throws `refused` for an
// edited, an unknown or a left-out one.
std::vector<migration_step> compare_migrations(std::span<const migration> known,
                                               std::span<const applied_migration> applied);

// Inside a transaction. No table: none applied.
std::vector<applied_migration> read_applied_migrations(session& db);
// One transaction each; answers all steps.
std::vector<migration_step> apply_migrations(session& db);

// The data dictionary as comments in the database, where it has such (PostgreSQL). Does nothing when they are there, or
// when the tables belong to somebody else.
void write_comments(session& db);

}  // namespace nba::sql
