// One connection to a database, as the shared half of the stores sees it.
//
// Purpose: `sql_store` holds what both databases have in common (statements, ledger rules, reports); a session holds
// what differs: connecting, transactions, the bulk path, locks, error codes.
// Statements are written once, in the dialect both understand, with parameters $1, $2, ...; a session prepares each on
// first use and keeps it by its text.
// Threads: one thread at a time.
// Errors: sql_error.
#pragma once

#include "storage/sql/bulk.hpp"
#include "storage/sql/cell.hpp"
#include "storage/sql/dialect.hpp"
#include "storage/sql/schema_shape.hpp"
#include "storage/store.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba::sql {

// read: one snapshot for all statements, nothing can be written.
enum class transaction_mode { read, write };

class session : public std::enable_shared_from_this<session> {
 public:
  virtual ~session() = default;

  virtual const nba::sql::dialect& dialect() const = 0;
  virtual std::string description() const = 0;
  virtual void reconnect() = 0;

  virtual void begin(transaction_mode mode) = 0;
  virtual void commit() = 0;
  // Leaves no transaction open, whatever happened before.
  virtual void rollback() noexcept = 0;

  // Inside a transaction.
  virtual row_set query(const std::string& sql, std::span<const cell> parameters) = 0;
  row_set query(const std::string& sql) { return query(sql, {}); }
  // Answers the number of rows it changed.
  virtual std::int64_t execute(const std::string& sql, std::span<const cell> parameters) = 0;
  // Several statements at once, not prepared, without parameters: a migration.
  virtual void run_script(const std::string& sql) = 0;
  // One query of somebody else's, not prepared; at most rows_max rows.
  virtual row_set query_once(const std::string& sql, std::size_t rows_max) = 0;
  // Where ours are, or would be made: the file; the first schema of the search path.
  virtual bool has_table(std::string_view name) = 0;
  // Names of all tables, views and indexes there, and the columns of one of them.
  virtual std::vector<std::string> relations() = 0;
  virtual std::vector<std::string> columns_of(std::string_view table) = 0;
  virtual schema_shape read_shape() = 0;
  // The program whose mark the place bears, for a sentence; nullopt when there is none, or ours.
  virtual std::optional<std::string> foreign_mark() { return std::nullopt; }
  virtual void put_mark() {}
  // Throws `refused` for a place that cannot hold our tables, whatever is in it. `pending`: some are still to be made.
  virtual void check_place(bool pending) { static_cast<void>(pending); }
  // See store::why_read_only.
  virtual std::optional<read_only_reason> why_read_only() { return std::nullopt; }
  // See store::find_damage. Outside a transaction.
  virtual std::vector<std::string> find_damage(bool thorough) = 0;
  // Until the transaction ends no other process migrates.
  virtual void lock_migrations() = 0;

  // The bulk path: the rows must not be there yet.
  virtual void insert_core(std::span<const game_rows* const> games) = 0;
  virtual void insert_derived(std::span<const derived_record> games) = 0;

  // Outside a transaction. See store::try_lock.
  virtual lock_attempt try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                const lock_holder* gone) = 0;
  // See store::break_lock. Inside a transaction.
  virtual bool break_lock(const named_lock& held) = 0;
  // Whether the database itself still holds the lock for that session of it (lock_row::holder_backend); true where it
  // does not know of locks. Inside a transaction.
  virtual bool holds_lock(std::string_view /*stage*/, std::string_view /*key*/, std::int64_t /*holder_backend*/) {
    return true;
  }
  // See store::check_locks.
  virtual void check_locks() = 0;
};

}  // namespace nba::sql
