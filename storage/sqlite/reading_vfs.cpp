#include "storage/sqlite/reading_vfs.hpp"

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include <sqlite3.h>
#include <sys/stat.h>

namespace nba::sqlite {
namespace {

using region = std::unique_ptr<std::byte[]>;

// What SQLite gets as a file. After it, in the same memory, stands the file of the system's own VFS.
struct reading_file {
  sqlite3_file base;  // first: SQLite knows only this
  bool is_log = false;
  bool is_empty_log = false;      // there is none: nothing stands after it
  std::vector<region> regions{};  // -shm
};

sqlite3_vfs* system_vfs() { return sqlite3_vfs_find(nullptr); }

constexpr std::size_t offset_behind =
    (sizeof(reading_file) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);

reading_file& self(sqlite3_file* file) { return *reinterpret_cast<reading_file*>(file); }
sqlite3_file* behind(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + offset_behind);
}

int close_file(sqlite3_file* file) {
  const int code = self(file).is_empty_log ? SQLITE_OK : behind(file)->pMethods->xClose(behind(file));
  self(file).~reading_file();
  return code;
}

int read_file(sqlite3_file* file, void* to, int bytes, sqlite3_int64 from) {
  if (!self(file).is_empty_log) return behind(file)->pMethods->xRead(behind(file), to, bytes, from);
  std::memset(to, 0, static_cast<std::size_t>(bytes));
  return SQLITE_IOERR_SHORT_READ;
}

int refuse_write(sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; }
int refuse_truncate(sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; }
int no_sync(sqlite3_file*, int) { return SQLITE_OK; }

int file_size(sqlite3_file* file, sqlite3_int64* bytes) {
  if (!self(file).is_empty_log) return behind(file)->pMethods->xFileSize(behind(file), bytes);
  *bytes = 0;
  return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  if (level > SQLITE_LOCK_SHARED) return SQLITE_BUSY;  // it would check the log in, or delete it
  return behind(file)->pMethods->xLock(behind(file), level);
}
int unlock_file(sqlite3_file* file, int level) { return behind(file)->pMethods->xUnlock(behind(file), level); }
int check_reserved_lock(sqlite3_file* file, int* held) {
  return behind(file)->pMethods->xCheckReservedLock(behind(file), held);
}

int control_file(sqlite3_file* file, int what, void* argument) {
  return self(file).is_empty_log ? SQLITE_NOTFOUND : behind(file)->pMethods->xFileControl(behind(file), what, argument);
}
int sector_size(sqlite3_file* file) {
  constexpr int usual = 4096;
  return self(file).is_empty_log ? usual : behind(file)->pMethods->xSectorSize(behind(file));
}
int device_characteristics(sqlite3_file* file) {
  return self(file).is_empty_log ? 0 : behind(file)->pMethods->xDeviceCharacteristics(behind(file));
}

int map_shared(sqlite3_file* file, int index, int bytes, int extend, void volatile** out) {
  auto& regions = self(file).regions;
  const auto at = static_cast<std::size_t>(index);
  try {
    while (extend != 0 && regions.size() <= at)
      regions.push_back(std::make_unique<std::byte[]>(static_cast<std::size_t>(bytes)));
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
  *out = at < regions.size() ? regions[at].get() : nullptr;
  return SQLITE_OK;
}
int lock_shared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void shared_barrier(sqlite3_file*) {}
int unmap_shared(sqlite3_file* file, int) {
  self(file).regions.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods methods{2,
                                 close_file,
                                 read_file,
                                 refuse_write,
                                 refuse_truncate,
                                 no_sync,
                                 file_size,
                                 lock_file,
                                 unlock_file,
                                 check_reserved_lock,
                                 control_file,
                                 sector_size,
                                 device_characteristics,
                                 map_shared,
                                 lock_shared,
                                 shared_barrier,
                                 unmap_shared,
                                 nullptr,
                                 nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* system = system_vfs();
  const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
  // Temporary files are the system's own.
  if (!is_log && (flags & SQLITE_OPEN_MAIN_DB) == 0) return system->xOpen(system, name, file, flags, out_flags);
  file->pMethods = nullptr;
  struct stat found {};
  const bool is_empty_log = is_log && (::stat(name, &found) != 0 || found.st_size == 0);
  constexpr int writing = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int for_reading = (flags & ~writing) | SQLITE_OPEN_READONLY;
  if (!is_empty_log) {
    std::memset(behind(file), 0, static_cast<std::size_t>(system->szOsFile));
    int ignored = 0;
    const int code = system->xOpen(system, name, behind(file), for_reading, &ignored);
    if (code != SQLITE_OK) {
      if (behind(file)->pMethods) behind(file)->pMethods->xClose(behind(file));
      return code;
    }
  }
  new (file) reading_file{{&methods}, is_log, is_empty_log, {}};
  if (out_flags) *out_flags = for_reading;
  return SQLITE_OK;
}

int keep_file(sqlite3_vfs*, const char*, int) { return SQLITE_OK; }

fingerprint::file look_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

}  // namespace

const char* reading_vfs() {
  static sqlite3_vfs vfs = [] {
    auto made = *system_vfs();
    made.zName = "nba-scraper-reading";
    made.pNext = nullptr;
    made.szOsFile = static_cast<int>(offset_behind) + system_vfs()->szOsFile;
    made.xOpen = open_file;
    made.xDelete = keep_file;
    return made;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? vfs.zName : nullptr;
}

fingerprint fingerprint_of(const std::string& path) { return {look_at(path), look_at(path + "-wal")}; }

}  // namespace nba::sqlite
