// Random decisions of the simulation, the same on every machine: the standard's distributions are not.
//
// Threads: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace nba::simulation {

class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t next() { return random_(); }
  // 0 to bound - 1. The bias towards small numbers is of no interest here.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  int between(int first, int last) {
    return first + static_cast<int>(below(static_cast<std::size_t>(last - first + 1)));
  }
  bool chance(int per_mille) { return below(1000) < static_cast<std::size_t>(per_mille); }
  template <class T>
  const T& pick(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace nba::simulation
