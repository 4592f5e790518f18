// Whether the file that is open is still the file at its path.
//
// Purpose: SQLite goes on writing into a file that was renamed or removed, and into one that was cut; nobody would find
// there what a run says is done. A session therefore looks before each transaction and before each commit.
// Threads: one thread at a time. Errors: sql_error of kind moved.
#pragma once

#include "storage/identity.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <sqlite3.h>
#include <sys/types.h>

namespace nba::sqlite {

class file_watch {
 public:
  explicit file_watch(std::string path) : path_(std::move(path)) {}
  // The file was opened for the first time. Throws when it has moved since.
  void remember(sqlite3* db);
  bool has_file() const { return file_.has_value(); }
  // One or two calls of stat.
  void check();

 private:
  struct identity {
    dev_t device{};
    ino_t node{};
    bool operator==(const identity&) const = default;
  };
  void check_log();
  void check_length(std::int64_t bytes);

  std::string path_;
  std::optional<identity> file_, log_;  // the database, its write-ahead log
  std::int64_t bytes_ = 0;
};

}  // namespace nba::sqlite
