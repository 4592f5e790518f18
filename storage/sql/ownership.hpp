// Whether the tables of a database are ours: before the first one is made, and whether all are still there.
//
// Threads: pure functions, and functions on a session inside a transaction.
// Errors: `refused` (class configuration); the message names the tables and the fix.
#pragma once

#include "storage/sql/migrations.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba::sql {

// The tables, views and indexes that these migrations leave behind, run one after the other on nothing. Understands
// CREATE TABLE, VIEW and INDEX, DROP of these and ALTER TABLE ... RENAME TO, each at the beginning of a line.
struct made_relations {
  std::set<std::string> tables;
  std::set<std::string> views;
  std::set<std::string> indexes;
};
made_relations relations_of(std::span<const migration> run);

// Whether the database has our bookkeeping; throws `refused` where it is somebody else's.
bool has_bookkeeping(session& db);
// compare_migrations with what the database has, after a look at whose tables these are.
std::vector<migration_step> inspect_schema(session& db, std::span<const migration> known);

}  // namespace nba::sql
