#include "pipeline/derive/derive.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

game_rows played(int home_score, int away_score, int periods) {
  game_rows rows;
  rows.game.game_id = *game_id::parse("0022400001");
  rows.game.home_team_id = 1;
  rows.game.away_team_id = 2;
  rows.game.home_score = home_score;
  rows.game.away_score = away_score;
  rows.game.periods = periods;
  return rows;
}

TEST_CASE("the winner and the margin are seen from the home team") {
  const auto home_win = derive_outcome(played(110, 101, 4));
  CHECK(home_win.home_points == 110);
  CHECK(home_win.away_points == 101);
  CHECK(home_win.margin == 9);
  CHECK(home_win.total_points == 211);
  CHECK(home_win.winner_team_id == 1);
  const auto away_win = derive_outcome(played(99, 100, 4));
  CHECK(away_win.margin == -1);
  CHECK(away_win.winner_team_id == 2);
}

TEST_CASE("overtime periods are those beyond the fourth") {
  CHECK(derive_outcome(played(110, 101, 4)).overtime_periods == 0);
  CHECK(derive_outcome(played(110, 101, 5)).overtime_periods == 1);
  CHECK(derive_outcome(played(110, 101, 8)).overtime_periods == 4);
  CHECK(derive_outcome(played(3, 2, 2)).overtime_periods == 0);
}

TEST_CASE("a game's derived rows are its outcome, two lines of factors and its travel") {
  auto rows = played(110, 101, 4);
  rows.team_stats.resize(2);
  planned_game plan;
  plan.id = rows.game.game_id;
  plan.home_team_id = 1;
  plan.away_team_id = 2;
  const season_travel travel({&plan, 1});
  const auto derived = derive_game(rows, travel);
  CHECK(derived.outcome.winner_team_id == 1);
  CHECK(derived.team_factors.size() == 2);
  CHECK(derived.travel.size() == 2);
  CHECK(derived.row_count() == 5);
  CHECK(derive_game(rows, season_travel({})).travel.empty());
}

}  // namespace
}  // namespace nba
