// A run as others see it: its newest snapshot, written into its row of `ingest_runs` every two seconds.
//
// While load writes batches, it takes the snapshot along (news_slot). Otherwise it is written here: best effort, and
// never in the way of load: a thread and a connection of its own, no waiting for SQLite's writer; what cannot be
// written is left to load, should it come by, and counted, and the next one is tried.
// Threads: `tell` from any thread, does not block; the rest on the session's thread. Ending waits for a write that is
// under way.
#pragma once

#include "actors/news_slot.hpp"
#include "actors/run_snapshot.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace nba {

inline constexpr std::chrono::milliseconds news_interval{2'000};

class run_news {
 public:
  // `slot`: the one that the run's load looks into.
  run_news(database_url database, store_options options, std::string run_id, std::shared_ptr<news_slot> slot,
           std::chrono::milliseconds interval = news_interval);
  ~run_news();
  run_news(const run_news&) = delete;
  run_news& operator=(const run_news&) = delete;

  void tell(const run_snapshot& newest);
  // Snapshots that could not be written from here so far.
  std::uint64_t skipped() const;

 private:
  void work();
  void publish(const run_snapshot& newest);
  bool write(const run_note& newest);

  const database_url database_;
  store_options options_;
  const std::string run_id_;
  const std::shared_ptr<news_slot> slot_;
  const std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const run_snapshot> newest_;  // null: nothing new
  bool ending_ = false;
  std::uint64_t skipped_ = 0;
  std::unique_ptr<store> store_;  // of the thread
  std::thread thread_;            // last: it uses the others
};

}  // namespace nba
