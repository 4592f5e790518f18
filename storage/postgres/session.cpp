#include "storage/postgres/session.hpp"

#include "pipeline/failpoint.hpp"
#include "storage/postgres/connection.hpp"
#include "storage/postgres/copy_batch.hpp"
#include "storage/postgres/results.hpp"
#include "storage/sql/run_locks.hpp"
#include "storage/sql/sha256.hpp"

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
  const auto digest = sql::sha256(name);
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

  const sql::dialect& dialect() const override { return sql::postgresql_dialect; }
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
  bool has_table(std::string_view name) override;
  std::vector<std::string> relations() override;
  std::vector<std::string> columns_of(std::string_view table) override;
  void check_place(bool pending) override;
  std::vector<std::string> find_damage(bool thorough) override;
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

  lock_attempt try_lock(std::string_view stage, std::string_view key, const std::string& run_id) override;
  void check_locks() override;

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
  // The schema that has our tables, or would get them; NULL when the role may use none.
  sql::cell place();
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

// The first schema of the search path with our bookkeeping (other tools have a table of that name too, with other
// columns); without one, the schema where a table is made.
sql::cell postgres_session::place() {
  return query(
             "SELECT COALESCE((SELECT n.nspname FROM unnest(current_schemas(false)) WITH ORDINALITY AS s(name, at) "
             "JOIN pg_namespace n ON n.nspname = s.name "
             "JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'schema_migrations' "
             "WHERE (SELECT COUNT(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped "
             "AND a.attname IN ('version', 'name', 'checksum', 'applied_at')) = 4 "
             "ORDER BY s.at LIMIT 1), current_schema())::text")
      .rows.at(0)
      .at(0);
}

bool postgres_session::has_table(std::string_view name) {
  const sql::cell_row which{place(), sql::text(name)};
  return !query(
              "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
              "WHERE n.nspname = $1 AND c.relname = $2",
              which)
              .rows.empty();
}

std::vector<std::string> postgres_session::relations() {
  const sql::cell_row which{place()};
  std::vector<std::string> names;
  for (const auto& row : query("SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                               "WHERE n.nspname = $1",
                               which)
                             .rows)
    names.push_back(sql::as_text(row[0]));
  return names;
}

std::vector<std::string> postgres_session::columns_of(std::string_view table) {
  const sql::cell_row which{place(), sql::text(table)};
  std::vector<std::string> names;
  for (const auto& row : query("SELECT a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                               "JOIN pg_namespace n ON n.oid = c.relnamespace "
                               "WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped",
                               which)
                             .rows)
    names.push_back(sql::as_text(row[0]));
  return names;
}

void postgres_session::check_place(bool pending) {
  const auto refuse = [](std::string message) {
    throw sql::refused({failure_class::configuration, std::move(message), "database"});
  };
  const auto row = query(
                       "SELECT current_setting('server_encoding'), current_schema()::text, current_user::text, "
                       "CASE WHEN current_schema() IS NULL THEN 0 WHEN has_schema_privilege(current_schema()::text, "
                       "'CREATE') THEN 1 ELSE 0 END")
                       .rows.at(0);
  // SQL_ASCII takes any bytes, and so all of UTF-8.
  if (const auto encoding = sql::as_text(row[0]); encoding != "UTF8" && encoding != "SQL_ASCII")
    refuse(
        fmt::format("the database {} has the encoding {}, which cannot hold every name (such as Dončić): use one made "
                    "with: CREATE DATABASE nba ENCODING 'UTF8' TEMPLATE template0",
                    description_, encoding));
  const auto role = sql::as_text(row[2]);
  if (sql::is_null(row[1]))
    refuse(
        fmt::format("the role {} may use no schema on its search_path in the database {}: as the database's owner run "
                    "CREATE SCHEMA {} AUTHORIZATION {}, or grant it one: GRANT USAGE, CREATE ON SCHEMA public TO {}",
                    role, description_, role, role, role));
  if (!pending) return;
  const auto schema = sql::as_text(row[1]), ours = sql::as_text(place());
  if (schema != ours)
    refuse(
        fmt::format("nba-scraper's tables in the database {} are in the schema {}, but new ones would be made in {}, "
                    "the first of this role's search_path: end the URL with ?options=-csearch_path%3D{}",
                    description_, ours, schema, ours));
  if (sql::as_integer(row[3]) == 0)
    refuse(
        fmt::format("the role {} may not make tables in the schema {} of the database {}: as its owner run GRANT "
                    "USAGE, CREATE ON SCHEMA {} TO {}",
                    role, schema, description_, schema, role));
}

std::vector<std::string> postgres_session::find_damage(bool /*thorough*/) {
  begin(sql::transaction_mode::read);
  const sql::cell_row which{place()};
  std::vector<std::string> told;
  for (const auto& row : query("SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                               "JOIN pg_namespace n ON n.oid = c.relnamespace "
                               "WHERE n.nspname = $1 AND NOT (i.indisvalid AND i.indisready)",
                               which)
                             .rows)
    told.push_back(
        fmt::format("the index {} is not valid: REINDEX INDEX {}", sql::as_text(row[0]), sql::as_text(row[0])));
  rollback();
  return told;
}

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
  // refuses a second statement behind it.
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

lock_attempt postgres_session::try_lock(std::string_view stage, std::string_view key, const std::string& run_id) {
  const sql::lock_name name{stage, key};
  // A session may take an advisory lock any number of times; a run may not.
  if (const auto* mine = find_held(name)) return sql::to_holder(*mine);

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
      const sql::lock_row row{run_id, sql::this_process(), sql::as_integer(taken[1]), utc_now()};
      try {
        sql::write_lock_row(*this, stage, key, row);
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
    if (holder && (!is_dead || look >= looks_for_dead_max)) return sql::to_holder(*holder);
    if (!holder && look >= looks_max) return lock_holder{"unknown", "unknown", 0, utc_now()};
    std::this_thread::sleep_for(between_looks);
  }
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
