#include "tests/support/child_process.hpp"

#include "tests/support/recorded_data.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace nba::test {
namespace {

std::atomic<int> next_child = 0;

}  // namespace

child_process::child_process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                             const std::map<std::string, std::string>& environment,
                             const std::filesystem::path& folder) {
  const auto number = std::to_string(next_child++);
  out_ = folder / ("out." + number);
  err_ = folder / ("err." + number);
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  auto variables = environment;
  for (char** one = environ; *one; ++one) {
    const std::string text{*one};
    const auto equals = text.find('=');
    variables.try_emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  std::vector<std::string> pairs;
  for (const auto& [name, value] : variables) pairs.push_back(name + "=" + value);
  std::vector<char*> envp;
  for (auto& pair : pairs) envp.push_back(pair.data());
  envp.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&files, 2, err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int failed = posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::runtime_error("cannot start " + program.string());
}

child_process::~child_process() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void child_process::signal(int number) const {
  if (ended_) return;
  ::kill(pid_, number);
  // Its threads stop one by one, and a child is reported as stopped when the last one has.
  siginfo_t stopped{};
  if (number == SIGSTOP) ::waitid(P_PID, static_cast<id_t>(pid_), &stopped, WSTOPPED | WEXITED | WNOWAIT);
}

std::optional<process_result> child_process::wait(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    int status = 0;
    if (ended_) return ended_;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      const int by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
      ended_ = process_result{by != 0 ? 128 + by : WEXITSTATUS(status), by, read_file(out_), read_file(err_)};
      return ended_;
    }
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

std::string child_process::err_so_far() const { return std::filesystem::exists(err_) ? read_file(err_) : ""; }

process_result run_process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const std::map<std::string, std::string>& environment, const std::filesystem::path& folder,
                           std::chrono::seconds limit) {
  child_process child{program, arguments, environment, folder};
  auto result = child.wait(limit);
  if (!result) throw std::runtime_error(program.string() + " took longer than allowed:\n" + child.err_so_far());
  return *result;
}

temporary_folder::temporary_folder() {
  auto name = (std::filesystem::temp_directory_path() / "nba-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary folder");
  path_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace nba::test
