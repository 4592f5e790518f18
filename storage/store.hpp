// The Store interface: everything the engine asks of a database.
//
// Purpose: one interface, two implementations (PostgreSQL over libpqxx, SQLite), one contract test suite.
// Threads: a store is one connection. It is owned and used by one thread at a time and is not thread-safe; actors that
// own one are detached. Different stores on the same database may be used at once.
// Errors: every call answers a result; a failure of the database has class `storage`, a migration refused or an
// unusable URL has class `configuration`. No call leaves half a transaction behind.
// A broken connection is never reopened silently: calls fail with class `storage` until `reconnect` succeeds.
#pragma once

#include "pipeline/derive/tables.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/plan/schedule_reading.hpp"
#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"
#include "storage/identity.hpp"
#include "storage/run_lock.hpp"
#include "storage/stored_rows.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nba {

// ---- games
// -----------------------------------------------------------------------------------------------------------

// Write the core rows of a game; the ledger row becomes `loaded`. What happens is decided inside the transaction from
// the ledger: never loaded -> straight bulk copy; loaded or done with the same digest -> nothing; another digest -> the
// game's rows (core and derived) are replaced. Upserts teams and players.
struct core_write {
  std::shared_ptr<const game_rows> rows;
  std::string payload_sha256;
};
// Write the derived rows of a game (replacing any); the ledger row becomes `done`. `tables`: only these are touched;
// all of them unless the game is done already (a game is never done with some of its derived tables missing). The
// current rule version of each written table goes to `derived_versions`, `rules_version` to the ledger.
struct derived_write {
  nba::game_id game_id;
  std::shared_ptr<const derived_rows> rows;
  int rules_version = 1;
  provenance origin;
  derived_table_set tables = derived_table_set::all();
};
using game_write = std::variant<core_write, derived_write>;

enum class write_outcome { inserted, unchanged, replaced };

// ---- ledger
// ----------------------------------------------------------------------------------------------------------

// A game that left the run in a state other than loaded or done.
struct state_change {
  nba::game_id game_id;
  game_state state = game_state::planned;
  int attempts = 0;
  std::optional<failure_class> error_class;
  std::string error;
  // Replaces what the ledger has; empty: nothing speaks for closing the game any more.
  std::optional<closing_evidence> closing = {};
  // Added to the ledger unless it has one already; empty adds nothing.
  std::string played_evidence = {};
  // The game was closed, and is so no more: without this no terminal state gives way to one that is not. A game that is
  // done stays done all the same.
  bool reopens = false;
};

// Everything that is known about a parked game. At most one unresolved dead letter per game: parking again adds to it
// (attempts add up, last_failed_at and last_error are the newest) and keeps the first evidence: stage, class, error and
// payload stay, unless the letter has no payload and the new failure has one.
struct dead_letter {
  std::int64_t dead_letter_id = 0;
  nba::game_id game_id;
  std::string stage;  // "fetch", "transform", "load", "derive"
  failure_class error_class = failure_class::internal;
  std::string error;  // describe() of the failure
  int attempts = 0;
  std::string payload_sha256;
  std::string payload;  // the payloads that failed, zlib-compressed; empty when nothing was fetched
  utc_time first_failed_at{};
  utc_time last_failed_at{};
  std::optional<utc_time> resolved_at;
  std::string resolution;  // "retried", "waived"
  std::string reason;
  // What went wrong at the last try; empty where that is `error`.
  std::string last_error = {};
  // For the ledger row, when parking: see state_change.
  std::string played_evidence = {};
  bool reopens = false;
};

// ---- watermarks and runs
// -----------------------------------------------------------------------------------------------

struct watermark_row {
  std::string stage;
  std::string key;
  std::string value;
  utc_time updated_at{};
};

struct run_row {
  std::string run_id;
  std::string job;        // "daily", "backfill", "derive", ...
  std::string arguments;  // as typed, secrets redacted
  utc_time started_at{};
  std::optional<utc_time> ended_at;
  std::int64_t games = 0;  // games that became done
  std::int64_t failures = 0;
  std::optional<int> exit_code;
  std::string host;
  int pid = 0;
};

// ---- reading
// -----------------------------------------------------------------------------------------------------------

struct season_progress_row {
  nba::season season;
  game_type type = game_type::regular;
  std::int64_t planned = 0;  // all games of the lane
  std::int64_t done = 0, loaded = 0, parked = 0, waived = 0, unavailable = 0, postponed = 0, cancelled = 0,
               not_final = 0;
  std::optional<std::string> watermark;
  // Largest id the watermark could ever reach, and how many planned games lie above it.
  std::string last_game_id;
  std::int64_t lag_games = 0;
};

struct migration_step {
  int version = 0;
  std::string name;
  bool applied = false;
};

// Which derived tables of a game are by the current rules.
struct derived_state {
  nba::game_id game_id;
  game_state state = game_state::loaded;
  derived_table_set current;
};

struct travel_record {
  nba::game_id game_id;
  travel_row row;
};

// Part of a table or view, for export: of these games, else of this season, else all of it.
struct table_slice {
  std::string table;  // as the data dictionary names it
  std::vector<nba::game_id> games = {};
  std::optional<nba::season> season = {};
};
// NULL, integer (and yes/no as 1 and 0), real, text (dates and instants as ISO text).
using table_value = std::variant<std::monostate, std::int64_t, double, std::string>;
struct table_rows {
  std::vector<std::string> columns;
  std::vector<std::vector<table_value>> rows;
};

struct table_count {
  std::string table;
  std::int64_t rows = 0;
};

class store {
 public:
  virtual ~store() = default;

  // "sqlite" or "postgresql".
  virtual std::string_view backend() const = 0;
  // For people: file path or "host:port/database", without secrets.
  virtual std::string description() const = 0;
  virtual result<void> reconnect() = 0;

  // -- schema
  // Applies what is missing, in order, each in its own transaction, under a lock. Refuses (class configuration) a
  // database with an edited or a newer migration; before anything is made also somebody else's tables under our names,
  // another program's file, a database that cannot hold UTF-8, a role that may not create tables; and one that has lost
  // a table of ours. Returns all steps.
  virtual result<std::vector<migration_step>> migrate() = 0;
  // The same checks without writing; `applied` tells what is there.
  virtual result<std::vector<migration_step>> check_schema() = 0;

  // Whether `migrate` could do its work there (or has nothing to do), without trying.
  virtual result<void> check_place() { return {}; }

  // -- identity (storage/identity.hpp)
  // What the database says of itself; works for every version of the schema, and for none.
  virtual result<database_contents> read_contents() { return database_contents{}; }
  // Writes down, where nothing is stated yet, whose the database is, who made it, and (unless it is nullopt or the
  // games that are there say otherwise) of which kind. Answers what stands there afterwards.
  virtual result<database_contents> claim(std::optional<data_kind> kind, std::string_view made_by) {
    return database_contents{kind, std::string(made_by), 0, 0};
  }
  // Damage of the file or of indexes, one sentence each; none is empty. SQLite: `thorough` compares indexes with rows
  // too (the whole file is read either way). PostgreSQL: indexes that are marked invalid.
  virtual result<std::vector<std::string>> find_damage(bool thorough) {
    static_cast<void>(thorough);
    return std::vector<std::string>{};
  }

  // -- locks
  // One run per (stage, key): PostgreSQL advisory lock, SQLite lock row whose owner is checked to be alive. Answers the
  // holder where there is one. `gone`: what the caller has watched without a sign of life (storage/lock_wait.hpp); the
  // lock is taken from exactly that holder if it still has not stirred.
  virtual result<lock_attempt> try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                        const lock_holder* gone = nullptr) = 0;
  // Whether the connection that took locks is still there: those of PostgreSQL end with it, and nobody tells.
  virtual result<void> check_locks() = 0;
  // From now on every write through this store makes sure, inside its transaction, that these locks are still held
  // with these numbers; otherwise it fails (is_lock_lost), and nothing is written. Stays after reconnect.
  virtual void fence(std::vector<lock_token> held) = 0;
  // Notes that the holder of the locks lives. Fails with is_lock_lost when one of them is no longer held.
  virtual result<void> beat(std::span<const lock_token> held) = 0;
  virtual result<std::vector<named_lock>> read_locks() = 0;
  // Takes the lock away from exactly this holder, whose process goes on and writes nothing more. False: it does not
  // hold it any more.
  virtual result<bool> break_lock(const named_lock& held) = 0;

  // -- plan and ledger
  // Upserts `schedule_games`, and adds ledger rows in state planned for games the ledger has not seen; a game whose
  // date moved gets the new date, and one with a result is noted as played. Existing states stay. One transaction.
  virtual result<void> write_plan(nba::season season, std::span<const planned_game> games) = 0;
  virtual result<std::vector<planned_game>> read_plan(nba::season season) = 0;
  // Notes that the season's schedule was read; what the reading before it left out is forgotten.
  virtual result<void> write_reading(const schedule_reading& reading) = 0;
  // The last one; nullopt when no schedule of the season was ever read (by this version).
  virtual result<std::optional<schedule_reading>> read_reading(nba::season season) = 0;
  // Rows of the season in id order. A row that cannot be read (unknown state, bad id) is reported as state planned.
  virtual result<std::vector<ledger_entry>> read_ledger(nba::season season) = 0;
  // One transaction. A terminal state in the database is never overwritten by a non-terminal one, except done by loaded
  // through core_write, and a closed one by a change that `reopens`.
  virtual result<void> write_states(std::span<const state_change> changes, const std::string& run_id) = 0;

  // -- games
  // All writes in one transaction; outcomes in the order of the writes. On failure nothing of the batch is there.
  virtual result<std::vector<write_outcome>> write_games(std::span<const game_write> writes,
                                                         const std::string& run_id) = 0;
  // Core rows of a loaded or done game, exactly as they were written; events in event_idx order. Refused (class
  // rejected) when they are not what the ledger says was written.
  virtual result<game_rows> read_game(const game_id& id) = 0;
  // Derived rows as they are stored; a table that was never derived is empty. Refused when there is no outcome.
  virtual result<derived_rows> read_derived(const game_id& id) = 0;
  // Loaded and done games of the season, in id order, with the tables whose rows are by the current rules.
  virtual result<std::vector<derived_state>> read_derived_states(nba::season season) = 0;
  // The season's stored travel rows, by game id; home and away in no order.
  virtual result<std::vector<travel_record>> read_travel(nba::season season) = 0;

  // -- what is stored (storage/stored_rows.hpp)
  // Reads every row of a loaded or done game back. nullopt: the game is neither.
  virtual result<std::optional<stored_check>> check_stored(const game_id& id) = 0;
  // Only counts; answers the games where something is wrong. Without a season: of all.
  virtual result<std::vector<stored_check>> count_stored(std::optional<nba::season> only) = 0;
  // Notes what is there now as what should be there, for a game of which nothing was kept. False: it is not so.
  virtual result<bool> adopt_stored(const game_id& id) = 0;
  // A done game whose rows are damaged is not done: back to `loaded` (only derived rows are wrong) or `planned`, so
  // that the next run mends it. Looks again in the same transaction. Answers what is wrong; good(): nothing was
  // changed.
  virtual result<stored_check> reopen_damaged(const game_id& id, const std::string& run_id) = 0;

  // -- dead letters
  // Parks the game: dead letter and ledger row (state parked) in one transaction.
  virtual result<void> park(const dead_letter& letter, const std::string& run_id) = 0;
  // Unresolved first, newest first; without payloads.
  virtual result<std::vector<dead_letter>> read_dead_letters(bool include_resolved) = 0;
  virtual result<std::optional<dead_letter>> read_dead_letter(std::int64_t dead_letter_id) = 0;
  // Marks the unresolved dead letters of the game resolved ("retried" when it became done, "waived" by decree; waived
  // also moves the ledger row to waived). False when there was none.
  virtual result<bool> resolve_dead_letter(const game_id& id, std::string_view resolution, std::string_view reason) = 0;

  // -- watermarks
  virtual result<std::optional<watermark_row>> read_watermark(std::string_view stage, std::string_view key) = 0;
  virtual result<std::vector<watermark_row>> read_watermarks() = 0;
  // Inserts or raises; the SQL refuses to go back. Answers the value that is stored afterwards.
  virtual result<std::string> advance_watermark(std::string_view stage, std::string_view key,
                                                std::string_view value) = 0;
  // By decree: any value; nullopt deletes the row. Answers the previous value.
  virtual result<std::optional<std::string>> decree_watermark(std::string_view stage, std::string_view key,
                                                              const std::optional<std::string>& value) = 0;

  // -- runs
  virtual result<void> start_run(const run_row& run) = 0;
  virtual result<void> end_run(const run_row& run) = 0;
  virtual result<std::optional<run_row>> last_run(std::string_view job) = 0;  // empty job: of any job

  // -- reports
  virtual result<std::vector<season_progress_row>> read_progress(std::optional<nba::season> only) = 0;
  virtual result<std::vector<table_count>> count_rows() = 0;
  // Rows in the order of the table's first columns, which are its key. Refused for a table that the data dictionary
  // does not have, and for a season of a table without that column.
  virtual result<table_rows> read_table(const table_slice& slice) = 0;
  // Runs a read-only query and answers header and rows as text (NULL is empty); for the quickstart's sample queries and
  // for tests. At most `rows_max` rows.
  virtual result<std::vector<std::vector<std::string>>> query_text(const std::string& sql, std::size_t rows_max) = 0;
};

// ---- opening
// -----------------------------------------------------------------------------------------------------------

struct store_options {
  // SQLite: PRAGMA synchronous=NORMAL (false: FULL). PostgreSQL: leaves synchronous_commit to the server (true), or
  // sets it off for this session (false; a power cut may lose the last transactions whole, the next run redoes them).
  bool synchronous_commit = true;
  std::chrono::milliseconds busy_timeout{30'000};  // SQLite: wait for the other writer this long
  std::chrono::milliseconds connect_timeout{10'000};
  bool create = true;  // SQLite: false: a file that is not there is an error, and none is made
};

// A parsed `--database` URL.
struct database_url {
  enum class kind { sqlite, postgresql } backend = kind::sqlite;
  std::string path;         // sqlite: file path
  std::string connection;   // postgresql: libpq URI
  std::string redacted;     // printable: no password
  std::string description;  // for people: file path or "host:port/database"
};
// `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user@host/db`; SQLAlchemy driver suffixes
// (`postgresql+asyncpg`, `sqlite+aiosqlite`) are dropped, `postgres://` is accepted. Class configuration otherwise.
result<database_url> parse_database_url(std::string_view url);

// Opens a connection; does not migrate. Creates an SQLite file (mode 0600) and its folder when missing.
result<std::unique_ptr<store>> open_store(const database_url& url, const store_options& options = {});

}  // namespace nba
