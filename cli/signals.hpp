// SIGINT, SIGTERM and SIGHUP as messages.
//
// main blocks them before any thread exists (every thread inherits that), and whoever wants to stop cleanly waits for
// them here. The second signal of a run is the caller's to interpret: the callback gets every one.
// SIGHUP has two meanings. Where there is a log file, its name stands for another file now: it is opened again. Else a
// terminal was closed, and the program that was started on it stops as for SIGTERM, cleanly; one that was told not to
// (nohup), or that never had a terminal (a service), goes on. Callers only ever see SIGINT and SIGTERM.
// Threads: the callback of a signal_watch, and `reopen`, run on the watch's own thread.
#pragma once

#include <functional>
#include <optional>
#include <thread>

namespace nba::cli {

// For the calling thread and all that it starts from now on. SIGPIPE is ignored too: a closed pipe is an error of the
// write, not the end of the process.
void block_termination_signals();
// For commands that are simply ended by them, and by a reader who closes the pipe (`status | head`).
void unblock_termination_signals();

// While it lives, SIGHUP calls `reopen`. One at a time, made before the watch and gone after it.
class hangup_reopens {
 public:
  explicit hangup_reopens(std::function<void()> reopen);
  ~hangup_reopens();
  hangup_reopens(const hangup_reopens&) = delete;
  hangup_reopens& operator=(const hangup_reopens&) = delete;
};

class signal_watch {
 public:
  using callback = std::function<void(int signal_number)>;
  // Termination signals must be blocked already. Throws std::system_error when the kernel refuses a descriptor.
  explicit signal_watch(callback on_signal);
  ~signal_watch();
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;

 private:
  void watch();

  callback on_signal_;
  int signals_ = -1;  // signalfd
  int stop_ = -1;     // eventfd: written by the destructor
  std::thread thread_;
};

// Blocks until SIGINT or SIGTERM arrives and answers it.
int wait_for_termination();

}  // namespace nba::cli
