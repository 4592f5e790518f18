// Acceptance rules: a 200 with valid JSON is not success.
//
// Threads: pure functions.
// Errors: class rejected; `where` is the rule's name, the message has both numbers.
#pragma once

#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"

#include <string_view>
#include <vector>

namespace nba {

// In the order they are checked:
//   two_teams                exactly two different teams, both with an id
//   unique_keys              nobody and no period is listed twice: players of the game, officials, periods of a team
//   final_status             status 3, a game end event, and a winner
//   five_starters            five starters a side
//   team_points_reconcile    a team's score = its statistics' points = the sum of its periods
//   player_points_reconcile  = the sum of its players' points
//   event_points_reconcile   = the sum of its scoring events, and the last event's score is the final one
//   events_present           at least one event in every period played, and none after it
// The transformer answers not_final for a game that is not over before it asks; here `final_status` is a rule as the
// others, for rows that come from elsewhere.
result<void> accept(const game_rows& rows);
// Names, in the order above (for docs, `doctor` and tests).
const std::vector<std::string_view>& acceptance_rule_names();

}  // namespace nba
