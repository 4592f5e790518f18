// SQLite's two handles with C++ ownership.
//
// Threads: one thread at a time (the connection is opened without SQLite's own mutex).
// Errors: sql_error.
#pragma once

#include "storage/sql/cell.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace nba::sqlite {

// Throws what the connection's last call ended with. `doing` names the step for the message.
[[noreturn]] void throw_error(sqlite3* db, std::string_view doing);

// A prepared statement. Parameters are numbered from 1.
class statement {
 public:
  // `kept`: will be used many times. Throws when the text holds more than one statement.
  statement(sqlite3* db, std::string_view sql, bool kept);

  // `stays` text is not copied and must live until the next step() or reset().
  void bind_null(int at) { check(sqlite3_bind_null(raw(), at)); }
  void bind_integer(int at, std::int64_t value) { check(sqlite3_bind_int64(raw(), at, value)); }
  void bind_real(int at, double value) { check(sqlite3_bind_double(raw(), at, value)); }
  void bind_text_that_stays(int at, std::string_view value) { bind_text(at, value, SQLITE_STATIC); }
  void bind_text_copy(int at, std::string_view value) { bind_text(at, value, SQLITE_TRANSIENT); }
  void bind_cell(int at, const sql::cell& value);

  // True while there is a row.
  bool step();
  // Ready to be bound and run again.
  void reset() noexcept { sqlite3_reset(raw()); }

  int column_count() const { return sqlite3_column_count(handle_.get()); }
  std::string column_name(int at) const { return sqlite3_column_name(handle_.get(), at); }
  sql::cell column(int at) const;
  bool is_read_only() const { return sqlite3_stmt_readonly(handle_.get()) != 0; }

 private:
  struct finalize {
    void operator()(sqlite3_stmt* raw) const noexcept { sqlite3_finalize(raw); }
  };
  sqlite3_stmt* raw() const { return handle_.get(); }
  void check(int code);
  void bind_text(int at, std::string_view value, sqlite3_destructor_type lifetime);

  sqlite3* db_;
  std::unique_ptr<sqlite3_stmt, finalize> handle_;
};

// Resets on the way out, so that a statement that threw can be used again and holds no lock.
class reset_on_exit {
 public:
  explicit reset_on_exit(statement& used) : used_(used) {}
  reset_on_exit(const reset_on_exit&) = delete;
  reset_on_exit& operator=(const reset_on_exit&) = delete;
  ~reset_on_exit() { used_.reset(); }

 private:
  statement& used_;
};

struct connection_settings {
  std::string path;
  std::chrono::milliseconds busy_timeout{};
  bool synchronous_normal = true;  // false: FULL
  bool create = true;              // false: the file must be there
};

class connection {
 public:
  // Opens or creates (mode 0600; 0640 in a folder that is shared with its group: setgid, and readable by it) the file.
  // Its folder must exist. A file of ours, or an empty one, is put into WAL mode and keeps its -wal and -shm when it is
  // closed, for readers who could not make them; another program's is left as it is.
  explicit connection(const connection_settings& settings);

  sqlite3* raw() const { return handle_.get(); }
  // Nothing can be written, and other writers are not kept out: reading_vfs.hpp.
  bool is_reading() const { return is_reading_; }
  // One or more statements without parameters and without rows.
  void run(const std::string& sql);

 private:
  void open(const connection_settings& settings, const char* vfs);
  void set_up(const connection_settings& settings);
  bool may_be_changed();
  void use_wal(std::chrono::milliseconds patience);

  struct close {
    void operator()(sqlite3* raw) const noexcept { sqlite3_close_v2(raw); }
  };
  std::unique_ptr<sqlite3, close> handle_;
  bool is_reading_ = false;
};

}  // namespace nba::sqlite
