// Reading a database in WAL mode where nothing can be written: no right to its folder, a read-only mount.
//
// SQLite needs the files -wal and -shm beside such a database and makes them when they are missing, even for reading.
// Where they cannot be made (or not read, being another user's) this file system stands in: -shm is memory of this
// connection, and a -wal that is missing or empty is an empty one; a -wal with content is read. Nothing is ever
// written, and no row is left out. A writer does not see this reader's locks, so it may change the file under it:
// `fingerprint` before and after tells, and the connection is opened anew then (its own -shm is out of date). Threads:
// registered once for the process; a connection belongs to one thread.
#pragma once

#include <cstdint>
#include <string>

namespace nba::sqlite {

// The name for sqlite3_open_v2.
const char* reading_vfs();

// What changes when somebody writes to a database: files, lengths, times of change.
struct fingerprint {
  struct file {
    std::uint64_t node = 0;
    std::int64_t bytes = -1, changed_seconds = 0, changed_nanoseconds = 0;
    bool operator==(const file&) const = default;
  };
  file database, log;
  bool operator==(const fingerprint&) const = default;
};
fingerprint fingerprint_of(const std::string& path);

}  // namespace nba::sqlite
