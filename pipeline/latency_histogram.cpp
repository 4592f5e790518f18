#include "pipeline/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace nba {

void latency_histogram::record(std::chrono::nanoseconds duration) noexcept {
  const double microseconds = static_cast<double>(std::max<std::int64_t>(duration.count(), 0)) / 1000.0;
  const double position = microseconds <= 1 ? 0 : std::log2(microseconds) * 4;
  ++buckets_[std::min(static_cast<std::size_t>(position), bucket_count - 1)];
  ++count_;
  total_ += duration;
  max_ = std::max(max_, duration);
}

void latency_histogram::merge(const latency_histogram& other) noexcept {
  for (std::size_t i = 0; i < bucket_count; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  total_ += other.total_;
  max_ = std::max(max_, other.max_);
}

double latency_histogram::percentile_ms(double fraction) const noexcept {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += buckets_[i];
    if (seen < wanted) continue;
    // The middle of the bucket, and never more than the largest value seen.
    const double middle_ms = std::exp2((static_cast<double>(i) + 0.5) / 4) / 1000.0;
    return std::min(middle_ms, std::chrono::duration<double, std::milli>(max_).count());
  }
  return std::chrono::duration<double, std::milli>(max_).count();
}

std::uint64_t latency_histogram::count_below_power(int power) const noexcept {
  const auto end = std::min(static_cast<std::size_t>(std::max(power, 0)) * 4, bucket_count);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < end; ++i) below += buckets_[i];
  return below;
}

latency_histogram latency_histogram::since(const latency_histogram& earlier) const noexcept {
  auto out = *this;
  for (std::size_t i = 0; i < bucket_count; ++i) out.buckets_[i] -= std::min(earlier.buckets_[i], buckets_[i]);
  out.count_ -= std::min(earlier.count_, count_);
  out.total_ -= std::min(earlier.total_, total_);
  return out;
}

latency_histogram latency_histogram::restored(const std::array<std::uint32_t, bucket_count>& buckets,
                                              std::chrono::nanoseconds total, std::chrono::nanoseconds max) noexcept {
  latency_histogram out;
  out.buckets_ = buckets;
  for (const auto count : buckets) out.count_ += count;
  out.total_ = total;
  out.max_ = max;
  return out;
}

}  // namespace nba
