// Reading games back on several threads.
//
// Purpose: the reading of commands that change nothing (`validate`, `db verify`); what writes goes through the engine.
// Each thread has a connection of its own and makes a value of
// each game; values wait in a bounded queue for the one consumer, which calls next(). Threads: next() and the
// destructor belong to the creating thread; `make` runs on the pool's threads. Errors: what cannot be read is an item
// with a failure; when that is of class storage the caller calls the rest off. A thread whose connection cannot be
// opened while another one has its own leaves the games to it: fewer connections than threads are enough.
#pragma once

#include "storage/store.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace nba::cli {

template <class Value>
class read_pool {
 public:
  using open_fn = std::function<result<std::unique_ptr<nba::store>>()>;
  using make_fn = std::function<result<Value>(nba::store&, const game_id&)>;
  struct item {
    nba::game_id game_id;
    result<Value> value = failure{};
  };

  // `games` outlives the pool.
  read_pool(int threads, open_fn open, const std::vector<game_id>& games, make_fn make)
      : open_(std::move(open)),
        make_(std::move(make)),
        games_(games),
        waiting_max_(waiting_max_per_thread * static_cast<std::size_t>(threads)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  // Waits for the games that are being read; the others are left.
  ~read_pool() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
  }
  read_pool(const read_pool&) = delete;
  read_pool& operator=(const read_pool&) = delete;

  // The next game, in no order; nullopt when all have been answered. Blocks.
  std::optional<item> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || answered_ == games_.size(); });
    if (waiting_.empty()) return std::nullopt;
    auto one = std::move(waiting_.front());
    waiting_.pop_front();
    ++answered_;
    changed_.notify_all();
    return one;
  }

 private:
  static constexpr std::size_t waiting_max_per_thread = 8;

  void work() {
    result<std::unique_ptr<nba::store>> database = failure{};
    bool is_first = false;
    {
      // One after the other, so that all but the first know whether there is another.
      const std::lock_guard lock(opening_);
      if (is_empty()) return;
      database = open_();
      is_first = opened_ == 0;
      if (database) ++opened_;
    }
    if (!database && !is_first) return;
    while (const auto id = take()) {
      item done{*id, failure{}};
      if (!database)
        done.value = database.error();
      else
        done.value = make_(**database, *id);
      put(std::move(done));
    }
  }
  bool is_empty() {
    const std::lock_guard lock(mutex_);
    return stopping_ || taken_ == games_.size();
  }
  std::optional<game_id> take() {
    const std::lock_guard lock(mutex_);
    if (stopping_ || taken_ == games_.size()) return std::nullopt;
    return games_[taken_++];
  }
  void put(item done) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || waiting_.size() < waiting_max_; });
    if (stopping_) return;
    waiting_.push_back(std::move(done));
    changed_.notify_all();
  }

  const open_fn open_;
  const make_fn make_;
  const std::vector<game_id>& games_;
  const std::size_t waiting_max_;
  std::mutex opening_;
  int opened_ = 0;  // under opening_
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0, answered_ = 0;
  bool stopping_ = false;
  std::deque<item> waiting_;
  std::vector<std::thread> threads_;
};

}  // namespace nba::cli
