// A thread for alerts, which nobody waits for longer than he said.
//
// A receiver that accepts and never answers, a name server that hangs: the command ends all the same. Jobs run one
// after the other. What is still under way at the deadline is told to stop; if it does not hear, the thread is left
// behind, with nothing of the caller's in its hands: a job holds what it needs by itself.
// Threads: `post` from any thread; `finish` once, by the owner.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace nba::cli {

class alert_worker {
 public:
  using job = std::function<void(const std::atomic<bool>& stop)>;

  alert_worker();
  ~alert_worker();
  alert_worker(const alert_worker&) = delete;
  alert_worker& operator=(const alert_worker&) = delete;

  void post(job what);
  // Waits for all jobs, so long at most. True when all were done.
  bool finish(std::chrono::milliseconds patience);

 private:
  struct state {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<job> jobs;
    bool ending = false, done = false;
    std::atomic<bool> stop{false};
  };
  static void work(const std::shared_ptr<state>& shared);

  std::shared_ptr<state> shared_ = std::make_shared<state>();
  std::thread thread_;
};

// For a job that hears `stop`.
inline constexpr std::chrono::milliseconds worker_grace{1'500};

}  // namespace nba::cli
