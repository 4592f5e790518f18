// The contiguous tracker: the largest id such that every planned id up to it is terminal.
//
// "Contiguous" is by position in the plan, never arithmetic on ids: 0042400407 follows 0042400406, and 0021201214 was
// never played. One tracker per lane (design: "Watermark, precisely").
// Threads: not thread-safe; owned by one actor.
#pragma once

#include "pipeline/plan/game_id.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace nba {

class contiguous_tracker {
 public:
  contiguous_tracker() = default;
  // `plan`: every planned id of the lane, any order, duplicates ignored. `terminal`: ids already terminal; ids outside
  // the plan are ignored.
  contiguous_tracker(std::vector<game_id> plan, std::span<const game_id> terminal);

  // Marks an id terminal. Idempotent. True when the mark moved. An id outside the plan changes nothing.
  bool resolve(const game_id& id);
  bool is_planned(const game_id& id) const;
  bool is_resolved(const game_id& id) const;

  // Largest contiguous terminal id; empty while the first planned game is open.
  std::optional<game_id> watermark() const;
  // The first planned id that is not terminal: what holds the mark. Empty when all are.
  std::optional<game_id> holder() const;

  std::size_t planned() const noexcept { return plan_.size(); }
  std::size_t resolved() const noexcept { return resolved_count_; }
  // Planned ids above the mark.
  std::size_t lag() const noexcept { return plan_.size() - prefix_; }

 private:
  std::vector<game_id> plan_;  // sorted
  std::unordered_map<game_id, std::size_t> position_;
  std::vector<bool> resolved_;
  std::size_t resolved_count_ = 0;
  std::size_t prefix_ = 0;  // plan_[0, prefix_) is all terminal
};

}  // namespace nba
