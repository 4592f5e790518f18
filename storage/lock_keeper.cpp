#include "storage/lock_keeper.hpp"

#include <algorithm>
#include <utility>

namespace nba {

lock_keeper::lock_keeper(std::function<result<std::unique_ptr<store>>()> open, std::chrono::milliseconds interval)
    : open_(std::move(open)), interval_(interval), thread_([this](const std::stop_token& stopped) { run(stopped); }) {}

void lock_keeper::add(lock_token held) {
  const std::lock_guard guard(mutex_);
  held_.push_back(std::move(held));
}

std::optional<failure> lock_keeper::lost() const {
  const std::lock_guard guard(mutex_);
  return lost_;
}

void lock_keeper::run(const std::stop_token& stopped) {
  std::unique_ptr<store> connection;
  std::unique_lock guard(mutex_);
  while (!wake_.wait_for(guard, stopped, interval_, [&] { return stopped.stop_requested(); })) {
    if (lost_) return;
    guard.unlock();
    beat(connection);
    guard.lock();
  }
}

void lock_keeper::beat(std::unique_ptr<store>& connection) {
  std::vector<lock_token> held;
  {
    const std::lock_guard guard(mutex_);
    held = held_;
  }
  if (held.empty()) return;
  if (!connection) {
    auto opened = open_();
    if (!opened) return;
    connection = std::move(*opened);
  }
  const auto beaten = connection->beat(held);
  if (beaten) return;
  if (is_lock_lost(beaten.error())) {
    const std::lock_guard guard(mutex_);
    lost_ = beaten.error();
  } else if (const auto* kind = find_store_kind(connection->backend()); !kind || !kind->is_file) {
    // A file is not opened anew: where it was, there may be another one by now.
    connection.reset();
  }
}

store_options keeper_options(store_options options, std::chrono::milliseconds interval) {
  constexpr std::chrono::milliseconds longest{5'000};
  options.busy_timeout = std::min({options.busy_timeout, interval, longest});
  options.connect_timeout = std::min(options.connect_timeout, longest);
  return options;
}

}  // namespace nba
