#include "cli/forced_exit.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace nba::cli {

forced_exit::forced_exit(std::function<void(int)> end) : end_(std::move(end)), thread_([this] { wait(); }) {}

forced_exit::~forced_exit() {
  {
    std::lock_guard guard(mutex_);
    withdrawn_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void forced_exit::order(std::chrono::milliseconds after, int exit_code) {
  {
    std::lock_guard guard(mutex_);
    const auto at = clock::now() + after;
    at_ = at_ ? std::min(*at_, at) : at;
    exit_code_ = exit_code;
  }
  changed_.notify_all();
}

void forced_exit::wait() {
  std::unique_lock lock(mutex_);
  while (!withdrawn_) {
    if (!at_) {
      changed_.wait(lock);
    } else if (clock::now() >= *at_) {
      at_.reset();
      end_(exit_code_);
    } else {
      changed_.wait_until(lock, *at_);
    }
  }
}

void forced_exit::end_process(int exit_code) {
  // Neither destructors nor atexit handlers run: they would wait for the same thread.
  std::cerr << "nba-scraper: the run did not end in time, a thread of it still waits for the database: ended by force. "
               "What is committed is complete; the next run goes on from there.\n"
            << std::flush;
  std::_Exit(exit_code);
}

}  // namespace nba::cli
