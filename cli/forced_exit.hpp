// Ends the process when a run that was told to stop cannot.
//
// A run stops by messages between its actors, but a thread that waits inside the database (a lock of another session, a
// server that is gone without a word) hears none, for as long as its time limits say. The order given here ends the
// process then. That is safe for the same reason as SIGKILL is: a game is only ever committed whole, and a lock whose
// process is gone counts for nothing.
// Threads: `order` from any thread; a thread of its own waits. The destructor withdraws the order.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace nba::cli {

// Between telling a run to end at once and ending it by force: what an ordinary abort needs, many times over.
inline constexpr std::chrono::seconds forced_exit_grace{5};

class forced_exit {
 public:
  // `end` is called with the exit code and does not return; tests put something else here.
  explicit forced_exit(std::function<void(int)> end = end_process);
  ~forced_exit();
  forced_exit(const forced_exit&) = delete;
  forced_exit& operator=(const forced_exit&) = delete;

  // Ends the process after that time. Of several orders the earliest counts, with the exit code given last.
  void order(std::chrono::milliseconds after, int exit_code);

 private:
  using clock = std::chrono::steady_clock;
  [[noreturn]] static void end_process(int exit_code);
  void wait();

  std::function<void(int)> end_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<clock::time_point> at_;
  int exit_code_ = 0;
  bool withdrawn_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace nba::cli
