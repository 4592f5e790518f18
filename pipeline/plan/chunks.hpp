// Date chunks: the unit of parallelism.
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/planned_game.hpp"

#include <vector>

namespace nba {

struct date_range {
  et_date first{};
  et_date last{};  // inclusive
  bool operator==(const date_range&) const = default;
};

// [start, min(start+n-1, end)] and so on up to `end`; the last one may be shorter. 1 to 15 October by 7 days is three
// chunks, the last one day long. Empty when end < start; chunk_days < 1 counts as 1.
std::vector<date_range> cut_chunks(et_date start, et_date end, int chunk_days);

// A chunk with its games, in (date, id) order. Chunks without games are left out.
struct chunk {
  int number = 0;  // 1-based position among all chunks of the range, empty ones included
  date_range dates;
  std::vector<planned_game> games;
};
std::vector<chunk> chunk_games(std::vector<planned_game> games, date_range range, int chunk_days);

}  // namespace nba
