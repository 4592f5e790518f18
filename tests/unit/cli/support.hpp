// Running the command line inside a test.
//
// Threads: one test at a time.
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

// The built program as a process of its own, for what only a process can show: signals.
class child_process {
 public:
  explicit child_process(const std::vector<std::string>& arguments);
  // Kills what is still running.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  // The next line of its standard output; nullopt at the end of it. Waits at most read_timeout for one.
  std::optional<std::string> read_line();
  void send(int signal_number) const;
  // Exit code; 128 + signal when it was killed.
  int wait();

 private:
  int pid_ = -1;
  int output_ = -1;
  std::string buffer_;
};

// What a compressed file holds. A file that is cut off or damaged fails the test.
std::string gunzipped(const std::filesystem::path& file);

std::vector<std::string> lines_of(std::string_view text);
bool contains(std::string_view text, std::string_view part);

}  // namespace nba::cli::test
