// Insert or update many rows of a small table without touching the ones that need nothing.
//
// `INSERT ... ON CONFLICT DO UPDATE ... WHERE` locks (and so writes) every row it meets, even when its WHERE turns the
// update down. Two loaders would then wait for each other over the same teams. Here a first look, without locks, leaves
// those rows out; the conflict clause decides again for what may have changed in between. Rows go in key order, so that
// two connections never wait for each other in a circle.
// Threads: functions on a session, inside a transaction.
#pragma once

#include "storage/sql/session.hpp"
#include "storage/sql/table_shape.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nba::sql {

struct upsert_target {
  std::string_view table;
  std::vector<column_shape> columns;  // the first one is the key
  std::size_t compared = 0;           // a row whose columns [1, compared) differ needs an update
  // Which columns an update sets; all but the key when empty.
  std::vector<std::string_view> updated = {};
  // A column that must not go back: a row with a smaller value than the stored one changes nothing. Empty: none.
  std::string_view never_back = {};
};

// Key -> row; the map is the key order. Rows have one cell per column.
using keyed_rows = std::map<cell, cell_row>;

// Keeps its statements' texts; used with sessions of one dialect.
class upsert {
 public:
  explicit upsert(upsert_target target) : target_(std::move(target)) {}
  const upsert_target& target() const { return target_; }
  void run(session& db, const keyed_rows& rows);

 private:
  upsert_target target_;
  std::map<std::size_t, std::string> texts_;  // by rows per statement
};

}  // namespace nba::sql
