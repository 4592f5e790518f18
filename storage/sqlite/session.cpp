#include "storage/sqlite/session.hpp"

#include "pipeline/failpoint.hpp"
#include "storage/sql/run_locks.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sqlite/insert_sink.hpp"
#include "storage/sqlite/statement_cache.hpp"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace nba::sqlite {
namespace {

class sqlite_session final : public sql::locking_session {
 public:
  explicit sqlite_session(connection_settings settings) : settings_(std::move(settings)) { reconnect(); }
  ~sqlite_session() override { release_all(); }

  const sql::dialect& dialect() const override { return sql::sqlite_dialect; }
  std::string description() const override { return settings_.path; }

  void reconnect() override {
    statements_.reset();
    db_.reset();
    db_.emplace(settings_);
    statements_.emplace(db_->raw());
  }

  void begin(sql::transaction_mode mode) override {
    // IMMEDIATE takes the writer's place at once (waiting up to busy_timeout), so that no later statement can find the
    // database changed under it.
    run_kept(mode == sql::transaction_mode::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  void commit() override { run_kept("COMMIT"); }
  void rollback() noexcept override {
    if (db_ && sqlite3_get_autocommit(db_->raw()) == 0) sqlite3_exec(db_->raw(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  sql::row_set query(const std::string& sql, std::span<const sql::cell> parameters) override {
    auto& statement = statements().get(sql);
    const reset_on_exit ready_again(statement);
    bind(statement, parameters);
    return fetch(statement, SIZE_MAX);
  }
  std::int64_t execute(const std::string& sql, std::span<const sql::cell> parameters) override {
    auto& statement = statements().get(sql);
    const reset_on_exit ready_again(statement);
    bind(statement, parameters);
    while (statement.step()) {
    }
    return sqlite3_changes64(db_->raw());
  }
  void run_script(const std::string& sql) override { db_->run(sql); }

  sql::row_set query_once(const std::string& sql, std::size_t rows_max) override {
    statement once(open().raw(), sql, false);
    if (!once.is_read_only())
      throw sql::refused({failure_class::configuration, "only a query that changes nothing is run here", {}});
    return fetch(once, rows_max);
  }
  bool has_table(std::string_view name) override {
    const sql::cell_row which{sql::text(name)};
    return !query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", which).rows.empty();
  }
  void lock_migrations() override {}  // BEGIN IMMEDIATE: there is one writer

  void insert_core(std::span<const game_rows* const> games) override {
    sql::visit_core_tables(games, [&](const sql::table_shape& table, std::size_t rows, auto feed) {
      insert_sink sink(statements(), table, rows);
      feed(sink);
    });
  }
  void insert_derived(std::span<const sql::derived_record> games) override {
    sql::visit_derived_tables(games, [&](const sql::table_shape& table, std::size_t rows, auto feed) {
      insert_sink sink(statements(), table, rows);
      feed(sink);
    });
  }

  lock_attempt try_lock(std::string_view stage, std::string_view key, const std::string& run_id) override;
  void check_locks() override {}  // the process is alive

 private:
  connection& open() {
    if (!db_) throw sql::sql_error(sql::error_kind::connection_lost, "SQLITE_MISUSE", "the database is not open");
    return *db_;
  }
  statement_cache& statements() {
    open();
    return *statements_;
  }
  void run_kept(const std::string& sql) {
    auto& statement = statements().get(sql);
    const reset_on_exit ready_again(statement);
    statement.step();
  }
  static void bind(statement& target, std::span<const sql::cell> parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) target.bind_cell(static_cast<int>(i) + 1, parameters[i]);
  }
  static sql::row_set fetch(statement& source, std::size_t rows_max) {
    sql::row_set set;
    for (int i = 0; i < source.column_count(); ++i) set.columns.push_back(source.column_name(i));
    while (set.rows.size() < rows_max && source.step()) {
      auto& row = set.rows.emplace_back();
      for (int i = 0; i < source.column_count(); ++i) row.push_back(source.column(i));
    }
    return set;
  }

  connection_settings settings_;
  std::optional<connection> db_;
  std::optional<statement_cache> statements_;
};

lock_attempt sqlite_session::try_lock(std::string_view stage, std::string_view key, const std::string& run_id) {
  begin(sql::transaction_mode::write);
  const auto now = utc_now();
  if (const auto holder = sql::read_lock_row(*this, stage, key); holder && sql::still_holds(*holder, now)) {
    rollback();
    return sql::to_holder(*holder);
  }
  const sql::lock_row row{run_id, sql::this_process(), 0, now};
  sql::write_lock_row(*this, stage, key, row);
  NBA_FAILPOINT("lock.before_commit");
  commit();
  NBA_FAILPOINT("lock.after_commit");
  return hold({std::string(stage), std::string(key)}, row);
}

void make_folder(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw sql::refused({failure_class::configuration,
                        fmt::format("cannot make the folder {} for the database: {}; name a path you may write to",
                                    folder.string(), error.message()),
                        path});
}

}  // namespace

std::shared_ptr<sql::session> open_session(const database_url& url, const store_options& options) {
  make_folder(url.path);
  return std::make_shared<sqlite_session>(
      connection_settings{url.path, options.busy_timeout, options.synchronous_commit});
}

}  // namespace nba::sqlite
