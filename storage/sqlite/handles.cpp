#include "storage/sqlite/handles.hpp"

#include "pipeline/failpoint.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sqlite/reading_vfs.hpp"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nba::sqlite {
namespace {

sql::error_kind kind_of(int extended_code, std::string_view message) {
  using sql::error_kind;
  if (extended_code == SQLITE_CONSTRAINT_PRIMARYKEY || extended_code == SQLITE_CONSTRAINT_UNIQUE)
    return error_kind::duplicate;
  switch (extended_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error_kind::busy;
    case SQLITE_FULL:
      return error_kind::disk_full;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return error_kind::read_only;
    case SQLITE_CANTOPEN:
      return error_kind::cannot_open;
    case SQLITE_NOTADB:
      return error_kind::not_a_database;
    case SQLITE_CORRUPT:
      return error_kind::damaged;
    case SQLITE_ERROR:
      return message.starts_with("no such table") || message.starts_with("no such column") ? error_kind::no_such_table
                                                                                           : error_kind::other;
    default:
      return error_kind::other;
  }
}

std::string_view name_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_ERROR:
      return "SQLITE_ERROR";
    case SQLITE_BUSY:
      return "SQLITE_BUSY";
    case SQLITE_LOCKED:
      return "SQLITE_LOCKED";
    case SQLITE_NOMEM:
      return "SQLITE_NOMEM";
    case SQLITE_READONLY:
      return "SQLITE_READONLY";
    case SQLITE_IOERR:
      return "SQLITE_IOERR";
    case SQLITE_CORRUPT:
      return "SQLITE_CORRUPT";
    case SQLITE_FULL:
      return "SQLITE_FULL";
    case SQLITE_CANTOPEN:
      return "SQLITE_CANTOPEN";
    case SQLITE_CONSTRAINT:
      return "SQLITE_CONSTRAINT";
    case SQLITE_NOTADB:
      return "SQLITE_NOTADB";
    default:
      return "SQLite error";
  }
}

// A folder that hands its group on to what is made in it (the setgid bit) and lets that group read is one that is
// shared with readers on purpose: /var/lib/nba-scraper of the package is.
mode_t mode_in_folder_of(const std::string& path) {
  constexpr mode_t of_owner = S_IRUSR | S_IWUSR;
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1);
  struct stat found {};
  const bool is_shared = ::stat(folder.c_str(), &found) == 0 && (found.st_mode & S_ISGID) && (found.st_mode & S_IRGRP);
  return is_shared ? of_owner | S_IRGRP : of_owner;
}

// SQLite itself would create the file readable by everybody (as the umask has it); the WAL takes the file's mode.
void create_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_in_folder_of(path));
  // Any failure but "exists" shows again, with SQLite's words, when SQLite opens the file.
  if (file < 0) return;
  ::close(file);
  NBA_FAILPOINT("open.file_made");
}

// SQLite would wait for ever for what a named pipe says.
void check_kind_of_file(const connection_settings& settings) {
  struct stat found {};
  if (::stat(settings.path.c_str(), &found) != 0) {
    if (!settings.create && errno == ENOENT)
      throw sql::sql_error(sql::error_kind::cannot_open, "ENOENT", "the file is not there");
    return;
  }
  if (S_ISREG(found.st_mode)) return;
  throw sql::sql_error(sql::error_kind::not_a_database, "stat",
                       S_ISDIR(found.st_mode) ? "it is a folder" : "it is no regular file");
}

// PostgreSQL's $1 is SQLite's ?1 (a $1 would be a parameter called "$1", numbered by appearance).
std::string number_parameters(std::string_view sql) {
  std::string text(sql);
  for (std::size_t at = 0; at + 1 < text.size(); ++at)
    if (text[at] == '$' && text[at + 1] >= '1' && text[at + 1] <= '9') text[at] = '?';
  return text;
}

}  // namespace

void throw_error(sqlite3* db, std::string_view doing) {
  const int code = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
  const std::string message = db ? sqlite3_errmsg(db) : "out of memory";
  const auto kind = kind_of(code, message);
  // Which step it was tells something where the kind does not say all.
  const bool speaks_for_itself = kind != sql::error_kind::other && kind != sql::error_kind::no_such_table;
  throw sql::sql_error(kind, fmt::format("{} ({})", name_of(code), code),
                       speaks_for_itself ? message : fmt::format("{}: {}", doing, message));
}

statement::statement(sqlite3* db, std::string_view sql, bool kept) : db_(db) {
  const auto text = number_parameters(sql);
  sqlite3_stmt* raw_statement = nullptr;
  const char* rest = nullptr;
  const unsigned flags = kept ? SQLITE_PREPARE_PERSISTENT : 0;
  if (sqlite3_prepare_v3(db, text.data(), static_cast<int>(text.size()), flags, &raw_statement, &rest) != SQLITE_OK)
    throw_error(db, "cannot prepare a statement");
  handle_.reset(raw_statement);
  const std::string_view behind(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (!raw_statement || behind.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    throw sql::sql_error(sql::error_kind::other, "SQLITE_MISUSE", "one SQL statement was expected");
}

void statement::check(int code) {
  if (code != SQLITE_OK) throw_error(db_, "cannot bind a value");
}

void statement::bind_text(int at, std::string_view value, sqlite3_destructor_type lifetime) {
  // A null pointer would bind NULL; an empty view may have one.
  const char* data = value.data() ? value.data() : "";
  check(sqlite3_bind_text(raw(), at, data, static_cast<int>(value.size()), lifetime));
}

void statement::bind_cell(int at, const sql::cell& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return bind_integer(at, *number);
  if (const auto* real = std::get_if<double>(&value)) return bind_real(at, *real);
  if (const auto* string = std::get_if<std::string>(&value)) return bind_text_copy(at, *string);
  if (const auto* bytes = std::get_if<sql::blob>(&value)) {
    check(sqlite3_bind_blob64(raw(), at, bytes->bytes.data(), bytes->bytes.size(), SQLITE_TRANSIENT));
    return;
  }
  bind_null(at);
}

bool statement::step() {
  const int code = sqlite3_step(raw());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw_error(db_, "statement failed");
}

sql::cell statement::column(int at) const {
  switch (sqlite3_column_type(raw(), at)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(raw(), at)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(raw(), at);
    case SQLITE_TEXT: {
      const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(raw(), at));
      return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(raw(), at)));
    }
    case SQLITE_BLOB: {
      const auto* data = static_cast<const char*>(sqlite3_column_blob(raw(), at));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw(), at));
      return sql::blob{data ? std::string(data, size) : std::string()};
    }
    default:
      return {};
  }
}

connection::connection(const connection_settings& settings) {
  check_kind_of_file(settings);
  if (settings.create) create_private_file(settings.path);
  open(settings, nullptr);
  try {
    set_up(settings);
  } catch (const sql::sql_error& error) {
    // Without the right to make (or read) -wal and -shm.
    const bool may_be_read = error.kind() == sql::error_kind::cannot_open || error.kind() == sql::error_kind::read_only;
    if (!may_be_read || !reading_vfs()) throw;
    open(settings, reading_vfs());
    is_reading_ = true;
    set_up(settings);
  }
}

void connection::open(const connection_settings& settings, const char* vfs) {
  sqlite3* raw_connection = nullptr;
  const int access = vfs               ? SQLITE_OPEN_READONLY
                     : settings.create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                       : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(settings.path.c_str(), &raw_connection,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  handle_.reset(raw_connection);
  if (code != SQLITE_OK) throw_error(raw_connection, "cannot open");
  sqlite3_busy_timeout(raw_connection, static_cast<int>(settings.busy_timeout.count()));
}

void connection::set_up(const connection_settings& settings) {
  if (may_be_changed()) {
    int keep = 1;
    sqlite3_file_control(raw(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    use_wal(settings.busy_timeout);
  }
  run(settings.synchronous_normal ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
  // After a burst the WAL file shrinks back to this size; when the last connection closes, to nothing.
  constexpr int wal_bytes_max = 64 << 20;
  run(fmt::format("PRAGMA journal_size_limit = {}", wal_bytes_max));
}

bool connection::may_be_changed() {
  statement look(raw(),
                 "SELECT (SELECT COUNT(*) FROM sqlite_master) = 0 OR EXISTS (SELECT 1 FROM sqlite_master "
                 "WHERE type = 'table' AND name = 'schema_migrations' AND sql LIKE '%checksum%')",
                 false);
  const bool is_ours = look.step() && std::get<std::int64_t>(look.column(0)) != 0;
  // The mode is kept in the file. A file that cannot be written keeps its mode; reading works in any.
  return is_ours && sqlite3_db_readonly(raw(), "main") == 0;
}

void connection::use_wal(std::chrono::milliseconds patience) {
  // Two connections that turn a new file to WAL at the same moment would wait for each other, so SQLite answers
  // SQLITE_BUSY at once instead of waiting busy_timeout. The pauses differ by chance of scheduling only, which is
  // enough: whoever comes second finds the mode set and needs no lock of its own.
  constexpr auto pause = std::chrono::milliseconds{5};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    try {
      return run("PRAGMA journal_mode = WAL");
    } catch (const sql::sql_error& error) {
      if (error.kind() != sql::error_kind::busy || std::chrono::steady_clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

void connection::run(const std::string& sql) {
  if (sqlite3_exec(raw(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw_error(raw(), "statement failed");
}

}  // namespace nba::sqlite
