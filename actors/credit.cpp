#include "actors/credit.hpp"

#include <algorithm>

namespace nba {

bool link_account::has_room(std::size_t bytes) const noexcept {
  if (games_ == 0) return limits_.games_max > 0;  // an oversized item passes alone
  return games_ < limits_.games_max && bytes <= limits_.bytes_max && bytes_ <= limits_.bytes_max - bytes;
}

void link_account::take(std::size_t bytes) {
  if (!has_room(bytes))
    throw invariant_violation("link " + name_ + " is full: " + std::to_string(games_) + " of " +
                              std::to_string(limits_.games_max) + " games, " + std::to_string(bytes_) + " of " +
                              std::to_string(limits_.bytes_max) + " bytes, and " + std::to_string(bytes) +
                              " more were sent");
  ++games_;
  bytes_ += bytes;
  games_peak_ = std::max(games_peak_, games_);
  bytes_peak_ = std::max(bytes_peak_, bytes_);
}

void link_account::give_back(std::size_t bytes) {
  if (games_ == 0 || bytes > bytes_)
    throw invariant_violation("link " + name_ + " got credit back that it never gave: " + std::to_string(bytes) +
                              " bytes with " + std::to_string(bytes_) + " out");
  --games_;
  bytes_ -= bytes;
}

}  // namespace nba
