// The keys a parser wants from a JSON object, found without comparing against each of them.
//
// Purpose: On-Demand parsing visits an object's keys in the order they come; a table answers which wanted one it is (a
// perfect hash made at compile time: one table look-up and one comparison) and which required ones have not come. What
// each key's value may be stands beside it.
// Threads: constants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nba {

enum class presence {
  required,   // essential: a game without it, or with an odd value in it, is not stored
  optional,   // essential where it is there: it may be absent or null, but not odd
  decorative  // nothing depends on it: an odd value counts as absent
};

// What a value may be: of a number the value, of a clock the seconds, of a text the bytes, of an array the elements.
struct value_bounds {
  std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();
};

template <class Value>
struct key_entry {
  std::string_view key;
  Value value;
  presence need = presence::required;
  value_bounds bounds = {};
};

template <class Value, std::size_t Size>
class key_table {
  static_assert(Size > 0 && Size < 64, "the keys seen are kept in 64 bits");

 public:
  using entry = key_entry<Value>;
  // Which keys of an object have come, one bit an entry.
  using seen = std::uint64_t;

  consteval explicit key_table(const entry (&entries)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) {
      if (entries[i].key.empty()) throw "a key is empty";
      entries_[i] = entries[i];
      if (entries[i].need == presence::required) required_ |= seen{1} << i;
    }
    while (!place()) ++seed_;
  }

  constexpr const std::array<entry, Size>& entries() const noexcept { return entries_; }
  constexpr const entry* find(std::string_view key) const noexcept {
    if (key.empty()) return nullptr;
    const auto index = slots_[slot_of(key)];
    return index < Size && entries_[index].key == key ? &entries_[index] : nullptr;
  }
  constexpr seen bit(const entry* found) const noexcept { return seen{1} << (found - entries_.data()); }
  // The first required key that has not come; null when all have.
  constexpr const entry* missing(seen so_far) const noexcept {
    const auto open = required_ & ~so_far;
    if (open == 0) return nullptr;
    for (std::size_t i = 0; i < Size; ++i)
      if ((open >> i) & 1) return &entries_[i];
    return nullptr;
  }

 private:
  static constexpr std::size_t slot_count = 256;
  static constexpr std::uint8_t empty_slot = 255;

  constexpr std::size_t slot_of(std::string_view key) const noexcept {
    const auto at = [key](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(key[i])); };
    const auto mixed = static_cast<std::uint32_t>(key.size()) ^ at(0) << 5 ^ at(key.size() / 2) << 12 ^
                       at(key.size() - 1) << 19 ^ at(key.size() / 3) << 24;
    return (mixed * seed_) >> 24;
  }

  // Tries the seed; two keys that no seed tells apart end the compilation (constant evaluation has a step limit).
  constexpr bool place() {
    slots_.fill(empty_slot);
    for (std::size_t i = 0; i < Size; ++i) {
      auto& slot = slots_[slot_of(entries_[i].key)];
      if (slot != empty_slot) return false;
      slot = static_cast<std::uint8_t>(i);
    }
    return true;
  }

  std::array<entry, Size> entries_{};
  std::array<std::uint8_t, slot_count> slots_{};
  seen required_ = 0;
  std::uint32_t seed_ = 0x9E3779B1u;  // 2^32 / golden ratio
};

}  // namespace nba
