#include "pipeline/rate_window.hpp"

namespace nba {

void rate_window::sample(time_point at, std::uint64_t total) {
  const auto step = window_ / static_cast<int>(samples_max - 1);
  // Replaces the newest one while that is too close to the one before it to be worth a place of its own.
  if (points_.size() >= 2 && points_.back().at - points_[points_.size() - 2].at < step) points_.pop_back();
  points_.push_back({at, total});
  while (points_.size() > 2 && points_[1].at + window_ <= at) points_.pop_front();
  if (points_.size() > samples_max) points_.pop_front();
}

double rate_window::per_second() const {
  if (points_.size() < 2) return 0;
  const auto span = std::chrono::duration<double>(points_.back().at - points_.front().at).count();
  if (span <= 0) return 0;
  return static_cast<double>(points_.back().total - points_.front().total) / span;
}

}  // namespace nba
