#include "storage/sql/process_identity.hpp"

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

#include <unistd.h>

namespace nba::sql {
namespace {

struct process_stat {
  char state = ' ';
  std::int64_t started = 0;
};

// nullopt when there is no such process.
std::optional<process_stat> read_stat(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The second field is the program's name in parentheses, which may hold anything.
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  process_stat stat;
  fields >> stat.state;
  constexpr int fields_between = 18;  // fields 4 to 21
  std::string skipped;
  for (int i = 0; i < fields_between; ++i) fields >> skipped;
  fields >> stat.started;
  if (!fields) return std::nullopt;
  return stat;
}

std::string read_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string read_pid_namespace() {
  std::array<char, 64> target{};
  const auto length = ::readlink("/proc/self/ns/pid", target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

std::string read_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

}  // namespace

process_identity this_process() {
  process_identity self;
  self.host = read_host();
  self.boot_id = read_line("/proc/sys/kernel/random/boot_id");
  self.pid_namespace = read_pid_namespace();
  self.pid = static_cast<int>(::getpid());
  self.started = read_stat(self.pid).value_or(process_stat{}).started;
  return self;
}

liveness look_at(const process_identity& other) {
  const auto self = this_process();
  if (other.host != self.host) return liveness::unknown;
  if (other.boot_id != self.boot_id) return liveness::dead;  // the machine was started anew since
  if (other.pid_namespace != self.pid_namespace) return liveness::unknown;
  const auto stat = read_stat(other.pid);
  const bool gone = !stat || stat->state == 'Z' || stat->state == 'X';
  return gone || stat->started != other.started ? liveness::dead : liveness::alive;
}

}  // namespace nba::sql
