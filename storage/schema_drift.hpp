// Whether the tables of a database are still those that the migrations made: somebody may have dropped an index,
// renamed a column or changed its type.
//
// Purpose: for `db check`, `doctor` and `db repair`. What there should be is not written down a second time: the
// migrations that the database has are run on an empty database in memory, and the two are compared.
// docs/adr/0112-schema-drift.md
// Threads: the store's thread. Errors: class storage or configuration.
#pragma once

#include "storage/store.hpp"

#include <string>
#include <vector>

namespace nba {

struct schema_drift {
  std::string what;         // "officials: the column jersey_number is gone"
  std::string fix;          // what a person does about it; a statement, where one is enough
  bool made_again = false;  // remake_schema does it: an index or a view that is gone holds nothing of its own
};

// Empty: as the migrations made it, or none of ours is there yet. Tables, views, columns and indexes that are not ours
// are none of our business, unless they keep rows of ours from being written.
result<std::vector<schema_drift>> find_drift(store& database);
// Makes the indexes and views that are gone, in one transaction, and answers their names. Nothing else is touched.
result<std::vector<std::string>> remake_schema(store& database);

}  // namespace nba
