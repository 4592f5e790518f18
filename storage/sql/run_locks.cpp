#include "storage/sql/run_locks.hpp"

#include "pipeline/failpoint.hpp"
#include "storage/sql/sql_error.hpp"

#include <exception>

#include <fmt/format.h>

namespace nba::sql {
namespace {

// Gives its lock back to its session, if that still exists.
class held_lock final : public run_lock {
 public:
  held_lock(std::weak_ptr<locking_session> owner, lock_token token)
      : owner_(std::move(owner)), token_(std::move(token)) {}
  lock_token token() const override { return token_; }
  held_lock(const held_lock&) = delete;
  held_lock& operator=(const held_lock&) = delete;
  ~held_lock() override {
    const auto owner = owner_.lock();
    if (!owner) return;
    try {
      owner->release({token_.stage, token_.key});
    } catch (const std::exception&) {
      // The lock ends with its session (PostgreSQL) or its process (SQLite) anyway.
      owner->rollback();
    }
  }

 private:
  std::weak_ptr<locking_session> owner_;
  lock_token token_;
};

constexpr std::string_view row_columns =
    "run_id, host, boot_id, pid_namespace, pid, process_started, holder_backend, since, number, heartbeat_at";

lock_row to_lock_row(const cell_row& row) {
  lock_row lock;
  lock.run_id = as_text(row[0]);
  lock.owner = {as_text(row[1]), as_text(row[2]), as_text(row[3]), static_cast<int>(as_integer(row[4])),
                as_integer(row[5])};
  lock.holder_backend = as_integer(row[6]);
  lock.since = as_timestamp(row[7]);
  lock.number = as_integer(row[8]);
  lock.heartbeat_at = as_optional_timestamp(row[9]);
  return lock;
}

[[noreturn]] void refuse_lost(session& db, const lock_token& token) {
  const auto now = read_lock_row(db, token.stage, token.key);
  const auto how = now ? fmt::format("run {} (process {} on {}) has it since {}", now->run_id, now->owner.pid,
                                     now->owner.host, format_timestamp(now->since))
                       : std::string("another run took it over, or `nba-scraper db unlock` released it");
  throw refused(
      {failure_class::storage,
       fmt::format("this run lost its lock ({}, {}): {}. It writes nothing more", token.stage, token.key, how),
       std::string(lock_lost_where)});
}

}  // namespace

std::optional<lock_row> read_lock_row(session& db, std::string_view stage, std::string_view key, bool hold) {
  const cell_row which{text(stage), text(key)};
  const auto found = db.query(fmt::format("SELECT {} FROM run_locks WHERE stage = $1 AND key = $2{}", row_columns,
                                          hold ? db.dialect().for_update : std::string_view()),
                              which);
  if (found.rows.empty()) return std::nullopt;
  return to_lock_row(found.rows.front());
}

lock_row take_lock_row(session& db, std::string_view stage, std::string_view key, lock_row row) {
  const cell_row which{text(stage), text(key)};
  db.execute(
      "INSERT INTO run_lock_numbers (stage, key, number) VALUES ($1, $2, 1) "
      "ON CONFLICT (stage, key) DO UPDATE SET number = run_lock_numbers.number + 1",
      which);
  const auto numbered = db.query("SELECT number FROM run_lock_numbers WHERE stage = $1 AND key = $2", which);
  row.number = as_integer(numbered.rows.at(0).at(0));
  row.heartbeat_at = row.since;
  const cell_row values{text(stage),
                        text(key),
                        text(row.run_id),
                        text(row.owner.host),
                        text(row.owner.boot_id),
                        text(row.owner.pid_namespace),
                        integer(row.owner.pid),
                        integer(row.owner.started),
                        integer(row.holder_backend),
                        timestamp(row.since),
                        integer(row.number)};
  db.execute(
      "INSERT INTO run_locks (stage, key, run_id, host, boot_id, pid_namespace, pid, process_started, holder_backend, "
      "since, number, heartbeat_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10) "
      "ON CONFLICT (stage, key) DO UPDATE SET run_id = excluded.run_id, host = excluded.host, "
      "boot_id = excluded.boot_id, pid_namespace = excluded.pid_namespace, pid = excluded.pid, "
      "process_started = excluded.process_started, holder_backend = excluded.holder_backend, since = excluded.since, "
      "number = excluded.number, heartbeat_at = excluded.heartbeat_at",
      values);
  return row;
}

bool delete_lock_row(session& db, std::string_view stage, std::string_view key, const lock_row& row) {
  const cell_row values{text(stage), text(key), text(row.run_id), integer(row.number), timestamp(row.since)};
  return db.execute(
             "DELETE FROM run_locks WHERE stage = $1 AND key = $2 AND run_id = $3 AND number = $4 AND since = $5",
             values) != 0;
}

lock_holder to_holder(const lock_row& row, bool seen_alive) {
  return {row.run_id, row.owner.host, row.owner.pid, row.since, row.number, row.heartbeat_at, seen_alive, false};
}

bool is_same(const lock_row& row, const lock_holder& seen) {
  return row.run_id == seen.run_id && row.number == seen.number && row.since == seen.since &&
         row.heartbeat_at == seen.heartbeat_at;
}

void check_fence(session& db, std::span<const lock_token> held) {
  for (const auto& token : held) {
    const cell_row which{text(token.stage), text(token.key), text(token.run_id), integer(token.number)};
    const auto found =
        db.query(fmt::format("SELECT 1 FROM run_locks WHERE stage = $1 AND key = $2 AND run_id = $3 AND number = $4{}",
                             db.dialect().for_key_share),
                 which);
    if (found.rows.empty()) refuse_lost(db, token);
  }
}

void beat_locks(session& db, std::span<const lock_token> held, utc_time now) {
  for (const auto& token : held) {
    const cell_row values{text(token.stage), text(token.key), text(token.run_id), integer(token.number),
                          timestamp(now)};
    const auto changed = db.execute(
        "UPDATE run_locks SET heartbeat_at = $5 WHERE stage = $1 AND key = $2 AND run_id = $3 AND number = $4", values);
    if (changed == 0) refuse_lost(db, token);
  }
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
  return std::make_unique<held_lock>(std::static_pointer_cast<locking_session>(shared_from_this()),
                                     lock_token{name.first, name.second, row.run_id, row.number});
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
