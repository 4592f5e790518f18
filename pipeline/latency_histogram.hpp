// Durations in logarithmic buckets, for percentiles that cost a few hundred bytes.
//
// Buckets grow by 2^(1/4) (19 %) from 1 microsecond to about 20 minutes: a percentile is right to within 10 %.
// Threads: owned by one actor; a value type, merged with `merge`.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nba {

class latency_histogram {
 public:
  void record(std::chrono::nanoseconds duration) noexcept;
  void merge(const latency_histogram& other) noexcept;
  std::uint64_t count() const noexcept { return count_; }
  std::chrono::nanoseconds total() const noexcept { return total_; }
  std::chrono::nanoseconds max() const noexcept { return max_; }
  // Milliseconds; 0 when nothing was recorded. `fraction` in (0, 1].
  double percentile_ms(double fraction) const noexcept;
  // How many were shorter than 2^power microseconds: exact, since those are bounds of buckets.
  std::uint64_t count_below_power(int power) const noexcept;
  // What was recorded since `earlier`, which is an earlier state of this one; its max() is this one's.
  latency_histogram since(const latency_histogram& earlier) const noexcept;

  // For whoever stores one. The bucket with this number holds what lasted from 2^(n/4) microseconds on.
  static constexpr std::size_t bucket_count = 124;
  std::uint32_t bucket(std::size_t number) const noexcept { return buckets_[number]; }
  // A stored one: the buckets' own sum is its count.
  static latency_histogram restored(const std::array<std::uint32_t, bucket_count>& buckets,
                                    std::chrono::nanoseconds total, std::chrono::nanoseconds max) noexcept;

 private:
  std::array<std::uint32_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds total_{0};
  std::chrono::nanoseconds max_{0};
};

}  // namespace nba
