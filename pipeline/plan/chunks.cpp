#include "pipeline/plan/chunks.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace nba {

std::vector<date_range> cut_chunks(et_date start, et_date end, int chunk_days) {
  const date::days length{std::max(chunk_days, 1)};
  std::vector<date_range> ranges;
  // Compares lengths rather than adding up dates: a huge chunk_days must not overflow the calendar.
  for (auto first = start; first <= end;) {
    const auto left = end - first + date::days{1};
    const auto taken = std::min(length, left);
    ranges.push_back({first, first + taken - date::days{1}});
    first += taken;
  }
  return ranges;
}

std::vector<chunk> chunk_games(std::vector<planned_game> games, date_range range, int chunk_days) {
  std::sort(games.begin(), games.end(), [](const planned_game& a, const planned_game& b) {
    return std::tie(a.date, a.id) < std::tie(b.date, b.id);
  });
  std::vector<chunk> chunks;
  const auto ranges = cut_chunks(range.first, range.last, chunk_days);
  auto next = games.begin();
  while (next != games.end() && next->date < range.first) ++next;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    chunk filled{static_cast<int>(i) + 1, ranges[i], {}};
    for (; next != games.end() && next->date <= ranges[i].last; ++next) filled.games.push_back(std::move(*next));
    if (!filled.games.empty()) chunks.push_back(std::move(filled));
  }
  return chunks;
}

}  // namespace nba
