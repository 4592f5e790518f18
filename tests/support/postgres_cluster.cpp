#include "tests/support/postgres_cluster.hpp"

#include "tests/support/loopback_port.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nba::test {
namespace fs = std::filesystem;
namespace {

using clock = std::chrono::steady_clock;
constexpr std::chrono::seconds program_time_max{60};  // initdb on a busy machine
constexpr std::chrono::seconds start_time_max{30};
constexpr std::chrono::seconds stop_time_max{10};
constexpr std::chrono::milliseconds between_looks{20};
constexpr int port_attempts_max = 5;

// Debian keeps them out of PATH, one folder per version; the newest wins.
fs::path find_binaries() {
  fs::path newest;
  int version = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const int number = std::atoi(entry.path().filename().c_str());
    if (number > version && fs::exists(entry.path() / "bin" / "initdb")) {
      version = number;
      newest = entry.path() / "bin";
    }
  }
  if (!newest.empty()) return newest;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (fs::exists(fs::path(folder) / "initdb", none) && fs::exists(fs::path(folder) / "postgres", none)) return folder;
  throw std::runtime_error(
      "PostgreSQL is not installed: these tests start a server of their own (apt install postgresql)");
}

// The exit status, or nullopt when the process still runs at the deadline.
std::optional<int> wait_for(pid_t process, clock::duration time_max) {
  const auto deadline = clock::now() + time_max;
  for (;;) {
    int status = 0;
    const auto ended = ::waitpid(process, &status, WNOHANG);
    if (ended == process || (ended < 0 && errno == ECHILD)) return status;
    if (clock::now() > deadline) return std::nullopt;
    std::this_thread::sleep_for(between_looks);
  }
}

void end(pid_t process) noexcept {
  // Fast, immediate, and at last without asking.
  for (const int signal : {SIGINT, SIGQUIT, SIGKILL}) {
    ::kill(process, signal);
    if (wait_for(process, stop_time_max)) return;
  }
}

}  // namespace

postgres_cluster& postgres_cluster::shared() {
  static postgres_cluster cluster;
  return cluster;
}

postgres_cluster::postgres_cluster() : binaries_(find_binaries()) {
  if (::geteuid() == 0) {
    const passwd* postgres = ::getpwnam("postgres");
    if (!postgres) throw std::runtime_error("PostgreSQL does not run as root, and there is no user postgres");
    user_ = postgres->pw_uid;
    group_ = postgres->pw_gid;
  }
  auto pattern = (fs::temp_directory_path() / "nba-postgres-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder like " + pattern);
  folder_ = pattern;
  try {
    if (user_ != 0 && ::chown(folder_.c_str(), user_, group_) != 0)
      throw std::runtime_error("cannot give " + pattern + " to user postgres");
    initialise();
    start();
  } catch (...) {
    stop();
    throw;
  }
}

postgres_cluster::~postgres_cluster() { stop(); }

std::string postgres_cluster::url(const std::string& database) const {
  return "postgresql://nba@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string postgres_cluster::create_database() {
  const auto name = "test_" + std::to_string(++databases_);
  run("createdb", {"-h", folder_.string(), "-p", std::to_string(port_), "-U", "nba", name});
  return name;
}

void postgres_cluster::drop_database(const std::string& name) {
  run("dropdb", {"--force", "-h", folder_.string(), "-p", std::to_string(port_), "-U", "nba", name});
}

void postgres_cluster::restart() {
  crash();
  start();
}

void postgres_cluster::crash() {
  if (server_ <= 0) return;
  ::kill(server_, SIGQUIT);
  if (!wait_for(server_, stop_time_max)) end(server_);
  server_ = 0;
}

void postgres_cluster::initialise() {
  run("initdb",
      {"-D", (folder_ / "data").string(), "-U", "nba", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"});
  std::ofstream(folder_ / "data" / "postgresql.conf", std::ios::app)
      << "fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\n"
      << "max_connections = 40\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '" << folder_.string()
      << "'\n";
}

void postgres_cluster::start() {
  for (int attempt = 1;; ++attempt) {
    if (port_ == 0) port_ = free_loopback_port();
    server_ = spawn("postgres", {"-D", (folder_ / "data").string(), "-p", std::to_string(port_)});
    const auto deadline = clock::now() + start_time_max;
    bool runs = true;
    while (runs && clock::now() < deadline) {
      if (answers()) return;
      runs = !wait_for(server_, between_looks);
    }
    if (runs) end(server_);
    server_ = 0;
    port_ = 0;
    if (attempt == port_attempts_max) throw std::runtime_error("the PostgreSQL server does not start:\n" + log_tail());
  }
}

void postgres_cluster::stop() noexcept {
  if (server_ > 0) end(server_);
  server_ = 0;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool postgres_cluster::answers() const {
  const auto probe = spawn("pg_isready", {"-q", "-h", folder_.string(), "-p", std::to_string(port_)});
  const auto status = wait_for(probe, start_time_max);
  if (!status) end(probe);
  return status == 0;
}

void postgres_cluster::run(const std::string& program, const std::vector<std::string>& arguments) const {
  const auto process = spawn(program, arguments);
  const auto status = wait_for(process, program_time_max);
  if (!status) end(process);
  if (status != 0) throw std::runtime_error(program + " failed:\n" + log_tail());
}

pid_t postgres_cluster::spawn(const std::string& program, const std::vector<std::string>& arguments) const {
  const auto path = (binaries_ / program).string();
  const auto log = (folder_ / "log").string();
  const auto folder = folder_.string();
  std::vector<char*> words{const_cast<char*>(path.c_str())};
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork for " + program);
  if (child > 0) return child;
  // In the child: only calls that are safe after fork.
  if (user_ != 0 && (::setgroups(0, nullptr) != 0 || ::setgid(group_) != 0 || ::setuid(user_) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setuid, which clears it
  if (::getppid() != parent) ::_exit(126);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int in = ::open("/dev/null", O_RDONLY);
  if (out < 0 || in < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) ::_exit(126);
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  ::execv(path.c_str(), words.data());
  ::_exit(127);
}

std::string postgres_cluster::log_tail() const {
  std::ifstream file(folder_ / "log");
  std::ostringstream text;
  text << file.rdbuf();
  const auto all = text.str();
  constexpr std::size_t tail_bytes = 2000;
  return all.size() > tail_bytes ? all.substr(all.size() - tail_bytes) : all;
}

}  // namespace nba::test
