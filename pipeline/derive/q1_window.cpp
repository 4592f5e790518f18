#include "pipeline/derive/first_quarter.hpp"
#include "pipeline/derive/four_factors.hpp"
#include "pipeline/derive/tables.hpp"
#include "pipeline/game_clock.hpp"

#include <algorithm>

namespace nba {
namespace {

constexpr int penalty_fouls = 5;  // the team foul of a quarter from which on the other side shoots
constexpr double window_hundredths = quarter_hundredths - q1_window_end_clock;
constexpr double game_hundredths = regulation_periods * quarter_hundredths;  // pace is per 48 minutes

constexpr bool is_team_foul(const play& each) {
  return each.kind == play_kind::foul && (each.foul == foul_kind::personal || each.foul == foul_kind::flagrant);
}

// Time of the window in which the other side of `fouling` has the bonus.
int bonus_of_the_other(play_side fouling, std::span<const play> window) {
  int fouls = 0;
  for (const auto& each : window)
    if (each.side == fouling && is_team_foul(each) && ++fouls == penalty_fouls) return each.clock - q1_window_end_clock;
  return 0;
}

}  // namespace

std::optional<q1_window_row> derive_q1_window(std::span<const play> plays, const game_row& game,
                                              std::span<const possession_row> possessions) {
  // True order is the clock's but for a memo or two; the first play below 8:00 ends the window.
  const auto end = std::find_if(plays.begin(), plays.end(),
                                [](const play& each) { return each.period > 1 || each.clock < q1_window_end_clock; });
  const auto window = plays.first(static_cast<std::size_t>(end - plays.begin()));
  if (window.empty()) return std::nullopt;

  q1_window_row row;
  for (const auto& each : possessions) {
    if (each.period > 1 || each.end_clock_hundredths < q1_window_end_clock) break;
    ++(each.offense_team_id == game.home_team_id ? row.home_possessions : row.away_possessions);
  }
  row.pace48 = game_hundredths / window_hundredths * (row.home_possessions + row.away_possessions) / 2;

  const auto [home, away] = tally(window);
  row.home_efg = effective_field_goals(home);
  row.away_efg = effective_field_goals(away);
  row.home_tov_rate = turnover_rate(home);
  row.away_tov_rate = turnover_rate(away);
  row.home_ft_rate = free_throw_rate(home);
  row.away_ft_rate = free_throw_rate(away);
  row.home_orb_pct = offensive_rebound_share(home, away);
  row.away_orb_pct = offensive_rebound_share(away, home);
  row.home_bonus_hundredths = bonus_of_the_other(play_side::away, window);
  row.away_bonus_hundredths = bonus_of_the_other(play_side::home, window);
  return row;
}

void table_traits<q1_window_row>::derive(const derive_input& from, derived_rows& out) {
  out.q1_window = derive_q1_window(from.plays, from.game.game, out.possessions);
}

}  // namespace nba
