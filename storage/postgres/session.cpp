#include "storage/postgres/session.hpp"

#include "pipeline/failpoint.hpp"
#include "pipeline/sha256.hpp"
#include "storage/postgres/connection.hpp"
#include "storage/postgres/copy_batch.hpp"
#include "storage/postgres/place.hpp"
#include "storage/postgres/results.hpp"
#include "storage/sql/run_locks.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace nba::postgres {
namespace {

using snapshot = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

// A number for (schema, stage, key); the schema, because several installations may share a database.
std::int64_t lock_number(std::string_view schema, std::string_view stage, std::string_view key) {
  std::string name = "nba-scraper run lock";
  for (const auto part : {schema, stage, key}) {
    name += '\0';
    name += part;
  }
  const auto digest = sha256(name);
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | digest[static_cast<std::size_t>(i)];
  return static_cast<std::int64_t>(number);
}

// All processes that migrate any installation in this database queue here.
constexpr std::int64_t migration_lock_number = 0x6E62615F73637261;  // "nba_scra"

class postgres_session final : public sql::locking_session {
 public:
  explicit postgres_session(connection_settings settings, std::string description)
      : settings_(std::move(settings)), description_(std::move(description)) {
    reconnect();
  }
  ~postgres_session() override { release_all(); }

  const sql::dialect& dialect() const override { return postgresql_dialect; }
  std::string description() const override { return description_; }

  void reconnect() override {
    rollback();
    prepared_.clear();
    forget_held();
    db_.reset();
    db_.emplace(settings_);
  }

  void begin(sql::transaction_mode mode) override {
    guarded(open(), [&] {
      if (mode == sql::transaction_mode::write)
        transaction_ = std::make_unique<pqxx::work>(*db_);
      else
        transaction_ = std::make_unique<snapshot>(*db_);
    });
  }
  void commit() override {
    guarded(open(), [&] { transaction_->commit(); });
    transaction_.reset();
  }
  void rollback() noexcept override { transaction_.reset(); }

  using session::query;
  sql::row_set query(const std::string& sql, std::span<const sql::cell> parameters) override {
    return to_rows(run_prepared(sql, parameters));
  }
  std::int64_t execute(const std::string& sql, std::span<const sql::cell> parameters) override {
    return static_cast<std::int64_t>(run_prepared(sql, parameters).affected_rows());
  }
  void run_script(const std::string& sql) override {
    guarded(open(), [&] { transaction_->exec(sql); });
  }
  sql::row_set query_once(const std::string& sql, std::size_t rows_max) override;
  bool has_table(std::string_view name) override { return postgres::has_table(*this, name); }
  std::vector<std::string> relations() override { return relations_of(*this); }
  std::vector<std::string> columns_of(std::string_view table) override { return postgres::columns_of(*this, table); }
  sql::schema_shape read_shape() override { return postgres::read_shape(*this); }
  void check_place(bool pending) override { postgres::check_place(*this, pending); }
  std::optional<read_only_reason> why_read_only() override { return postgres::why_read_only(*this); }
  std::vector<std::string> find_damage(bool /*thorough*/) override {
    begin(sql::transaction_mode::read);
    auto told = invalid_indexes(*this);
    rollback();
    return told;
  }
  void lock_migrations() override {
    // An index on a large table may take longer than any other statement.
    run_script("SET LOCAL statement_timeout = 0");
    const sql::cell_row number{migration_lock_number};
    query("SELECT pg_advisory_xact_lock($1)", number);
  }

  void insert_core(std::span<const game_rows* const> games) override {
    copy([&](auto table) { sql::visit_core_tables(games, table); });
  }
  void insert_derived(std::span<const sql::derived_record> games) override {
    copy([&](auto table) { sql::visit_derived_tables(games, table); });
  }

  lock_attempt try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                        const lock_holder* gone) override;
  bool break_lock(const named_lock& held) override;
  void check_locks() override;
  bool holds_lock(std::string_view stage, std::string_view key, std::int64_t holder_backend) override;

 private:
  connection& open() {
    if (!db_) throw sql::sql_error(sql::error_kind::connection_lost, "PostgreSQL", "not connected");
    return *db_;
  }
  // `visit(table)` calls table(shape, row_count, feed) for each table; it is run twice: for the commands, then the
  // rows.
  template <class Visit>
  void copy(Visit visit) {
    std::string commands;
    visit([&](const sql::table_shape& table, std::size_t, auto) { commands += copy_command(table); });
    copy_batch batch(open(), commands, copy_buffer_);
    visit([&](const sql::table_shape& table, std::size_t, auto feed) { batch.write(table, feed); });
    batch.finish();
  }
  pqxx::result run_prepared(const std::string& sql, std::span<const sql::cell> parameters);
  const std::string& prepared_name(const std::string& sql);
  std::int64_t number_of(std::string_view stage, std::string_view key) {
    return lock_number(sql::as_text(query("SELECT current_schema()::text").rows.at(0).at(0)), stage, key);
  }
  std::optional<sql::lock_row> find_holder(std::string_view stage, std::string_view key, std::int64_t number);
  void give_back(const sql::lock_name& name) override;

  connection_settings settings_;
  std::string description_;
  std::optional<connection> db_;
  std::unordered_map<std::string, std::string> prepared_;  // text -> name
  std::string copy_buffer_;
  std::unique_ptr<pqxx::transaction_base> transaction_;
};

const std::string& postgres_session::prepared_name(const std::string& sql) {
  if (const auto found = prepared_.find(sql); found != prepared_.end()) return found->second;
  // The stores' own texts are fewer; the bound is for lists of unusual lengths.
  constexpr std::size_t statements_max = 256;
  if (prepared_.size() >= statements_max) {
    for (const auto& [text, name] : prepared_) db_->unprepare(name);
    prepared_.clear();
  }
  const auto name = fmt::format("nba_{}", prepared_.size() + 1);
  db_->prepare(name, sql);
  return prepared_.emplace(sql, name).first->second;
}

pqxx::result postgres_session::run_prepared(const std::string& sql, std::span<const sql::cell> parameters) {
  // A null pointer is NULL; the others point into `texts`.
  std::vector<std::string> texts(parameters.size());
  std::vector<const char*> values(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (sql::is_null(parameters[i])) continue;
    const bool bytes = std::holds_alternative<sql::blob>(parameters[i]);
    texts[i] = bytes ? "\\x" + sql::to_text(parameters[i]) : sql::to_text(parameters[i]);
    values[i] = texts[i].c_str();
  }
  return guarded(open(), [&] {
    return transaction_->exec_prepared(prepared_name(sql), pqxx::prepare::make_dynamic_params(values));
  });
}

sql::row_set postgres_session::query_once(const std::string& sql, std::size_t rows_max) {
  // A cursor takes exactly one query and gives as many rows as are asked for. The extended protocol (exec_params)
  // refuses a second statement after it.
  const auto end = sql.find_last_not_of("; \t\r\n");
  return guarded(open(), [&] {
    transaction_->exec_params("DECLARE nba_query CURSOR FOR " + sql.substr(0, end == std::string::npos ? 0 : end + 1));
    return to_rows(transaction_->exec(fmt::format("FETCH FORWARD {} FROM nba_query", rows_max)));
  });
}

// The server knows which session holds the number; the row is that session's only if it names the same one (a crashed
// holder leaves its row behind).
std::optional<sql::lock_row> postgres_session::find_holder(std::string_view stage, std::string_view key,
                                                           std::int64_t number) {
  const auto row = sql::read_lock_row(*this, stage, key);
  const sql::cell_row which{number};
  const auto holders = query(
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = "
      "(SELECT oid FROM pg_database WHERE datname = current_database()) AND "
      "((classid::bigint << 32) | objid::bigint) = $1",
      which);
  if (!row || holders.rows.empty() || sql::as_integer(holders.rows[0][0]) != row->holder_backend) return std::nullopt;
  return row;
}

// The server knows whether the holder's session is there: nobody is watched.
lock_attempt postgres_session::try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                        const lock_holder*) {
  const sql::lock_name name{stage, key};
  // A session may take an advisory lock any number of times; a run may not.
  if (const auto* mine = find_held(name)) return sql::to_holder(*mine, true);

  // A holder that has just taken the lock needs a moment to write its row. Of one that was killed the server finishes
  // the statement before it notices that nobody listens any more.
  constexpr int looks_max = 10;
  constexpr int looks_for_dead_max = 500;
  constexpr std::chrono::milliseconds between_looks{20};
  for (int look = 1;; ++look) {
    begin(sql::transaction_mode::write);
    const auto number = number_of(stage, key);
    const sql::cell_row which{number};
    const auto taken = query("SELECT pg_try_advisory_lock($1), pg_backend_pid()", which).rows.at(0);
    if (sql::as_integer(taken[0]) != 0) {
      sql::lock_row row{run_id, sql::this_process(), sql::as_integer(taken[1]), utc_now()};
      try {
        // A transaction of a run that lost the lock may be under way: its fence is waited for.
        sql::read_lock_row(*this, stage, key, true);
        row = sql::take_lock_row(*this, stage, key, row);
        NBA_FAILPOINT("lock.before_commit");
        commit();
        NBA_FAILPOINT("lock.after_commit");
      } catch (...) {
        rollback();
        if (db_->is_usable()) {
          begin(sql::transaction_mode::write);
          query("SELECT pg_advisory_unlock($1)", which);
          commit();
        }
        throw;
      }
      return hold(name, row);
    }
    const auto holder = find_holder(stage, key, number);
    rollback();
    const bool is_dead = holder && sql::look_at(holder->owner) == sql::liveness::dead;
    if (holder && (!is_dead || look >= looks_for_dead_max)) return sql::to_holder(*holder, true);
    if (!holder && look >= looks_max) return lock_holder{"unknown", "unknown", 0, utc_now()};
    std::this_thread::sleep_for(between_looks);
  }
}

// The advisory lock ends with the holder's session. Its process finds out: the row, and with it its fence, is gone.
bool postgres_session::break_lock(const named_lock& held) {
  const auto row = sql::read_lock_row(*this, held.stage, held.key, true);
  if (!row || row->run_id != held.holder.run_id || row->number != held.holder.number) return false;
  const auto number = number_of(held.stage, held.key);
  if (find_holder(held.stage, held.key, number)) {
    const sql::cell_row backend{row->holder_backend};
    const auto ended = query("SELECT pg_terminate_backend($1::integer)", backend).rows.at(0);
    if (sql::as_integer(ended[0]) == 0)
      throw sql::refused(
          {failure_class::storage,
           fmt::format("the server does not end the session {} that holds the lock; try again", row->holder_backend),
           held.stage});
  }
  return sql::delete_lock_row(*this, held.stage, held.key, *row);
}

// A replica does not know of the locks of its primary.
bool postgres_session::holds_lock(std::string_view stage, std::string_view key, std::int64_t holder_backend) {
  const sql::cell_row which{number_of(stage, key), holder_backend};
  const auto held = query(
      "SELECT pg_is_in_recovery() OR EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
      "AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
      "AND ((classid::bigint << 32) | objid::bigint) = $1 AND pid = $2::integer)",
      which);
  return sql::as_integer(held.rows.at(0).at(0)) != 0;
}

void postgres_session::check_locks() {
  begin(sql::transaction_mode::read);
  query("SELECT 1");
  commit();
}

void postgres_session::give_back(const sql::lock_name& name) {
  begin(sql::transaction_mode::write);
  const sql::cell_row which{number_of(name.first, name.second)};
  query("SELECT pg_advisory_unlock($1)", which);
  commit();
}

}  // namespace

std::shared_ptr<sql::session> open_session(const database_url& url, const store_options& options) {
  return std::make_shared<postgres_session>(
      connection_settings{url.connection, options.connect_timeout, options.busy_timeout, options.synchronous_commit},
      url.description);
}

}  // namespace nba::postgres
