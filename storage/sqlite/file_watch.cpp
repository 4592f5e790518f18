#include "storage/sqlite/file_watch.hpp"

#include "storage/sql/sql_error.hpp"

#include <array>
#include <fstream>
#include <string_view>

#include <sys/stat.h>

namespace nba::sqlite {
namespace {

[[noreturn]] void throw_moved(const std::string& what) {
  throw sql::sql_error(sql::error_kind::moved, moved_file_code, what);
}

// Length that the file's own header tells, https://www.sqlite.org/fileformat.html; nullopt: none can be read.
std::optional<std::int64_t> length_by_header(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 100> header{};
  if (!file.read(header.data(), header.size())) return std::nullopt;
  if (std::string_view(header.data(), 15) != "SQLite format 3") return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::int64_t value = 0;
    for (std::size_t i = at; i < at + bytes; ++i) value = value * 256 + static_cast<unsigned char>(header.at(i));
    return value;
  };
  constexpr std::int64_t largest_page = 65536;  // is written as 1
  const auto page = number(16, 2);
  return (page == 1 ? largest_page : page) * number(28, 4);
}

}  // namespace

void file_watch::remember(sqlite3* db) {
  struct stat found {};
  int moved = 0;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0 || ::stat(path_.c_str(), &found) != 0)
    throw_moved("the file was renamed or removed while it was opened");
  file_ = identity{found.st_dev, found.st_ino};
  bytes_ = found.st_size;
  log_.reset();
}

void file_watch::check() {
  if (!file_) return;
  struct stat found {};
  if (::stat(path_.c_str(), &found) != 0) throw_moved("the file was renamed or removed while it was in use");
  if (identity{found.st_dev, found.st_ino} != *file_)
    throw_moved("another file was put in its place while it was in use");
  check_length(found.st_size);
  check_log();
}

void file_watch::check_length(std::int64_t bytes) {
  // Only VACUUM makes it shorter, and says so in the header.
  if (bytes < bytes_) {
    const auto needed = length_by_header(path_);
    if (!needed || bytes < *needed)
      throw_moved("the file was cut from " + std::to_string(bytes_) + " to " + std::to_string(bytes) +
                  " bytes while it was in use; its content is lost");
  }
  bytes_ = bytes;
}

void file_watch::check_log() {
  // Nobody else takes it away while a connection is open. Before the first transaction there may be none.
  struct stat found {};
  const bool is_there = ::stat((path_ + "-wal").c_str(), &found) == 0;
  const auto now = is_there ? std::optional(identity{found.st_dev, found.st_ino}) : std::nullopt;
  if (log_ && now != log_) throw_moved("its write-ahead log (" + path_ + "-wal) was renamed or removed while in use");
  log_ = now;
}

}  // namespace nba::sqlite
