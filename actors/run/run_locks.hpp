// The locks of a run, from taking to giving back: waiting for holders that cannot be seen, the heartbeat, the loss.
//
// Purpose: the job runner and the commands that hold locks outside a job use the same. Threads: belongs to the thread
// of the store that takes them; a heartbeat and a watch have threads of their own. Ownership: the store outlives it.
#pragma once

#include "pipeline/event_log.hpp"
#include "storage/lock_keeper.hpp"
#include "storage/lock_wait.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nba {

class run_locks {
 public:
  // The heartbeat needs a connection of its own to the same database.
  run_locks(database_url url, store_options options, const lock_settings& settings);

  // Takes one more lock through `database`, whose writes check all of them from then on. Answers the holder when there
  // is one.
  result<std::optional<lock_holder>> take(lock_store& database, const std::string& stage, const std::string& key,
                                          const std::string& run_id, const lock_wait& how);
  const std::vector<lock_token>& tokens() const noexcept { return tokens_; }
  // What the heartbeat found out by itself.
  std::optional<failure> lost() const { return keeper_ ? keeper_->lost() : std::nullopt; }
  // Asks the database, over a connection of its own where that of `database` is gone.
  std::optional<failure> find_lost(lock_store& database) const;

 private:
  database_url url_;
  store_options options_;
  lock_settings settings_;
  std::vector<std::unique_ptr<run_lock>> locks_;
  std::vector<lock_token> tokens_;
  std::unique_ptr<lock_keeper> keeper_;  // last: it ends before the locks are given back
};

// While a pipeline runs, the connection that holds the locks has nothing to do, so nobody would notice its end; and
// with it PostgreSQL gives the locks to whoever comes next. A thread of its own asks now and then, and says so once.
// Nothing else may use the connection meanwhile.
class lock_watch {
 public:
  lock_watch(lock_store& database, const run_locks& locks, std::chrono::milliseconds interval,
             std::function<void(failure)> lost);

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace nba
