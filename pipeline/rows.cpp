#include "pipeline/rows.hpp"

namespace nba {
namespace {

// Short strings live inside the object (libstdc++: up to 15 characters) and cost no heap.
std::size_t heap(const std::string& text) { return text.capacity() > 15 ? text.capacity() + 1 : 0; }

template <class T>
std::size_t heap(const std::vector<T>& rows) {
  return rows.capacity() * sizeof(T);
}

}  // namespace

std::size_t game_rows::row_count() const noexcept {
  return 1 + teams.size() + players.size() + period_scores.size() + officials.size() + team_stats.size() +
         player_stats.size() + events.size();
}

std::size_t game_rows::approximate_bytes() const noexcept {
  auto bytes = sizeof(game_rows) + heap(teams) + heap(players) + heap(period_scores) + heap(officials) +
               heap(team_stats) + heap(player_stats) + heap(events);
  for (const auto& event : events)
    bytes += heap(event.description) + heap(event.qualifiers) + heap(event.sub_type) + heap(event.descriptor) +
             heap(event.action_type);
  return bytes;
}

}  // namespace nba
