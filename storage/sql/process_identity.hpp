// Which process this is, and whether another one still lives.
//
// Purpose: a run lock in SQLite is a row; the row is worth something only while its owner lives. A pid alone is not
// enough (pids are used again), so a process is known by boot, pid namespace, pid and start time. The boot id is one
// running kernel's, and the namespace says which pids it shows us: where both are ours, the other process can be looked
// at, whatever the host calls itself (a container may have a name of its own).
// Linux: /proc. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nba::sql {

struct process_identity {
  std::string host;           // for people
  std::string boot_id;        // /proc/sys/kernel/random/boot_id
  std::string pid_namespace;  // /proc/self/ns/pid: containers on one machine have their own pids
  int pid = 0;
  std::int64_t started = 0;  // clock ticks after boot; field 22 of /proc/PID/stat
  bool operator==(const process_identity&) const = default;
};

process_identity this_process();

// What the kernel shows of a pid.
struct process_sight {
  enum class kind {
    nothing,  // there is no such process
    hidden,   // there is one, but /proc does not show it to us
    shown,
  } what = kind::nothing;
  char state = ' ';  // field 3 of /proc/PID/stat
  std::int64_t started = 0;
};
// The line of /proc/PID/stat; nullopt for one that is none.
std::optional<process_sight> parse_process_stat(std::string_view line);

enum class liveness {
  alive,
  dead,
  stopped,  // there, but not running (SIGSTOP, Ctrl-Z, a debugger)
  unknown,  // of another boot or another pid namespace, or hidden: this process cannot look
};
// The decision, from what was seen of other.pid here.
liveness judge(const process_identity& other, const process_identity& self, const process_sight& seen);
liveness look_at(const process_identity& other);

}  // namespace nba::sql
