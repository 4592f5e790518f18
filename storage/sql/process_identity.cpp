#include "storage/sql/process_identity.hpp"

#include "storage/host_name.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace nba::sql {
namespace {

process_sight look_for(int pid) {
  if (pid <= 0) return {};  // such "pids" mean groups of processes
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (std::getline(file, line))
    if (const auto seen = parse_process_stat(line)) return *seen;
  // A mount of /proc with hidepid shows nobody else's processes.
  const bool exists = ::kill(pid, 0) == 0 || errno == EPERM;
  process_sight unseen;
  unseen.what = exists ? process_sight::kind::hidden : process_sight::kind::nothing;
  return unseen;
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

}  // namespace

process_identity this_process() {
  process_identity self;
  self.host = host_name();
  self.boot_id = read_line("/proc/sys/kernel/random/boot_id");
  self.pid_namespace = read_pid_namespace();
  self.pid = static_cast<int>(::getpid());
  self.started = look_for(self.pid).started;
  return self;
}

std::optional<process_sight> parse_process_stat(std::string_view line) {
  // The second field is the program's name in parentheses, which may hold anything.
  const auto name_end = line.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  std::istringstream fields{std::string(line.substr(name_end + 1))};
  process_sight seen;
  seen.what = process_sight::kind::shown;
  fields >> seen.state;
  constexpr int fields_between = 18;  // fields 4 to 21
  std::string skipped;
  for (int i = 0; i < fields_between; ++i) fields >> skipped;
  fields >> seen.started;
  if (!fields) return std::nullopt;
  return seen;
}

liveness judge(const process_identity& other, const process_identity& self, const process_sight& seen) {
  if (other.boot_id.empty() || other.pid_namespace.empty() || other.pid <= 0) return liveness::unknown;
  if (other.boot_id != self.boot_id || other.pid_namespace != self.pid_namespace) return liveness::unknown;
  switch (seen.what) {
    case process_sight::kind::nothing:
      return liveness::dead;
    case process_sight::kind::hidden:
      return liveness::unknown;
    case process_sight::kind::shown:
      break;
  }
  if (seen.started != other.started) return liveness::dead;  // its pid is another process's now
  switch (seen.state) {
    case 'Z':
    case 'X':
    case 'x':
      return liveness::dead;
    case 'T':
    case 't':
      return liveness::stopped;
    default:
      return liveness::alive;
  }
}

liveness look_at(const process_identity& other) { return judge(other, this_process(), look_for(other.pid)); }

}  // namespace nba::sql
