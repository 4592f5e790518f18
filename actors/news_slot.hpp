// The newest snapshot of a run, on its way into the run's row, where the database has one writer and load is it.
//
// Purpose: whoever else wanted to write would hardly ever get SQLite's lock from a load that is always busy. So the
// news lie here, and load writes them behind a batch of its own, when the lock is free because it has just let it go.
// Threads: any.
#pragma once

#include "pipeline/time.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace nba {

struct run_note {
  std::string snapshot;  // JSON
  utc_time at{};
};

class news_slot {
 public:
  // Takes the place of a note that nobody has fetched.
  void put(run_note newest) {
    const std::lock_guard guard(mutex_);
    note_ = std::move(newest);
  }
  // For load, behind each batch: the note, once.
  std::optional<run_note> take() {
    const std::lock_guard guard(mutex_);
    was_asked_ = true;
    return std::exchange(note_, std::nullopt);
  }
  // Whether load has come by since this was asked last: it will soon do so again. Otherwise what lies here is taken
  // out.
  bool was_asked() {
    const std::lock_guard guard(mutex_);
    if (!was_asked_) note_.reset();
    return std::exchange(was_asked_, false);
  }

 private:
  std::mutex mutex_;
  std::optional<run_note> note_;
  bool was_asked_ = false;
};

}  // namespace nba
