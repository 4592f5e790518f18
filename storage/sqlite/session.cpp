#include "storage/sqlite/session.hpp"

#include "pipeline/failpoint.hpp"
#include "storage/sql/run_locks.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sqlite/file_watch.hpp"
#include "storage/sqlite/insert_sink.hpp"
#include "storage/sqlite/reading_vfs.hpp"
#include "storage/sqlite/schema_model.hpp"
#include "storage/sqlite/statement_cache.hpp"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace nba::sqlite {
namespace {

// "nbas", in the header of every file that is ours; `file` and other programs show it.
constexpr std::int64_t application_id = 0x6E626173;

class sqlite_session final : public sql::locking_session {
 public:
  explicit sqlite_session(connection_settings settings) : settings_(std::move(settings)), file_(settings_.path) {
    reconnect();
  }
  ~sqlite_session() override { release_all(); }

  const sql::dialect& dialect() const override { return sqlite_dialect; }
  std::string description() const override { return settings_.path; }

  void reconnect() override {
    // The same file again: a new one in its place would be an empty one.
    if (!db_ || !db_->is_reading()) file_.check();
    statements_.reset();
    db_.reset();
    seen_ = fingerprint_of(settings_.path);
    db_.emplace(settings_);
    statements_.emplace(db_->raw());
    if (!file_.has_file()) file_.remember(db_->raw());
    settings_.create = false;
  }

  void begin(sql::transaction_mode mode) override {
    look_at_file();
    // IMMEDIATE takes the writer's place at once (waiting up to busy_timeout), so that no later statement can find the
    // database changed under it.
    run_kept(mode == sql::transaction_mode::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  void commit() override {
    if (open().is_reading() && fingerprint_of(settings_.path) != seen_)
      throw sql::sql_error(
          sql::error_kind::conflict, "changed",
          "the file was written while it was read by one who cannot hold it still; let this user write "
          "to the files -wal and -shm beside it, or read later");
    if (!open().is_reading()) file_.check();
    run_kept("COMMIT");
  }
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
  std::vector<std::string> relations() override {
    return names_of(query("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'", {}));
  }
  std::vector<std::string> columns_of(std::string_view table) override {
    const sql::cell_row which{sql::text(table)};
    return names_of(query("SELECT name FROM pragma_table_info($1)", which));
  }
  sql::schema_shape read_shape() override { return sqlite::read_shape(open().raw()); }
  std::optional<std::string> foreign_mark() override;
  void put_mark() override {
    if (pragma("application_id") == 0) run_script(fmt::format("PRAGMA application_id = {}", application_id));
  }
  std::vector<std::string> find_damage(bool thorough) override;
  std::optional<read_only_reason> why_read_only() override;
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

  lock_attempt try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                        const lock_holder* gone) override;
  bool break_lock(const named_lock& held) override;
  void check_locks() override {}  // the process is alive

 private:
  connection& open() {
    if (!db_) throw sql::sql_error(sql::error_kind::connection_lost, "SQLITE_MISUSE", "the database is not open");
    return *db_;
  }
  void look_at_file() {
    if (!open().is_reading()) return file_.check();
    if (fingerprint_of(settings_.path) != seen_) reconnect();
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

  static std::vector<std::string> names_of(const sql::row_set& found) {
    std::vector<std::string> names;
    for (const auto& row : found.rows) names.push_back(sql::as_text(row[0]));
    return names;
  }
  std::int64_t pragma(const char* name) {
    return sql::as_integer(query(fmt::format("SELECT * FROM pragma_{}", name), {}).rows.at(0).at(0));
  }

  connection_settings settings_;
  file_watch file_;
  fingerprint seen_;  // of is_reading(): when the connection was opened
  std::optional<connection> db_;
  std::optional<statement_cache> statements_;
};

std::optional<std::string> sqlite_session::foreign_mark() {
  if (const auto id = pragma("application_id"); id != 0 && id != application_id)
    return fmt::format("the file bears the mark of another application (application_id {})", id);
  if (const auto version = pragma("user_version"); version != 0)
    return fmt::format("the file bears a version of another application (user_version {})", version);
  return std::nullopt;
}

std::vector<std::string> sqlite_session::find_damage(bool thorough) {
  constexpr int told_max = 20;
  try {
    auto told = names_of(
        query_once(fmt::format("PRAGMA {}({})", thorough ? "integrity_check" : "quick_check", told_max), SIZE_MAX));
    if (told.size() == 1 && told.front() == "ok") told.clear();
    return told;
  } catch (const sql::sql_error& error) {
    if (error.kind() != sql::error_kind::damaged && error.kind() != sql::error_kind::not_a_database) throw;
    return {error.what()};
  }
}

// The owner is who writes; a file system that is mounted read-only is that for everybody.
bool is_for_everybody(const std::string& path) {
  struct statvfs mounted {};
  if (::statvfs(path.c_str(), &mounted) == 0 && (mounted.f_flag & ST_RDONLY) != 0) return true;
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 && file.st_uid == ::geteuid();
}

std::optional<read_only_reason> sqlite_session::why_read_only() {
  const auto may_write = [](const std::filesystem::path& path) { return ::access(path.c_str(), W_OK) == 0; };
  std::error_code ignored;
  const auto folder = std::filesystem::absolute(settings_.path, ignored).parent_path();
  read_only_reason reason;
  if (!may_write(settings_.path))
    reason.why = fmt::format("no permission to write {}", settings_.path);
  else if (!may_write(folder))
    reason.why = fmt::format("no permission to write in {} (the write-ahead log)", folder.string());
  else
    return std::nullopt;
  reason.for_everybody = is_for_everybody(settings_.path);
  return reason;
}

lock_attempt sqlite_session::try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                      const lock_holder* gone) {
  begin(sql::transaction_mode::write);
  if (const auto holder = sql::read_lock_row(*this, stage, key)) {
    const auto seen = sql::look_at(holder->owner);
    const bool cannot_be_seen = seen == sql::liveness::unknown || seen == sql::liveness::stopped;
    const bool free = seen == sql::liveness::dead || (cannot_be_seen && gone && sql::is_same(*holder, *gone));
    if (!free) {
      rollback();
      return sql::to_holder(*holder, !cannot_be_seen);
    }
  }
  const auto row = sql::take_lock_row(*this, stage, key, {run_id, sql::this_process(), 0, utc_now()});
  NBA_FAILPOINT("lock.before_commit");
  commit();
  NBA_FAILPOINT("lock.after_commit");
  return hold({std::string(stage), std::string(key)}, row);
}

bool sqlite_session::break_lock(const named_lock& held) {
  const auto row = sql::read_lock_row(*this, held.stage, held.key);
  if (!row || row->run_id != held.holder.run_id || row->number != held.holder.number) return false;
  return sql::delete_lock_row(*this, held.stage, held.key, *row);
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
  if (options.create) make_folder(url.path);
  return std::make_shared<sqlite_session>(
      connection_settings{url.path, options.busy_timeout, options.synchronous_commit, options.create});
}

}  // namespace nba::sqlite
