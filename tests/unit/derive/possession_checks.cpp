#include "tests/unit/derive/possession_checks.hpp"

#include "pipeline/game_clock.hpp"

namespace nba::test {
namespace {

bool is_turnover_of(const pbp_event_row& event, std::int64_t team_id) {
  return event.action_type == "turnover" && event.team_id == team_id;
}

// The event that ended a possession is of the kind that the reason says. A turnover without an event of its own is
// left to unrecorded_turnovers().
bool fits(const possession_row& row, const pbp_event_row& event) {
  const bool own = event.team_id == row.offense_team_id;
  switch (row.end_reason) {
    case possession_end::made_shot:
      return own && (event.points >= 2 || event.action_type == "freethrow");
    case possession_end::made_free_throw:
      return own && event.points == 1;
    case possession_end::defensive_rebound:
      return !own && event.action_type == "rebound";
    case possession_end::turnover:
      return true;
    case possession_end::jump_ball:
      return !own && event.action_type == "jumpball";
    case possession_end::end_of_period:
      return row.end_clock_hundredths == 0;
  }
  return false;
}

}  // namespace

std::string violation_of(const game_rows& rows, const std::vector<possession_row>& possessions) {
  int home_points = 0, away_points = 0;
  for (std::size_t i = 0; i < possessions.size(); ++i) {
    const auto& row = possessions[i];
    const auto name = "possession " + std::to_string(i) + ": ";
    const auto* before = i > 0 && possessions[i - 1].period == row.period ? &possessions[i - 1] : nullptr;
    const bool is_last = i + 1 == possessions.size() || possessions[i + 1].period != row.period;
    const bool is_home = row.offense_team_id == rows.game.home_team_id;
    if (row.possession_idx != static_cast<int>(i)) return name + "index";
    if (!is_home && row.offense_team_id != rows.game.away_team_id) return name + "a team of another game";
    if (before == nullptr && row.period != (i > 0 ? possessions[i - 1].period + 1 : 1)) return name + "period left out";
    if (before != nullptr && before->offense_team_id == row.offense_team_id) return name + "same side twice";
    if (row.start_clock_hundredths !=
        (before != nullptr ? before->end_clock_hundredths : period_length_hundredths(row.period)))
      return name + "does not begin where the one before it ended";
    if (row.end_clock_hundredths > row.start_clock_hundredths) return name + "ends before it begins";
    if (is_last && row.end_clock_hundredths != 0) return name + "the period has time left";
    if (!row.is_counted && row.points > 0) return name + "scores without being counted";
    if (!row.is_counted && row.start_clock_hundredths > 200) return name + "not counted, with time left";
    if (!fits(row, rows.events[static_cast<std::size_t>(row.end_event_idx)])) return name + "reason and event differ";
    home_points += is_home ? row.points : row.defense_points;
    away_points += is_home ? row.defense_points : row.points;
  }
  if (possessions.empty() || possessions.back().period != rows.game.periods) return "periods are missing";
  if (home_points != rows.game.home_score || away_points != rows.game.away_score) return "points";
  return {};
}

possession_numbers numbers_of(const game_rows& rows, const std::vector<possession_row>& possessions) {
  possession_numbers numbers;
  for (const auto& row : possessions) {
    const bool is_home = row.offense_team_id == rows.game.home_team_id;
    ++(is_home ? numbers.home_all : numbers.away_all);
    if (row.is_counted) ++(is_home ? numbers.home_counted : numbers.away_counted);
  }
  return numbers;
}

int unrecorded_turnovers(const game_rows& rows, const std::vector<possession_row>& possessions) {
  int count = 0;
  for (const auto& row : possessions)
    count += row.end_reason == possession_end::turnover &&
             !is_turnover_of(rows.events[static_cast<std::size_t>(row.end_event_idx)], row.offense_team_id);
  return count;
}

}  // namespace nba::test
