// See storage/snapshot.hpp.
#include "storage/snapshot.hpp"

#include "storage/sql/sql_store.hpp"

namespace nba {
namespace sql {
namespace {

class held_snapshot final : public snapshot {
 public:
  explicit held_snapshot(sql_store& of) : of_(of) {}
  ~held_snapshot() override { of_.end_snapshot(); }
  held_snapshot(const held_snapshot&) = delete;
  held_snapshot& operator=(const held_snapshot&) = delete;

 private:
  sql_store& of_;
};

}  // namespace

result<std::unique_ptr<snapshot>> sql_store::begin_snapshot() {
  if (snapshot_ != snapshot_state::none)
    return failure{failure_class::internal, "there is a snapshot of this store already", "take_snapshot"};
  if (auto begun = answer([&] { db_->begin(transaction_mode::read); }); !begun) return std::move(begun).error();
  snapshot_ = snapshot_state::open;
  return std::unique_ptr<snapshot>(std::make_unique<held_snapshot>(*this));
}

void sql_store::end_snapshot() noexcept {
  snapshot_ = snapshot_state::none;
  db_->rollback();
}

}  // namespace sql

result<std::unique_ptr<snapshot>> take_snapshot(store& database) {
  if (auto* known = dynamic_cast<sql::sql_store*>(&database)) return known->begin_snapshot();
  return failure{failure_class::internal, "this store has no snapshots", "take_snapshot"};
}

}  // namespace nba
