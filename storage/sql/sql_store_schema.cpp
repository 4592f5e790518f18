// See storage/schema_drift.hpp.
#include "storage/sql/ownership.hpp"
#include "storage/sql/schema_shape.hpp"
#include "storage/sql/sql_store.hpp"
#include "storage/sqlite/schema_model.hpp"

#include <algorithm>

namespace nba {
namespace sql {
namespace {

// Of the migrations that the database has; nothing where it has none of ours.
std::optional<expected_schema> expected_of(session& db) {
  if (!has_bookkeeping(db)) return std::nullopt;
  const auto known = migrations_for(db.dialect());
  return sqlite::expect_schema(db.dialect(), compare_migrations(known, read_applied_migrations(db)));
}

}  // namespace

result<std::vector<schema_drift>> sql_store::find_drift() {
  return transact(transaction_mode::read, [&] {
    const auto expected = expected_of(*db_);
    return expected ? compare_schema(*expected, db_->read_shape(), db_->dialect()) : std::vector<schema_drift>{};
  });
}

result<std::vector<std::string>> sql_store::remake_schema() {
  return transact(transaction_mode::write, [&] {
    std::vector<std::string> made;
    db_->lock_migrations();
    const auto expected = expected_of(*db_);
    if (!expected) return made;
    const auto there = db_->relations();
    for (const auto& each : expected->remade) {
      if (std::find(there.begin(), there.end(), each.name) != there.end()) continue;
      db_->run_script(each.statement);
      made.push_back(each.name);
    }
    return made;
  });
}

}  // namespace sql

result<std::vector<schema_drift>> find_drift(store& database) {
  if (auto* known = dynamic_cast<sql::sql_store*>(&database)) return known->find_drift();
  return std::vector<schema_drift>{};
}

result<std::vector<std::string>> remake_schema(store& database) {
  if (auto* known = dynamic_cast<sql::sql_store*>(&database)) return known->remake_schema();
  return std::vector<std::string>{};
}

}  // namespace nba
