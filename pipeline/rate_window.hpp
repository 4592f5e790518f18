// How quickly a counter has grown lately.
//
// Threads: not thread-safe; owned by whoever samples. Bounds: samples_max samples; those closer together than the
// window divided by that are merged, so that it never forgets more than it has to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace nba {

class rate_window {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::size_t samples_max = 64;

  explicit rate_window(std::chrono::milliseconds window) : window_(window) {}

  // The counter's value at that moment; neither may go back.
  void sample(time_point at, std::uint64_t total);
  // Growth each second since the last sample before the window (or the first one of all); 0 before there are two.
  double per_second() const;

 private:
  struct point {
    time_point at;
    std::uint64_t total = 0;
  };
  std::chrono::milliseconds window_;
  std::deque<point> points_;  // the newest is last
};

}  // namespace nba
