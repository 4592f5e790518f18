// The odd values of a run: transform workers add, the engine tells them at the run's end, one event a field.
//
// Threads: any. As large as there are fields.
#pragma once

#include "pipeline/transform/odd_values.hpp"

#include <mutex>
#include <string>
#include <utility>

namespace nba {

class odd_value_tally {
 public:
  // `game_id` goes in front of the examples.
  void add(const odd_values& of_game, const std::string& game_id) {
    const std::lock_guard guard(mutex_);
    values_.merge(of_game, game_id + ": ");
  }
  odd_values take() {
    const std::lock_guard guard(mutex_);
    return std::exchange(values_, odd_values{});
  }

 private:
  std::mutex mutex_;
  odd_values values_;
};

}  // namespace nba
