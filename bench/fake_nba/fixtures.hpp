// The games of a season as they come to be played, with the history that a schedule shows before that.
//
// Threads: values and pure functions.
#pragma once

#include "bench/fake_nba/calendar.hpp"
#include "bench/fake_nba/franchises.hpp"
#include "bench/fake_nba/league_settings.hpp"
#include "bench/fake_nba/random.hpp"
#include "pipeline/plan/planned_game.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nba::fake {

// Index of a team in the league's list of franchises.
using team_index = int;
inline constexpr team_index undecided = -1;

struct fixture {
  game_id id;
  et_date date{};          // when it is played, or would have been
  int tipoff_minutes = 0;  // after midnight ET
  team_index home = undecided;
  team_index away = undecided;
  const venue* where = nullptr;
  bool is_neutral = false;
  std::string label, sub_label, subtype;  // gameLabel, gameSubLabel, gameSubtype
  int series_game = 0;                    // 1 to 7 in a playoff series
  bool if_necessary = false;
  bool is_played = true;
  // From this date on the schedule names the team.
  et_date home_known_on{}, away_known_on{};
  // A rescheduled game's first date, and the day on which the new one is announced.
  std::optional<et_date> first_date = {};
  et_date new_date_known_on{};
  // From this date on the schedule does not list the game any more: cancelled, or not needed by its series.
  std::optional<et_date> dropped_on = {};
};

// What the schedule says about a game on a day; `today` empty: after the season. Empty: not listed.
struct listing {
  et_date date{};
  game_status status = game_status::scheduled;
  bool is_postponed = false;
  team_index home = undecided;
  team_index away = undecided;
};
std::optional<listing> list_as_of(const fixture& game, std::optional<et_date> today, bool live_today);

// Answers who wins a game whose id, teams and place are set.
using referee = std::function<team_index(const fixture&)>;

struct league_frame {
  const league_settings& settings;  // checked
  const season_calendar& calendar;
  std::span<const franchise> teams;
};

// `LL T YY NNNNN` for this league's season.
game_id make_id(const league_frame& league, game_type type, int number);

// Preseason games, in id order.
std::vector<fixture> plan_preseason(const league_frame& league);
// Regular season and Cup final, in id order. The Cup's knock-out games are decided by `decide`.
std::vector<fixture> plan_regular_season(const league_frame& league, const referee& decide);
// Play-in and playoffs, played and not needed ones, in id order. `wins`: regular-season wins by team.
std::vector<fixture> plan_postseason(const league_frame& league, std::span<const int> wins, const referee& decide);

}  // namespace nba::fake
