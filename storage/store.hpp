// The store: everything the engine asks of a database.
//
// Purpose: one interface, two implementations (PostgreSQL over libpqxx, SQLite), one contract test suite. It is the sum
// of its roles; who needs one of them takes that one.
// Threads: a store is one connection. It is owned and used by one thread at a time and is not thread-safe; actors that
// own one are detached. Different stores on the same database may be used at once.
// Errors: every call answers a result; a failure of the database has class `storage`, a migration refused or an
// unusable URL has class `configuration`. No call leaves half a transaction behind.
// A broken connection is never reopened silently: calls fail with class `storage` until `reconnect` succeeds.
#pragma once

#include "storage/database_url.hpp"
#include "storage/roles/alerts.hpp"
#include "storage/roles/games.hpp"
#include "storage/roles/ledger.hpp"
#include "storage/roles/letters.hpp"
#include "storage/roles/locks.hpp"
#include "storage/roles/marks.hpp"
#include "storage/roles/reports.hpp"
#include "storage/roles/runs.hpp"
#include "storage/roles/schema.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace nba {

class store : public schema_store,
              public lock_store,
              public ledger_store,
              public game_store,
              public letter_store,
              public mark_store,
              public run_store,
              public alert_store,
              public report_store {
 public:
  // "sqlite" or "postgresql".
  virtual std::string_view backend() const = 0;
  // For people: file path or "host:port/database", without secrets.
  virtual std::string description() const = 0;
  virtual result<void> reconnect() = 0;
};

struct store_options {
  // SQLite: PRAGMA synchronous=NORMAL (false: FULL). PostgreSQL: leaves synchronous_commit to the server (true), or
  // sets it off for this session (false; a power cut may lose the last transactions whole, the next run redoes them).
  bool synchronous_commit = true;
  std::chrono::milliseconds busy_timeout{30'000};  // SQLite: wait for the other writer this long
  std::chrono::milliseconds connect_timeout{10'000};
  bool create = true;  // SQLite: false: a file that is not there is an error, and none is made
};

// Opens a connection; does not migrate. Creates an SQLite file (mode 0600) and its folder when missing.
result<std::unique_ptr<store>> open_store(const database_url& url, const store_options& options = {});

}  // namespace nba
