// What kind of league to make.
//
// Threads: plain values.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/result.hpp"
#include "pipeline/time.hpp"

#include <cstdint>
#include <optional>

namespace nba {

struct league_settings {
  nba::season season{2024};
  // The same settings and seed always give the same bytes.
  std::uint64_t seed = 1;
  // Even, 2 to 600. The first thirty are the NBA's teams, the rest are invented.
  int teams = 30;
  // Limited by the days of a season (about 165): nobody plays twice on one day.
  int games_per_team = 82;
  // Exactly so many regular-season games instead of teams * games_per_team / 2. Fewer: a short season, still spread
  // over the whole calendar. More: `teams` is raised until nobody plays more than games_per_team. At most 99,999.
  std::optional<int> regular_games = {};
  bool preseason = false;
  // Each takes place only in a league large enough for it: the Cup needs 8 teams and 20 games a team, the play-in 10
  // teams in each conference, the playoffs 8.
  bool cup = true;
  bool play_in = true;
  bool playoffs = true;
  // Share of games that are steered to a tie at the end of regulation when they are close two minutes before it; others
  // are tied only by accident. 0.05 gives the NBA's five overtime games in a hundred.
  double overtime_rate = 0.05;
  // Regular-season games that move to a later date and keep their id, and such that are never played.
  int rescheduled_games = 8;
  int cancelled_games = 0;
  // Games after this ET date are scheduled, not final, and have no documents. Empty: the season is over.
  std::optional<et_date> today = {};
  // The games of `today` itself are in their second half (status 2) rather than final.
  bool live_today = false;
};

// The settings with `teams` raised as `regular_games` demands, or the first thing that is wrong with them.
result<league_settings> checked(league_settings settings);

}  // namespace nba
