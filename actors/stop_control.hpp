// How a run is told to stop, from a signal thread or anywhere else.
//
// Threads: every member may be called from any thread. The first request drains, the second one aborts.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace nba {

class stop_control {
 public:
  // Counts, and calls the handler if one is installed. `exit_code`: what the run ends with (128 + signal number).
  void request(int exit_code = 130) {
    std::lock_guard guard(mutex_);
    ++requests_;
    exit_code_ = exit_code;
    if (handler_) handler_(requests_);
  }
  int requests() const {
    std::lock_guard guard(mutex_);
    return requests_;
  }
  // Of the latest request.
  int exit_code() const {
    std::lock_guard guard(mutex_);
    return exit_code_;
  }
  // The handler gets the number of the request (1, 2, ...); requests made before are delivered at once. It runs under
  // the control's lock, so once on_request(nullptr) has returned it is not running and never will; it must not call
  // back.
  void on_request(std::function<void(int)> handler) {
    std::lock_guard guard(mutex_);
    handler_ = std::move(handler);
    if (handler_)
      for (int number = 1; number <= requests_; ++number) handler_(number);
  }

 private:
  mutable std::mutex mutex_;
  int requests_ = 0;
  int exit_code_ = 130;
  std::function<void(int)> handler_;
};

}  // namespace nba
