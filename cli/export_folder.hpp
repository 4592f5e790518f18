// The folder of an export, written so that whoever looks into it is never told a lie.
//
// Purpose: the manifest goes first and comes last; each file is written under a name of its own and put in its place
// whole; a name that is a link is replaced, never followed; one export at a time. Which files are an export's is
// written down before the first of them is made, so that those of an earlier one go and nobody else's do. A name is
// NAME or SEASON/NAME. Threads: one thread at a time; other processes are kept away by a lock on the folder, which ends
// with the process. Errors: std::runtime_error (the file system); `folder_in_use` when another export holds the lock.
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

using file_names = std::set<std::string, std::less<>>;
// Which file a killed export has left unfinished under this name: "2024-25/games.csv" of
// "2024-25/.games.csv.1a2b3c4d.part". Empty when it is no such name.
std::string finished_name(std::string_view unfinished);

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
  // Of a file, and of its folder when nothing is left in that.
  void remove(std::string_view name) const;
  // The text of a small file; empty when there is none, or it is larger than a list of files can be.
  std::string read(std::string_view name) const;
  // All there is here and in the folders of seasons, but for the folders themselves, in the order of the names.
  file_names names() const;

  // A new file under a name that nobody has, open for writing and reading back. The folder of its season is made.
  struct unfinished {
    std::string name;
    owned_descriptor file;
  };
  unfinished create(std::string_view for_name) const;
  // Puts a file that is complete in its place; what it holds survives a power cut.
  void publish(const unfinished& file, std::string_view name) const;

 private:
  // A name as the system's calls take it: a folder that is no link, and the name in it.
  struct place {
    owned_descriptor of_season;  // unless the name is one of the folder itself
    int folder = -1;             // -1: there is no such season
    std::string name;
  };
  place find(std::string_view name, bool make) const;
  [[noreturn]] void fail(std::string_view what, std::string_view name) const;

  const std::filesystem::path path_;
  const mode_t mode_;
  owned_descriptor folder_;
};

// Of the files of an export of this database: those of its own file for everybody's part, and 0600 for a server.
mode_t export_file_mode(const std::string& database_url);

}  // namespace nba::cli
