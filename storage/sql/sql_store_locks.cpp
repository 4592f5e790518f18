// Run locks.
#include "storage/sql/sql_store.hpp"

#include <utility>

namespace nba::sql {

result<lock_attempt> sql_store::try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                         const lock_holder* gone) {
  return answer([&] { return db_->try_lock(stage, key, run_id, gone); });
}

result<void> sql_store::check_locks() {
  return answer([&] { db_->check_locks(); });
}

result<void> sql_store::beat(std::span<const lock_token> held) {
  return transact(transaction_mode::write, [&] { beat_locks(*db_, held, utc_now()); });
}

result<std::vector<named_lock>> sql_store::read_locks() {
  return transact(transaction_mode::read, [&] {
    std::vector<named_lock> locks;
    const auto found = db_->query("SELECT stage, key FROM run_locks ORDER BY stage, key");
    for (const auto& name : found.rows) {
      const auto& stage = as_text(name[0]);
      const auto& key = as_text(name[1]);
      const auto row = read_lock_row(*db_, stage, key);
      if (!row) continue;
      const auto seen = look_at(row->owner);
      auto holder = to_holder(*row, seen == liveness::alive);
      holder.seen_dead = seen == liveness::dead || !db_->holds_lock(stage, key, row->holder_backend);
      locks.push_back({stage, key, std::move(holder)});
    }
    return locks;
  });
}

result<bool> sql_store::break_lock(const named_lock& held) {
  return transact(transaction_mode::write, [&] { return db_->break_lock(held); });
}

}  // namespace nba::sql
