// Reading games back and deriving them on several threads.
//
// Purpose: the reading half of `derive`. Each thread has a connection of its own; what is derived waits in a bounded
// queue for the one writer, which calls next(). Threads: next() and the destructor belong to the creating thread.
// Errors: a game whose rows cannot be read is an item with a failure; of class storage, everything after it is called
// off by the caller.
#pragma once

#include "pipeline/derive/derive.hpp"
#include "storage/store.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace nba::cli {

class derive_pool {
 public:
  using open_store_fn = std::function<result<std::unique_ptr<nba::store>>()>;
  struct item {
    nba::game_id game_id;
    result<std::shared_ptr<const derived_rows>> derived = failure{};
    provenance origin;  // of the core rows
  };

  // `games`, `travel` outlive the pool.
  derive_pool(int threads, open_store_fn open, const std::vector<game_id>& games, const season_travel& travel);
  // Waits for the games that are being read; the others are left.
  ~derive_pool();
  derive_pool(const derive_pool&) = delete;
  derive_pool& operator=(const derive_pool&) = delete;

  // The next derived game, in no order; nullopt when all have been answered. Blocks.
  std::optional<item> next();

 private:
  static constexpr std::size_t waiting_max_per_thread = 8;

  void work();
  // Where this thread goes on; nullopt at the end.
  std::optional<game_id> take();
  void put(item done);

  const open_store_fn open_;
  const std::vector<game_id>& games_;
  const season_travel& travel_;
  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0, answered_ = 0;
  bool stopping_ = false;
  std::deque<item> waiting_;
  std::vector<std::thread> threads_;
};

}  // namespace nba::cli
