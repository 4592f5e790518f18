// What the database is: its version, whose it is, and whether it is whole.
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/result.hpp"
#include "storage/identity.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct migration_step {
  int version = 0;
  std::string name;
  bool applied = false;
};

// Why nothing can be written, and what a person does about it.
struct read_only_reason {
  std::string why;
  std::string fix = "give this user the right to write, or choose another with --database";
  // Nobody else can write either, as far as can be told: not a reader's account, which is meant to be one.
  bool for_everybody = false;
};

class schema_store {
 public:
  virtual ~schema_store() = default;

  // Applies what is missing, in order, each in its own transaction, under a lock. Refuses (class configuration) a
  // database with an edited or a newer migration; before anything is made also somebody else's tables under our names,
  // another program's file, a database that cannot hold UTF-8, a role that may not create tables; and one that has lost
  // a table of ours. Returns all steps.
  virtual result<std::vector<migration_step>> migrate() = 0;
  // The same checks without writing; `applied` tells what is there.
  virtual result<std::vector<migration_step>> check_schema() = 0;

  // Whether `migrate` could do its work there (or has nothing to do), without trying.
  virtual result<void> check_place() { return {}; }

  // What keeps this user from writing to tables that are there; nullopt when nothing does. Nothing is written to find
  // out.
  virtual result<std::optional<read_only_reason>> why_read_only() { return std::optional<read_only_reason>{}; }

  // -- identity (storage/identity.hpp)
  // What the database says of itself; works for every version of the schema, and for none.
  virtual result<database_contents> read_contents() { return database_contents{}; }
  // Writes down, where nothing is stated yet, whose the database is, who made it, and (unless it is nullopt or the
  // games that are there say otherwise) of which kind. Answers what stands there afterwards.
  virtual result<database_contents> claim(std::optional<data_kind> kind, std::string_view made_by) {
    return database_contents{kind, std::string(made_by), 0, 0};
  }
  // Damage of the file or of indexes, one sentence each; none is empty. SQLite: `thorough` compares indexes with rows
  // too (the whole file is read either way). PostgreSQL: indexes that are marked invalid.
  virtual result<std::vector<std::string>> find_damage(bool thorough) {
    static_cast<void>(thorough);
    return std::vector<std::string>{};
  }
};

}  // namespace nba
