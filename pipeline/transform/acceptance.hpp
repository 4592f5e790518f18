// Acceptance rules: a 200 with valid JSON is not success.
//
// Threads: pure functions.
// Errors: class rejected; `where` is the rule's name, the message has both values.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// In the order they are checked:
//   dates_are_sane           the date lies in the season of the game's id, and tip-off on it or beside it
//   two_teams                exactly two different teams, both with an id
//   unique_keys              nobody and no period is listed twice: players of the game, officials, periods of a team
//   final_status             status 3, a game end event, and a winner
//   five_starters            five starters a side
//   team_points_reconcile    a team's score = its statistics' points = the sum of its periods
//   player_points_reconcile  = the sum of its players' points
//   event_points_reconcile   = the sum of its scoring events, and the last event's score is the final one
//   player_points_are_events each player's points = the sum of his scoring events, and nobody else scores
//   events_present           at least one event in every period played, and none after it
// The transformer answers not_final for a game that is not over before it asks; here `final_status` is a rule as the
// others, for rows that come from elsewhere.
// The parsers have one more rule, game_as_asked: both documents are of the game that was asked for.
result<void> accept(const game_rows& rows);
// One of them alone; a name that is none of theirs passes.
result<void> accept_rule(std::string_view name, const game_rows& rows);
// The first of them alone, before anything is measured by the date.
result<void> accept_dates(const game_row& game);

// What the league's schedule says of the game, in the order checked. All 2,479 recorded games keep these rules.
//   schedule_teams           the same two teams at home and away, where the schedule has decided them
//   schedule_date            the same ET date
result<void> accept_schedule(const game_rows& rows, const planned_game& planned);
// Of a game that both call final: "the schedule says 140 : 139, the box score 139 : 139"; nullopt when they agree or
// the schedule has no score. No rule: one recorded final differs by a point (0022400072).
std::optional<std::string> score_difference(const game_row& game, const planned_game& planned);

// A document ("box score") says that it is of another game than the one that was asked for.
failure not_as_asked(std::string_view document, std::string_view found, const game_id& asked);

// The game is over: an event of type `game` and sub type `end`.
bool has_game_end(const game_rows& rows);

// Names, in the orders above, with game_as_asked in front (for docs, `doctor` and tests).
const std::vector<std::string_view>& acceptance_rule_names();

}  // namespace nba
