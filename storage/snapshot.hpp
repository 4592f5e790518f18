// One moment of a database for several reads.
//
// Purpose: reads of a store each see a moment of their own; what is put together from many of them (an export) must be
// of one. PostgreSQL: a REPEATABLE READ transaction; SQLite: a read transaction.
// Threads: the store's thread.
// Ownership: the store outlives the snapshot.
#pragma once

#include "storage/store.hpp"

#include <memory>

namespace nba {

class snapshot {
 public:
  virtual ~snapshot() = default;  // later reads see their own moments again
};

// As long as it lives, every read through `database` sees the moment of the first of them; writes are refused. When one
// read fails, all later ones do: the moment is lost. Errors: class storage; internal when there is a snapshot already.
result<std::unique_ptr<snapshot>> take_snapshot(store& database);

}  // namespace nba
