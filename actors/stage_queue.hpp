// The two queues of a stage: work waiting for a worker, and results waiting for the next stage's credit.
//
// Both are bounded by the stage's own link_account: an item holds its slot from admission until it has been handed on,
// so the two queues and the workers together never hold more than the limit. Threads: owned by one actor.
#pragma once

#include "actors/credit.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace nba {

// Results of a stage, waiting until the next one has room. `Item` has a member `bytes`, its cost on the next link.
template <class Item>
class outbox {
 public:
  outbox() = default;
  outbox(std::string next_stage, link_limits limits) : credit_(std::move(next_stage), limits) {}

  void push(Item item) { waiting_.push_back(std::move(item)); }
  // The next item, its credit taken; nullopt when nothing waits or the next stage is full.
  std::optional<Item> take_ready() {
    if (waiting_.empty() || !credit_.has_room(waiting_.front().bytes)) return std::nullopt;
    credit_.take(waiting_.front().bytes);
    std::optional<Item> ready{std::move(waiting_.front())};
    waiting_.pop_front();
    return ready;
  }
  // The next stage gave a slot back.
  void give_back(std::size_t bytes) { credit_.give_back(bytes); }
  std::size_t waiting() const noexcept { return waiting_.size(); }
  const link_account& credit() const noexcept { return credit_; }

 private:
  std::deque<Item> waiting_;
  link_account credit_;
};

// Which workers are idle. Workers are named by their index.
class idle_workers {
 public:
  explicit idle_workers(std::size_t count = 0) {
    for (std::size_t i = count; i > 0; --i) idle_.push_back(i - 1);
  }
  // The most recently used one first: its caches are warm.
  std::optional<std::size_t> take() {
    if (idle_.empty()) return std::nullopt;
    const auto worker = idle_.back();
    idle_.pop_back();
    return worker;
  }
  void put(std::size_t worker) { idle_.push_back(worker); }
  std::size_t count() const noexcept { return idle_.size(); }

 private:
  std::vector<std::size_t> idle_;
};

}  // namespace nba
