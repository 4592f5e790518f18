#include "tests/unit/cli/support.hpp"

#include "cli/app.hpp"

#include <poll.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace nba::cli::test {

outcome run(const std::vector<std::string>& arguments, const environment& variables) {
  std::ostringstream out, err;
  const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  const int code = run_app(arguments, {out, err}, lookup);
  return {code, out.str(), err.str()};
}

temporary_folder::temporary_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "nba-cli-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, std::string_view text) const {
  const auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

void temporary_folder::execute(const std::string& name, const std::string& sql) const {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open((path_ / name).c_str(), &database);
  const int done = opened == SQLITE_OK ? sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) : opened;
  const std::string problem = done == SQLITE_OK ? "" : sqlite3_errmsg(database);
  sqlite3_close(database);
  if (done != SQLITE_OK) throw std::runtime_error(problem);
}

std::string temporary_folder::sqlite_url(const std::string& name) const {
  return "sqlite:///" + (path_ / name).string();
}

namespace {
constexpr int read_timeout_ms = 60'000;  // a hung child fails the test instead of the test run
}

child_process::child_process(const std::vector<std::string>& arguments) {
  std::array<int, 2> pipe_ends{};
  if (::pipe(pipe_ends.data()) != 0) throw std::runtime_error("cannot make a pipe");
  std::vector<std::string> words{NBA_SCRAPER_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ == 0) {
    ::dup2(pipe_ends[1], STDOUT_FILENO);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  ::close(pipe_ends[1]);
  output_ = pipe_ends[0];
}

child_process::~child_process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  ::close(output_);
}

std::optional<std::string> child_process::read_line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    pollfd readable{output_, POLLIN, 0};
    if (::poll(&readable, 1, read_timeout_ms) <= 0) return std::nullopt;
    std::array<char, 4096> chunk{};
    const auto bytes = ::read(output_, chunk.data(), chunk.size());
    if (bytes <= 0) return std::nullopt;
    buffer_.append(chunk.data(), static_cast<std::size_t>(bytes));
  }
}

void child_process::send(int signal_number) const { ::kill(pid_, signal_number); }

int child_process::wait() {
  int status = 0;
  if (pid_ <= 0 || ::waitpid(pid_, &status, 0) != pid_) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string gunzipped(const std::filesystem::path& file) {
  const gzFile in = gzopen(file.c_str(), "rb");
  if (!in) throw std::runtime_error("cannot open " + file.string());
  // What is no gzip at all would be handed over as it is.
  if (gzdirect(in) != 0) {
    gzclose(in);
    throw std::runtime_error("not compressed: " + file.string());
  }
  std::string text;
  std::array<char, 1 << 14> block{};
  int size = 0;
  while ((size = gzread(in, block.data(), static_cast<unsigned>(block.size()))) > 0)
    text.append(block.data(), static_cast<std::size_t>(size));
  if (gzclose(in) != Z_OK || size < 0) throw std::runtime_error("damaged: " + file.string());
  return text;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace nba::cli::test
