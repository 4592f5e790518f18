#include "storage/sql/run_locks.hpp"

#include "pipeline/failpoint.hpp"

#include <exception>

namespace nba::sql {
namespace {

// Gives its lock back to its session, if that still exists.
class held_lock final : public run_lock {
 public:
  held_lock(std::weak_ptr<locking_session> owner, lock_name name) : owner_(std::move(owner)), name_(std::move(name)) {}
  held_lock(const held_lock&) = delete;
  held_lock& operator=(const held_lock&) = delete;
  ~held_lock() override {
    const auto owner = owner_.lock();
    if (!owner) return;
    try {
      owner->release(name_);
    } catch (const std::exception&) {
      // The lock ends with its session (PostgreSQL) or its process (SQLite) anyway.
      owner->rollback();
    }
  }

 private:
  std::weak_ptr<locking_session> owner_;
  lock_name name_;
};

}  // namespace

std::optional<lock_row> read_lock_row(session& db, std::string_view stage, std::string_view key) {
  const cell_row which{text(stage), text(key)};
  const auto found = db.query(
      "SELECT run_id, host, boot_id, pid_namespace, pid, process_started, holder_backend, since FROM run_locks "
      "WHERE stage = $1 AND key = $2",
      which);
  if (found.rows.empty()) return std::nullopt;
  const auto& row = found.rows.front();
  lock_row lock;
  lock.run_id = as_text(row[0]);
  lock.owner = {as_text(row[1]), as_text(row[2]), as_text(row[3]), static_cast<int>(as_integer(row[4])),
                as_integer(row[5])};
  lock.holder_backend = as_integer(row[6]);
  lock.since = as_timestamp(row[7]);
  return lock;
}

void write_lock_row(session& db, std::string_view stage, std::string_view key, const lock_row& row) {
  const cell_row values{text(stage),
                        text(key),
                        text(row.run_id),
                        text(row.owner.host),
                        text(row.owner.boot_id),
                        text(row.owner.pid_namespace),
                        integer(row.owner.pid),
                        integer(row.owner.started),
                        integer(row.holder_backend),
                        timestamp(row.since)};
  db.execute(
      "INSERT INTO run_locks (stage, key, run_id, host, boot_id, pid_namespace, pid, process_started, holder_backend, "
      "since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
      "ON CONFLICT (stage, key) DO UPDATE SET run_id = excluded.run_id, host = excluded.host, "
      "boot_id = excluded.boot_id, pid_namespace = excluded.pid_namespace, pid = excluded.pid, "
      "process_started = excluded.process_started, holder_backend = excluded.holder_backend, since = excluded.since",
      values);
}

void delete_lock_row(session& db, std::string_view stage, std::string_view key, const lock_row& row) {
  const cell_row values{text(stage),
                        text(key),
                        text(row.run_id),
                        text(row.owner.host),
                        integer(row.owner.pid),
                        integer(row.owner.started),
                        timestamp(row.since)};
  db.execute(
      "DELETE FROM run_locks WHERE stage = $1 AND key = $2 AND run_id = $3 AND host = $4 AND pid = $5 "
      "AND process_started = $6 AND since = $7",
      values);
}

lock_holder to_holder(const lock_row& row) { return {row.run_id, row.owner.host, row.owner.pid, row.since}; }

bool still_holds(const lock_row& row, utc_time now) {
  switch (look_at(row.owner)) {
    case liveness::alive:
      return true;
    case liveness::dead:
      return false;
    case liveness::unknown:
      break;
  }
  return now - row.since < unseen_holder_valid_for;
}

void locking_session::release(const lock_name& name) {
  const auto found = held_.find(name);
  if (found == held_.end()) return;
  const auto row = found->second;
  held_.erase(found);
  begin(transaction_mode::write);
  delete_lock_row(*this, name.first, name.second, row);
  NBA_FAILPOINT("unlock.before_commit");
  commit();
  NBA_FAILPOINT("unlock.after_commit");
  give_back(name);
}

std::unique_ptr<run_lock> locking_session::hold(const lock_name& name, const lock_row& row) {
  held_[name] = row;
  return std::make_unique<held_lock>(std::static_pointer_cast<locking_session>(shared_from_this()), name);
}

const lock_row* locking_session::find_held(const lock_name& name) const {
  const auto found = held_.find(name);
  return found == held_.end() ? nullptr : &found->second;
}

void locking_session::release_all() noexcept {
  rollback();
  while (!held_.empty()) {
    try {
      release(lock_name(held_.begin()->first));
    } catch (const std::exception&) {
      rollback();  // the row names a process that will be gone: the next run takes the lock over
    }
  }
}

}  // namespace nba::sql
