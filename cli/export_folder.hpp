// The folder of an export, written so that whoever looks into it is never told a lie.
//
// Purpose: the manifest goes first and comes last; each file is written under a name of its own and put in its place
// whole; a name that is a link is replaced, never followed; one export at a time.
// Threads: one thread at a time; other processes are kept away by a lock on the folder, which ends with the process.
// Errors: std::runtime_error (the file system); `folder_in_use` when another export holds the lock.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace nba::cli {

struct folder_in_use : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An open file, closed with the object.
class owned_descriptor {
 public:
  explicit owned_descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~owned_descriptor();
  owned_descriptor(owned_descriptor&& other) noexcept : descriptor_(other.release()) {}
  owned_descriptor& operator=(owned_descriptor&&) = delete;

  int get() const noexcept { return descriptor_; }
  int release() noexcept;

 private:
  int descriptor_;
};

class export_folder {
 public:
  // Makes the folder when it is missing. `mode`: of the files in it (0600; never more than the database's own file
  // has).
  export_folder(std::filesystem::path path, mode_t mode);

  const std::filesystem::path& path() const noexcept { return path_; }
  bool has(std::string_view name) const;
  void remove(std::string_view name) const;
  // Removes files of earlier exports: tables under the names that exports use (TABLE.csv, .jsonl, .gz), unless they are
  // in `kept`, and what a killed export left unfinished. Nothing else is touched.
  void remove_others(const std::set<std::string, std::less<>>& kept) const;

  // A new file under a name that nobody has, open for writing and reading back.
  struct unfinished {
    std::string name;  // in the folder
    owned_descriptor file;
  };
  unfinished create(std::string_view for_name) const;
  // Puts a file that is complete in its place; what it holds survives a power cut.
  void publish(const unfinished& file, std::string_view name) const;

 private:
  [[noreturn]] void fail(std::string_view what, std::string_view name) const;

  const std::filesystem::path path_;
  const mode_t mode_;
  owned_descriptor folder_;
};

// Of the files of an export of this database: those of its own file for everybody's part, and 0600 for a server.
mode_t export_file_mode(const std::string& database_url);

}  // namespace nba::cli
