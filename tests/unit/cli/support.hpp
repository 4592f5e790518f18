// Running the command line inside a test.
//
// Threads: one test at a time; no process is started.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli::test {

using environment = std::map<std::string, std::string, std::less<>>;

struct outcome {
  int code = 0;
  std::string out;
  std::string err;
};
// With exactly these variables: nothing of the test's own environment reaches the program.
outcome run(const std::vector<std::string>& arguments, const environment& variables = {});

// A folder of its own, removed with everything in it.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  // Writes a file and answers its path.
  std::string write(const std::string& name, std::string_view text) const;
  // Runs SQL on an SQLite file in it, behind the program's back.
  void execute(const std::string& name, const std::string& sql) const;
  // "sqlite:////..." for a file in it.
  std::string sqlite_url(const std::string& name = "nba.db") const;

 private:
  std::filesystem::path path_;
};

std::vector<std::string> lines_of(std::string_view text);
bool contains(std::string_view text, std::string_view part);

}  // namespace nba::cli::test
