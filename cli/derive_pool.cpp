#include "cli/derive_pool.hpp"

#include <utility>

namespace nba::cli {

derive_pool::derive_pool(int threads, open_store_fn open, const std::vector<game_id>& games,
                         const season_travel& travel)
    : open_(std::move(open)),
      games_(games),
      travel_(travel),
      waiting_max_(waiting_max_per_thread * static_cast<std::size_t>(threads)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

derive_pool::~derive_pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

std::optional<derive_pool::item> derive_pool::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !waiting_.empty() || answered_ == games_.size(); });
  if (waiting_.empty()) return std::nullopt;
  auto one = std::move(waiting_.front());
  waiting_.pop_front();
  ++answered_;
  changed_.notify_all();
  return one;
}

void derive_pool::work() {
  std::unique_ptr<nba::store> database;
  while (const auto id = take()) {
    item done{*id, failure{}, {}};
    if (!database) {
      auto opened = open_();
      if (!opened) {
        done.derived = std::move(opened).error();
        put(std::move(done));
        continue;
      }
      database = std::move(*opened);
    }
    if (const auto rows = database->read_game(*id)) {
      done.derived = std::shared_ptr<const derived_rows>{std::make_shared<derived_rows>(derive_game(*rows, travel_))};
      done.origin = rows->origin;
    } else {
      done.derived = rows.error();
    }
    put(std::move(done));
  }
}

std::optional<game_id> derive_pool::take() {
  const std::lock_guard lock(mutex_);
  if (stopping_ || taken_ == games_.size()) return std::nullopt;
  return games_[taken_++];
}

void derive_pool::put(item done) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || waiting_.size() < waiting_max_; });
  if (stopping_) return;
  waiting_.push_back(std::move(done));
  changed_.notify_all();
}

}  // namespace nba::cli
