// Runs a program as a user would: arguments, environment, exit code, both outputs.
//
// Threads: used by the test's thread. Ownership: a child that is still running when its object goes is killed.
// Errors: std::runtime_error when the program cannot be started.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace nba::test {

struct process_result {
  int exit_code = -1;  // 128 + signal when a signal ended it
  int signal = 0;      // that signal; 0 when it ended by itself
  std::string out, err;
};

class child_process {
 public:
  // `environment`: added to this process's own. Outputs go to files in `folder`.
  child_process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                const std::map<std::string, std::string>& environment, const std::filesystem::path& folder);
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  // Nothing happens when wait() has seen it end. Returns from SIGSTOP when every thread has stopped.
  void signal(int number) const;
  // nullopt when it is still running after `limit`. May be asked again after the end.
  std::optional<process_result> wait(std::chrono::milliseconds limit);
  // What it has printed to stderr so far.
  std::string err_so_far() const;

 private:
  pid_t pid_ = 0;
  std::optional<process_result> ended_;
  std::filesystem::path out_, err_;
};

// Runs to the end; kills it and throws std::runtime_error when that takes longer than `limit`.
process_result run_process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const std::map<std::string, std::string>& environment, const std::filesystem::path& folder,
                           std::chrono::seconds limit = std::chrono::seconds{300});

// A folder of the test's own under the system's temporary directory, removed at the end.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }
  std::string sqlite_url(const std::string& name) const { return "sqlite:///" + (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace nba::test
