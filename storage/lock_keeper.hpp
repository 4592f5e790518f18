// The heartbeat of a run's locks.
//
// Purpose: while it lives, a thread with a connection of its own notes every few seconds that the holder of some locks
// is there, and finds out when one of them was lost. Best effort: a beat that fails is left out (the next one comes),
// so nothing of the run ever waits for it. Threads: one inside; the calls from any. Ownership: copies what it is given.
#pragma once

#include "storage/store.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace nba {

class lock_keeper {
 public:
  // `open` makes the connection; it is called on the keeper's thread, again after a failure.
  lock_keeper(std::function<result<std::unique_ptr<store>>()> open, std::chrono::milliseconds interval);
  void add(lock_token held);
  // Set once a lock was lost.
  std::optional<failure> lost() const;

 private:
  void run(const std::stop_token& stopped);
  void beat(std::unique_ptr<store>& connection);

  std::function<result<std::unique_ptr<store>>()> open_;
  std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<lock_token> held_;
  std::optional<failure> lost_;
  std::jthread thread_;  // last: it uses the others
};

// The options of a connection that only beats: it gives up long before anybody could miss it.
store_options keeper_options(store_options options, std::chrono::milliseconds interval);

}  // namespace nba
