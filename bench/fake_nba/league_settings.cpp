#include "bench/fake_nba/league_settings.hpp"

#include "bench/fake_nba/franchises.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba {
namespace {

// Ids have two digits for the year, and 46 to 99 are the 1900s.
constexpr int first_year = 1946, last_year = 2045;
constexpr int games_per_team_max = 150;
constexpr int regular_games_max = 99'999;
constexpr int moved_games_max = 1'000;

failure wrong(std::string message, std::string where) {
  return {failure_class::configuration, std::move(message), std::move(where)};
}

template <class Number>
std::optional<failure> outside(const char* name, Number value, Number low, Number high) {
  if (value >= low && value <= high) return std::nullopt;
  return wrong(fmt::format("{} must be between {} and {}, not {}", name, low, high, value), name);
}

}  // namespace

result<league_settings> checked(league_settings settings) {
  const int teams_max = static_cast<int>(fake::teams_max);
  for (const auto& problem : {outside("season", settings.season.start_year, first_year, last_year),
                              outside("teams", settings.teams, 2, teams_max),
                              outside("games_per_team", settings.games_per_team, 1, games_per_team_max),
                              outside("regular_games", settings.regular_games.value_or(1), 1, regular_games_max),
                              outside("overtime_rate", settings.overtime_rate, 0.0, 1.0),
                              outside("rescheduled_games", settings.rescheduled_games, 0, moved_games_max),
                              outside("cancelled_games", settings.cancelled_games, 0, moved_games_max)})
    if (problem) return *problem;
  if (settings.teams % 2 != 0)
    return wrong(fmt::format("teams must be even, not {}: every team plays in every round", settings.teams), "teams");
  if (settings.regular_games) {
    const int needed = (2 * *settings.regular_games + settings.games_per_team - 1) / settings.games_per_team;
    settings.teams = std::max(settings.teams, needed + needed % 2);
    if (settings.teams > teams_max)
      return wrong(fmt::format("{} games need {} teams of {} games each, more than the {} there can be; raise "
                               "games_per_team or lower regular_games",
                               *settings.regular_games, settings.teams, settings.games_per_team, teams_max),
                   "regular_games");
  }
  return settings;
}

}  // namespace nba
