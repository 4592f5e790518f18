// The answers of one host, counted by what they were.
//
// Threads: plain values.
#pragma once

#include "pipeline/failure.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace nba {

// What one request was answered with.
struct host_answer {
  std::optional<failure_class> fault;  // empty: what was asked for
};

struct answer_tally {
  std::uint64_t good = 0;
  std::array<std::uint64_t, std::size(failure_table)> faults{};  // by class, in the order of the enumeration

  void count(const host_answer& one) { ++(one.fault ? faults[static_cast<std::size_t>(*one.fault)] : good); }
  std::uint64_t of(failure_class kind) const noexcept { return faults[static_cast<std::size_t>(kind)]; }
  bool operator==(const answer_tally&) const = default;
};

}  // namespace nba
