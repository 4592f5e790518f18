// How quick each run was over its time, for the line in the page.
//
// Bounded: when a run has more points than there may be, every other one goes, and from then on only every other one is
// kept. Threads: not thread-safe.
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nba::cli {

struct rate_point {
  utc_time at{};
  double games_per_second = 0;
};

class rate_histories {
 public:
  static constexpr std::size_t points_max = 240;

  // Takes a point of each run under way whose snapshot is new, and forgets the runs that are not among the facts.
  void take(const watch_facts& facts);
  // Oldest first; empty for a run that nobody knows.
  const std::vector<rate_point>& of(const std::string& run_id) const;

 private:
  struct pace_line {
    std::vector<rate_point> points;
    std::uint64_t last_number = 0, taken = 0, every = 1;
  };
  std::map<std::string, pace_line> lines_;
};

}  // namespace nba::cli
