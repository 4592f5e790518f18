// Credit: the bound of one link between two stages, counted in games and in bytes.
//
// Purpose: CAF mailboxes are unbounded, so the bound is the credit. The sender of a link keeps a `link_account` and
// takes from it before it sends; the receiver keeps another and admits into it; the receiver gives back when the item
// leaves its stage. Both sides check, in release builds too: a disagreement is a bug and throws invariant_violation,
// which ends the run (design invariant 5). Rule: a stage holds at most games_max games and bytes_max bytes; an item
// larger than bytes_max passes only through an empty stage. Threads: owned by one actor.
#pragma once

#include "pipeline/invariant.hpp"

#include <cstddef>
#include <string>

namespace nba {

struct link_limits {
  std::size_t games_max = 16;
  std::size_t bytes_max = 32u << 20;
};

class link_account {
 public:
  link_account() = default;
  link_account(std::string name, link_limits limits) : name_(std::move(name)), limits_(limits) {}

  // Whether an item of this size may pass now.
  bool has_room(std::size_t bytes) const noexcept;
  // Takes a slot. Throws invariant_violation when there is no room.
  void take(std::size_t bytes);
  // Gives a slot back. Throws invariant_violation when more is given back than was taken.
  void give_back(std::size_t bytes);

  std::size_t games() const noexcept { return games_; }
  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t games_peak() const noexcept { return games_peak_; }
  std::size_t bytes_peak() const noexcept { return bytes_peak_; }
  const link_limits& limits() const noexcept { return limits_; }
  // Free slots.
  std::size_t credit() const noexcept { return limits_.games_max - games_; }

 private:
  std::string name_ = "link";
  link_limits limits_;
  std::size_t games_ = 0, bytes_ = 0;
  std::size_t games_peak_ = 0, bytes_peak_ = 0;
};

}  // namespace nba
