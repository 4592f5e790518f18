#include "pipeline/plan/tracker.hpp"

#include <algorithm>
#include <utility>

namespace nba {

contiguous_tracker::contiguous_tracker(std::vector<game_id> plan, std::span<const game_id> terminal)
    : plan_(std::move(plan)) {
  std::sort(plan_.begin(), plan_.end());
  plan_.erase(std::unique(plan_.begin(), plan_.end()), plan_.end());
  resolved_.resize(plan_.size());
  position_.reserve(plan_.size());
  for (std::size_t i = 0; i < plan_.size(); ++i) position_.emplace(plan_[i], i);
  for (const auto& id : terminal) resolve(id);
}

bool contiguous_tracker::resolve(const game_id& id) {
  const auto found = position_.find(id);
  if (found == position_.end() || resolved_[found->second]) return false;
  resolved_[found->second] = true;
  ++resolved_count_;
  const auto before = prefix_;
  while (prefix_ < plan_.size() && resolved_[prefix_]) ++prefix_;
  return prefix_ != before;
}

bool contiguous_tracker::is_planned(const game_id& id) const { return position_.contains(id); }

bool contiguous_tracker::is_resolved(const game_id& id) const {
  const auto found = position_.find(id);
  return found != position_.end() && resolved_[found->second];
}

std::optional<game_id> contiguous_tracker::watermark() const {
  if (prefix_ == 0) return std::nullopt;
  return plan_[prefix_ - 1];
}

std::optional<game_id> contiguous_tracker::holder() const {
  if (prefix_ == plan_.size()) return std::nullopt;
  return plan_[prefix_];
}

}  // namespace nba
