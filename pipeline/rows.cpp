#include "pipeline/rows.hpp"

namespace nba {
namespace {

// Short strings live inside the object (libstdc++: up to 15 characters) and cost no heap.
std::size_t heap(const std::string& text) { return text.capacity() > 15 ? text.capacity() + 1 : 0; }

template <class T>
std::size_t heap(const std::vector<T>& rows) {
  return rows.capacity() * sizeof(T);
}

template <class... Text>
std::size_t heap_of(const Text&... texts) {
  return (heap(texts) + ...);
}

}  // namespace

std::size_t game_rows::row_count() const noexcept {
  return 1 + teams.size() + players.size() + period_scores.size() + officials.size() + team_stats.size() +
         player_stats.size() + events.size();
}

std::size_t game_rows::approximate_bytes() const noexcept {
  auto bytes = sizeof(game_rows) + heap(teams) + heap(players) + heap(period_scores) + heap(officials) +
               heap(team_stats) + heap(player_stats) + heap(events);
  bytes += heap_of(origin.source, origin.boxscore_url, origin.playbyplay_url, game.arena_name, game.arena_city,
                   game.arena_timezone);
  for (const auto& team : teams) bytes += heap_of(team.city, team.name);
  for (const auto& player : players) bytes += heap_of(player.first_name, player.family_name, player.name);
  for (const auto& official : officials) bytes += heap_of(official.name);
  for (const auto& player : player_stats) bytes += heap_of(player.not_playing_reason);
  for (const auto& event : events)
    bytes += heap_of(event.description, event.qualifiers, event.sub_type, event.descriptor, event.action_type);
  return bytes;
}

std::string_view to_string(possession_end reason) {
  switch (reason) {
    case possession_end::made_shot:
      return "made_shot";
    case possession_end::made_free_throw:
      return "made_free_throw";
    case possession_end::defensive_rebound:
      return "defensive_rebound";
    case possession_end::turnover:
      return "turnover";
    case possession_end::jump_ball:
      return "jump_ball";
    case possession_end::end_of_period:
      return "end_of_period";
  }
  return "";
}

std::string_view to_string(shock_type type) {
  switch (type) {
    case shock_type::early_foul_trouble:
      return "EARLY_FOUL_TROUBLE";
    case shock_type::technical:
      return "TECHNICAL";
    case shock_type::flagrant:
      return "FLAGRANT";
    case shock_type::injury_exit:
      return "INJURY_EXIT";
  }
  return "";
}

std::optional<possession_end> parse_possession_end(std::string_view text) {
  for (const auto each : {possession_end::made_shot, possession_end::made_free_throw, possession_end::defensive_rebound,
                          possession_end::turnover, possession_end::jump_ball, possession_end::end_of_period})
    if (to_string(each) == text) return each;
  return std::nullopt;
}

std::optional<shock_type> parse_shock_type(std::string_view text) {
  for (const auto each :
       {shock_type::early_foul_trouble, shock_type::technical, shock_type::flagrant, shock_type::injury_exit})
    if (to_string(each) == text) return each;
  return std::nullopt;
}

}  // namespace nba
