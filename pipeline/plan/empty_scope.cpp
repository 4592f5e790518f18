#include "pipeline/plan/empty_scope.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace nba {
namespace {

std::string count_of(std::size_t games, game_type type) {
  return std::to_string(games) + " " + std::string{to_string(type)} + (games == 1 ? " game" : " games");
}

std::string names_of(const std::set<game_type>& types) {
  std::string names;
  for (const auto type : types) names += (names.empty() ? "" : ", ") + std::string{to_string(type)};
  return names;
}

std::string dates_of(const scope& limits) {
  if (limits.from && limits.to && *limits.from == *limits.to) return "on " + format_date(*limits.from);
  std::string text;
  if (limits.from) text = "from " + format_date(*limits.from) + (limits.to ? " " : " on");
  if (limits.to) text += (limits.from ? "to " : "up to ") + format_date(*limits.to);
  return text;
}

std::string no_game_of_types(const schedule& in, const scope& limits) {
  std::map<game_type, std::size_t> listed;
  for (const auto& game : in.games) ++listed[game.id.type()];
  std::string has, types;
  for (const auto& [type, games] : listed) {
    has += (has.empty() ? "" : ", ") + count_of(games, type);
    types += (types.empty() ? "" : ",") + std::string{to_string(type)};
  }
  return "the schedule of " + to_string(in.season) + " has no game of the types " + names_of(limits.types) +
         " (yet), but " + has + "; to take those: --game-types " + types;
}

// The bounds of the games of the wanted types, and the game dates next to the wanted ones.
std::string no_game_on_dates(const schedule& in, const scope& limits) {
  std::optional<et_date> before, after, first, last;
  std::size_t other_types = 0;
  for (const auto& game : in.games) {
    if (!limits.types.contains(game.id.type())) {
      auto all_types = limits;
      all_types.types = {game.id.type()};
      all_types.since.reset();
      all_types.only.reset();
      other_types += all_types.includes(game);
      continue;
    }
    first = std::min(first.value_or(game.date), game.date);
    last = std::max(last.value_or(game.date), game.date);
    if (limits.from && game.date < *limits.from) before = std::max(before.value_or(game.date), game.date);
    if (limits.to && game.date > *limits.to) after = std::min(after.value_or(game.date), game.date);
  }
  auto text = to_string(in.season) + " has no " + names_of(limits.types) + " game " + dates_of(limits);
  if (first && before && after)
    text += "; the nearest are on " + format_date(*before) + " and " + format_date(*after);
  else if (first)
    text += "; its games are from " + format_date(*first) + " to " + format_date(*last) + ": correct --from and --to";
  if (other_types > 0)
    text += "; " + std::to_string(other_types) + (other_types == 1 ? " game" : " games") +
            " of other types then: add them with --game-types";
  return text;
}

}  // namespace

std::string why_empty(const schedule& season_schedule, const scope& limits) {
  const auto& games = season_schedule.games;
  scope tried;
  const auto nothing = [&] {
    return std::none_of(games.begin(), games.end(), [&](const planned_game& game) { return tried.includes(game); });
  };
  tried.types = limits.types;
  if (nothing()) return no_game_of_types(season_schedule, limits);
  tried.from = limits.from;
  tried.to = limits.to;
  if (nothing()) return no_game_on_dates(season_schedule, limits);
  tried.since = limits.since;
  if (nothing())
    return "no game of " + watermark_key(lane_of(*limits.since)) + " within the other limits has a larger id than " +
           limits.since->str() + "; name a smaller one with --since, or none";
  tried.only = limits.only;
  if (nothing()) return "the schedule of " + to_string(season_schedule.season) + " has none of the games asked for";
  return {};
}

}  // namespace nba
