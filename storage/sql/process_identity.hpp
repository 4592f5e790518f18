// Which process this is, and whether another one still lives.
//
// Purpose: a run lock in SQLite is a row; the row is worth something only while its owner lives. A pid alone is not
// enough (pids are used again), so a process is known by host, boot, pid namespace, pid and start time.
// Linux: /proc. Threads: any.
#pragma once

#include <cstdint>
#include <string>

namespace nba::sql {

struct process_identity {
  std::string host;
  std::string boot_id;        // /proc/sys/kernel/random/boot_id
  std::string pid_namespace;  // /proc/self/ns/pid: containers on one machine have their own pids
  int pid = 0;
  std::int64_t started = 0;  // clock ticks after boot; field 22 of /proc/PID/stat
  bool operator==(const process_identity&) const = default;
};

process_identity this_process();

enum class liveness { alive, dead, unknown };
// unknown: on another host or in another pid namespace, where this process cannot look.
liveness look_at(const process_identity& other);

}  // namespace nba::sql
