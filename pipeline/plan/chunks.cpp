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

std::vector<date_range> cut_chunks(et_date start, et_date end, const std::map<et_date, std::size_t>& games,
                                   const chunk_settings& rule) {
  const date::days days_max{std::max(rule.days_max, 1)};
  const auto target = static_cast<std::size_t>(std::max(rule.games_target, 1));
  std::vector<date_range> ranges;
  std::size_t held = 0;  // games of the chunk that is being made
  for (auto first = start, day = start; day <= end; day += date::days{1}) {
    const auto found = games.find(day);
    const auto more = found != games.end() ? found->second : 0;
    const bool is_long = day - first >= days_max;
    const bool is_nearer_without = held > 0 && held + more > target && held + more - target > target - held;
    if (is_long || is_nearer_without) {
      ranges.push_back({first, day - date::days{1}});
      first = day;
      held = 0;
    }
    held += more;
    if (held < target && day < end) continue;
    ranges.push_back({first, day});
    first = day + date::days{1};
    held = 0;
  }
  return ranges;
}

std::vector<chunk> chunk_games(std::vector<planned_game> games, date_range range, int chunk_days) {
  return chunk_games(std::move(games), cut_chunks(range.first, range.last, chunk_days));
}

std::vector<chunk> chunk_games(std::vector<planned_game> games, const std::vector<date_range>& ranges) {
  std::sort(games.begin(), games.end(), [](const planned_game& a, const planned_game& b) {
    return std::tie(a.date, a.id) < std::tie(b.date, b.id);
  });
  std::vector<chunk> chunks;
  auto next = games.begin();
  while (next != games.end() && !ranges.empty() && next->date < ranges.front().first) ++next;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    chunk filled{static_cast<int>(i) + 1, ranges[i], {}};
    for (; next != games.end() && next->date <= ranges[i].last; ++next) filled.games.push_back(std::move(*next));
    if (!filled.games.empty()) chunks.push_back(std::move(filled));
  }
  return chunks;
}

int choose_parallel(const std::vector<chunk>& chunks, std::size_t games_in_flight_max) {
  std::size_t games = 0;
  for (const auto& one : chunks) games += one.games.size();
  if (games == 0) return 1;
  // The number of chunks that hold so many games, rounded up: games_in_flight_max / (games / chunks).
  const auto holding = (games_in_flight_max * chunks.size() + games - 1) / games;
  return static_cast<int>(std::min({holding + 1, chunks.size(), static_cast<std::size_t>(parallel_max)}));
}

}  // namespace nba
