// Date chunks: the unit of parallelism. They have a fixed length, or some number of games each.
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/planned_game.hpp"

#include <cstddef>
#include <map>
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

// In place of a number of days: chunks by games. In place of a number of chunks in flight: as many as it takes.
inline constexpr int chunk_days_auto = 0;
inline constexpr int parallel_auto = 0;

// Chunks by games: as near to the target as whole days allow, and none longer than `days_max`.
struct chunk_settings {
  int games_target = 50;  // a usual week of the season
  int days_max = 14;
};
// `games`: how many there are on each date. A chunk ends with the day that brings it to the target, or before the one
// that would carry it further beyond than it is below; so chunks of a season with at most 15 games a day are within 8
// games of the target, but for those that are `days_max` long and the last one. Covers every date once, in order.
std::vector<date_range> cut_chunks(et_date start, et_date end, const std::map<et_date, std::size_t>& games,
                                   const chunk_settings& rule);

// A chunk with its games, in (date, id) order. Chunks without games are left out.
struct chunk {
  int number = 0;  // 1-based position among all chunks of the range, empty ones included
  date_range dates;
  std::vector<planned_game> games;
};
std::vector<chunk> chunk_games(std::vector<planned_game> games, date_range range, int chunk_days);
// `ranges`: in order, without a gap.
std::vector<chunk> chunk_games(std::vector<planned_game> games, const std::vector<date_range>& ranges);

// How many chunks in flight keep an engine busy that can have so many games under way: enough chunks to hold them, and
// one more, so that there are games to ask for while the last ones of a chunk come to their end. At least two where
// there are two; never more than there are chunks, or than parallel_max.
inline constexpr int parallel_max = 64;
int choose_parallel(const std::vector<chunk>& chunks, std::size_t games_in_flight_max);

}  // namespace nba
