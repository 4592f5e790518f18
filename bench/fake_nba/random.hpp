// The league's source of chance: a small deterministic generator, one independent stream per key.
//
// Purpose: the same seed and key give the same numbers on every machine and compiler. The standard engines are portable
// but the standard distributions are not, so the few distributions the league needs are here.
// Source: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014); FNV-1a for keys.
// Threads: one stream is used by one thread; making one is cheap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nba::fake {

class random_stream {
 public:
  explicit random_stream(std::uint64_t seed) noexcept : state_(seed) {}
  // The stream of `key` (a game id, a team, a purpose) under a seed, independent of every other key's.
  random_stream(std::uint64_t seed, std::string_view key) noexcept : state_(seed ^ hash(key)) { next(); }

  std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15u;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
  }
  // [0, 1)
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
  bool chance(double probability) noexcept { return uniform() < probability; }
  // Both ends included; high >= low.
  int between(int low, int high) noexcept {
    return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  // [0, size); size > 0.
  std::size_t below(std::size_t size) noexcept { return static_cast<std::size_t>(next() % size); }
  // Sum of three uniform numbers, centred on 0, standard deviation 1, never beyond 3: enough of a bell curve for
  // ability and form.
  double bell() noexcept { return (uniform() + uniform() + uniform() - 1.5) * 2; }

  // Fisher-Yates.
  template <class Sequence>
  void shuffle(Sequence& items) noexcept {
    for (auto i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static std::uint64_t hash(std::string_view key) noexcept {
    std::uint64_t value = 0xCBF29CE484222325u;
    for (const char c : key) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return value * 0x9E3779B97F4A7C15u;
  }
  std::uint64_t state_;
};

}  // namespace nba::fake
