#include "pipeline/derive/lineups.hpp"
#include "pipeline/derive/floor.hpp"
#include "pipeline/game_clock.hpp"
#include "tests/unit/derive/lineup_properties.hpp"
#include "tests/unit/derive/tiny_game.hpp"

#include <doctest/doctest.h>

#include <tuple>

namespace nba {
namespace {

using test::tiny_game;
using strings = std::vector<std::string>;

const std::string home_five = "11-12-13-14-15", away_five = "21-22-23-24-25";

lineup_result lineups_of(const tiny_game& game, const std::vector<possession_row>& possessions = {},
                         const std::vector<game_override>& corrections = {}) {
  const auto lineups = derive_lineups(game.rows(), possessions, corrections);
  if (!lineups.stints.empty()) CHECK(test::broken_lineup_properties(game.rows(), lineups) == strings{});
  return lineups;
}

// Start and end in seconds, points of home and away.
using short_stint = std::tuple<double, double, int, int>;
std::vector<short_stint> short_stints(const lineup_result& lineups) {
  std::vector<short_stint> stints;
  for (const auto& row : lineups.stints)
    stints.emplace_back(row.start_elapsed_hundredths / 100.0, row.end_elapsed_hundredths / 100.0, row.home_points,
                        row.away_points);
  return stints;
}

player_on_court_row row_of(const lineup_result& lineups, std::int64_t player) {
  for (const auto& row : lineups.players)
    if (row.player_id == player) return row;
  FAIL("no row of player " << player);
  return {};
}

TEST_CASE("a game without substitutions is one stint a period") {
  tiny_game game(5);
  game.at(1, 600).basket(11, 3).at(2, 720).event("period").at(4, 1).basket(21, 2).at(5, 0).basket(12, 2);
  const auto lineups = lineups_of(game);
  CHECK(short_stints(lineups) ==
        std::vector<short_stint>{
            {0, 720, 3, 0}, {720, 1440, 0, 0}, {1440, 2160, 0, 0}, {2160, 2880, 0, 2}, {2880, 3180, 2, 0}});
  CHECK(lineups.stints[4].period == 5);
  CHECK(lineups.stints[4].home_lineup == home_five);
  CHECK(lineups.stints[4].away_lineup == away_five);
  CHECK(lineups.players.size() == 10);
  CHECK(row_of(lineups, 25).seconds_on_hundredths == 318'000);
  CHECK(row_of(lineups, 25).plus_minus == -3);
}

TEST_CASE("a substitution ends the stint of both sides, and points go to the ten on the floor") {
  tiny_game game;
  game.at(1, 700).basket(11, 2).at(1, 500).substitute(12, 16).basket(22, 3).at(1, 100).substitute(16, 12);
  const auto lineups = lineups_of(game);
  CHECK(short_stints(lineups) == std::vector<short_stint>{{0, 220, 2, 0}, {220, 620, 0, 3}, {620, 720, 0, 0}});
  CHECK(lineups.stints[1].home_lineup == "11-13-14-15-16");
  CHECK(lineups.stints[2].home_lineup == home_five);
  CHECK(row_of(lineups, 11).plus_minus == -1);
  CHECK(row_of(lineups, 12).plus_minus == 2);
  CHECK(row_of(lineups, 16).plus_minus == -3);
  CHECK(row_of(lineups, 12).seconds_on_hundredths == 32'000);
  CHECK(row_of(lineups, 16).seconds_on_hundredths == 40'000);
}

TEST_CASE("a free throw belongs to the ten at its foul, whoever comes in between") {
  tiny_game game;
  game.at(1, 300).foul(21, "personal", "shooting", 2).substitute(12, 16).free_throw(11);
  game.substitute(22, 26).free_throw(11).substitute(16, 12);
  const auto lineups = lineups_of(game);
  CHECK(short_stints(lineups) == std::vector<short_stint>{{0, 420, 2, 0}, {420, 720, 0, 0}});
  CHECK(row_of(lineups, 12).plus_minus == 2);
  CHECK(row_of(lineups, 22).plus_minus == -2);
  // Both were there for no time.
  CHECK(row_of(lineups, 16).plus_minus == 0);
  CHECK(row_of(lineups, 16).seconds_on_hundredths == 0);
}

TEST_CASE("a stint of no length stays when points are credited to it, and goes when none are") {
  tiny_game game;
  game.at(1, 300).substitute(12, 16).foul(21, "technical", "", 1).substitute(13, 17).free_throw(11, "technical");
  CHECK(short_stints(lineups_of(game)) == std::vector<short_stint>{{0, 420, 0, 0}, {420, 420, 1, 0}, {420, 720, 0, 0}});
  tiny_game without;
  without.at(1, 300).substitute(12, 16).substitute(13, 17);
  CHECK(short_stints(lineups_of(without)) == std::vector<short_stint>{{0, 420, 0, 0}, {420, 720, 0, 0}});
}

TEST_CASE("somebody who leaves and returns at one stoppage ends no stint") {
  tiny_game game;
  game.at(1, 300).substitute(12, 16).event("timeout").substitute(16, 12).at(1, 200).basket(12, 2);
  CHECK(short_stints(lineups_of(game)) == std::vector<short_stint>{{0, 720, 2, 0}});
}

TEST_CASE("an in may stand before its out, and what stands between belongs to the five before") {
  tiny_game game;
  game.at(1, 300).in(16).free_throw(11).out(12);
  const auto lineups = lineups_of(game);
  CHECK(lineups.problems == strings{});
  CHECK(short_stints(lineups) == std::vector<short_stint>{{0, 420, 1, 0}, {420, 720, 0, 0}});
}

TEST_CASE("substitutions between periods count from the next one, however they are recorded") {
  for (const auto& [period, clock] : {std::pair{1, 0.0}, {2, 720.0}}) {
    tiny_game game(2);
    game.at(period, clock).substitute(12, 16).at(2, 720).event("period");
    const auto lineups = lineups_of(game);
    CHECK(short_stints(lineups) == std::vector<short_stint>{{0, 720, 0, 0}, {720, 1440, 0, 0}});
    CHECK(lineups.stints[1].period == 2);
    CHECK(lineups.stints[1].home_lineup == "11-13-14-15-16");
  }
}

TEST_CASE("counted possessions go to the ten at the event that ended them, or at the foul of the free throw") {
  tiny_game game;
  std::vector<possession_row> possessions(4);
  game.at(1, 500).basket(11, 2);
  possessions[0] = {.offense_team_id = 1, .end_event_idx = game.last()};
  game.at(1, 400).foul(12, "personal", "shooting", 2).free_throw(21).substitute(12, 16).free_throw(21);
  possessions[1] = {.offense_team_id = 2, .end_event_idx = game.last()};
  game.at(1, 300).basket(11, 2);
  possessions[2] = {.offense_team_id = 1, .end_event_idx = game.last()};
  game.at(1, 0).event("period");
  possessions[3] = {.offense_team_id = 2, .is_counted = false, .end_event_idx = game.last()};
  const auto lineups = lineups_of(game, possessions);
  REQUIRE(lineups.stints.size() == 2);
  CHECK(lineups.stints[0].home_possessions == 1);
  CHECK(lineups.stints[0].away_possessions == 1);
  CHECK(lineups.stints[1].home_possessions == 1);
  CHECK(lineups.stints[1].away_possessions == 0);
  CHECK(row_of(lineups, 11).possessions_on == 2);  // of his own team
  CHECK(row_of(lineups, 12).possessions_on == 1);
  CHECK(row_of(lineups, 16).possessions_on == 1);
  CHECK(row_of(lineups, 21).possessions_on == 1);
}

TEST_CASE("the official time reads tenths as hundredths up to 2024-25, the true time never") {
  for (const auto& [id, recorded_in] : {std::pair{"0022400001", 1'309}, {"0022500001", 1'390}}) {
    tiny_game game(1, id);
    game.at(1, 90).substitute(12, 17).at(1, 13.9).substitute(13, 16);  // 13.9 s left, or "13.09"
    const auto lineups = lineups_of(game);
    CHECK(row_of(lineups, 16).seconds_on_hundredths == 1'390);
    CHECK(row_of(lineups, 16).seconds_as_recorded_hundredths == recorded_in);
    CHECK(row_of(lineups, 13).seconds_on_hundredths == 72'000 - 1'390);
    CHECK(row_of(lineups, 13).seconds_as_recorded_hundredths == 72'000 - recorded_in);
    CHECK(row_of(lineups, 17).seconds_as_recorded_hundredths == 9'000);
  }
}

TEST_CASE("somebody who played without coming on has a row of zeros, and somebody who did not has none") {
  tiny_game game;
  game.played(16);
  const auto lineups = lineups_of(game);
  CHECK(lineups.players.size() == 11);
  CHECK(row_of(lineups, 16).seconds_on_hundredths == 0);
  CHECK(lineups.players[5].player_id == 16);  // in the box score's order
}

TEST_CASE("a contradiction that leaves five is named and left out") {
  tiny_game game;
  game.at(1, 500).out(16).in(11).at(1, 400).basket(11, 2);
  const auto lineups = lineups_of(game);
  CHECK(short_stints(lineups) == std::vector<short_stint>{{0, 720, 2, 0}});
  CHECK(lineups.problems ==
        strings{"event 0: out of 16 who is not on the floor", "event 1: in of 11 who is already on the floor"});
}

TEST_CASE("a floor without five gives no rows, and says from when on") {
  tiny_game four;
  four.at(1, 500).out(12).at(1, 400).basket(11, 2);
  CHECK(lineups_of(four).stints.empty());
  CHECK(lineups_of(four).players.empty());
  CHECK(lineups_of(four).problems == strings{"4 players of the home team on the floor from 220.00 s on"});
  tiny_game six;
  six.at(1, 500).in(26).at(2, 720).event("period");
  CHECK(lineups_of(six).problems == strings{"6 players of the away team on the floor from 220.00 s on"});
  auto rows = tiny_game().rows();
  rows.player_stats[0].starter = false;
  CHECK(derive_lineups(rows, {}, {}).problems == strings{"4 starters of the home team"});
  CHECK(derive_lineups(game_rows{}, {}, {}).stints.empty());
}

TEST_CASE("somebody whom the box score does not list is named") {
  tiny_game game;
  game.at(1, 500).substitute(12, 19);
  const auto lineups = derive_lineups(game.rows(), {}, {});
  CHECK(lineups.problems == strings{"event 1: 19 is not in the box score"});
  CHECK(lineups.stints[1].home_lineup == "11-13-14-15-19");
}

TEST_CASE("an override says whose substitution it was; the official time stays as recorded") {
  tiny_game game;
  game.at(1, 500).substitute(12, 16).at(1, 400).out(12).in(17);
  const auto order = game.rows().events[2].order_number;
  CHECK(lineups_of(game).stints.empty());
  const std::vector<game_override> corrections{
      {game.rows().game.game_id, override_rule::substitution, order, 16, {}, "why", "where"}};
  const auto lineups = lineups_of(game, {}, corrections);
  REQUIRE(lineups.stints.size() == 3);
  CHECK(lineups.stints[2].home_lineup == "11-13-14-15-17");
  CHECK(lineups.problems == strings{});
  CHECK(lineups.overrides_used == std::vector<const game_override*>{corrections.data()});
  CHECK(row_of(lineups, 16).seconds_on_hundredths == 10'000);
  CHECK(row_of(lineups, 16).seconds_as_recorded_hundredths == 50'000);
}

TEST_CASE("an override says which foul a free throw belongs to") {
  tiny_game game(2);
  game.at(1, 10).foul(21, "personal", "", 2);
  const auto foul = game.last_order();
  game.at(2, 720).substitute(12, 16).free_throw(11);
  const auto shot = game.last_order();
  const std::vector<game_override> corrections{
      {game.rows().game.game_id, override_rule::free_throw_foul, shot, foul, {}, "why", "where"}};
  CHECK(short_stints(lineups_of(game)) == std::vector<short_stint>{{0, 720, 0, 0}, {720, 1440, 1, 0}});
  const auto lineups = lineups_of(game, {}, corrections);
  CHECK(short_stints(lineups) == std::vector<short_stint>{{0, 720, 1, 0}, {720, 1440, 0, 0}});
  CHECK(lineups.overrides_used.size() == 1);
}

TEST_CASE("a substitution whose clock rises, or that stands in a period that is over, leaves the time where it is") {
  tiny_game rising;
  rising.at(1, 400).substitute(12, 16).at(1, 500).substitute(13, 17);
  const auto lineups = lineups_of(rising);
  CHECK(short_stints(lineups) == std::vector<short_stint>{{0, 320, 0, 0}, {320, 720, 0, 0}});
  CHECK(lineups.stints[1].home_lineup == "11-14-15-16-17");
  tiny_game late(2);
  late.at(2, 700).substitute(12, 16).at(1, 600).substitute(13, 17);
  CHECK(short_stints(lineups_of(late)) ==
        std::vector<short_stint>{{0, 720, 0, 0}, {720, 740, 0, 0}, {740, 1440, 0, 0}});
}

TEST_CASE("a record that ends early still has stints to the end of the game's periods, and no period is beyond count") {
  tiny_game silent(2);
  silent.at(1, 400).substitute(12, 16);
  CHECK(short_stints(lineups_of(silent)) ==
        std::vector<short_stint>{{0, 320, 0, 0}, {320, 720, 0, 0}, {720, 1440, 0, 0}});
  tiny_game beyond;
  beyond.at(1'000, 300).substitute(12, 16);
  CHECK(derive_lineups(beyond.rows(), {}, {}).stints.size() <= 2 * periods_max);
}

TEST_CASE(
    "the official time ignores an out without an in and an in on top of another; overtime ends with its periods") {
  tiny_game game(5);
  game.at(1, 600).out(17).at(1, 500).in(11).at(1, 60).substitute(12, 16);
  const auto recorded = seconds_as_recorded_hundredths(game.rows());
  CHECK(recorded[6] == 0);                                             // 17: out of somebody who never came in
  CHECK(recorded[0] == game_length_hundredths(5));                     // 11: in, though he was there from the start
  CHECK(recorded[1] == 72'000 - 6'000);                                // 12: a clock of a whole minute has no tenths
  CHECK(recorded[5] == game_length_hundredths(5) - (72'000 - 6'000));  // 16: until the end of the overtime
}

TEST_CASE("a correction that serves two free throws is used once") {
  tiny_game game(2);
  game.at(1, 10).foul(21, "personal", "", 2);
  const auto foul = game.last_order();
  game.at(2, 720).substitute(12, 16).free_throw(11);
  const auto shot = game.last_order();
  std::vector<possession_row> possessions{{.offense_team_id = 1, .end_event_idx = game.last()}};
  const std::vector<game_override> corrections{
      {game.rows().game.game_id, override_rule::free_throw_foul, shot, foul, {}, "why", "where"}};
  CHECK(lineups_of(game, possessions, corrections).overrides_used.size() == 1);
}

TEST_CASE("beside somebody whom the box score does not list the others keep their figures") {
  tiny_game game;
  game.at(1, 500).substitute(11, 10).at(1, 400).basket(12, 2);  // 10 sorts before all others
  const auto lineups = derive_lineups(game.rows(), {}, {});
  CHECK(row_of(lineups, 15).plus_minus == 2);
  CHECK(row_of(lineups, 15).seconds_on_hundredths == 72'000);
}

}  // namespace
}  // namespace nba
