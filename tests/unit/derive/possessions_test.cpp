// How a possession begins and ends, one rule a test.
#include "tests/unit/derive/play_script.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

using namespace test;
using lines = std::vector<std::string>;

lines counted(const play_script& game) { return lines_of(game.possessions()); }

TEST_CASE("baskets, defensive rebounds and turnovers change the side, and possessions follow without a gap") {
  play_script game;
  game.jump_ball(home, "startperiod").at("11:40").shot(home, made, three);
  game.at("11:22").shot(away, missed).at("11:20").rebound(home, "defensive");
  game.at("11:05").turnover(home).at("10:50").shot(away, made).end();
  CHECK(counted(game) == lines{"home 12:00-11:40 3 made_shot", "away 11:40-11:20 0 defensive_rebound",
                               "home 11:20-11:05 0 turnover", "away 11:05-10:50 2 made_shot",
                               "home 10:50-0:00 0 end_of_period"});
  const auto rows = game.possessions();
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i].possession_idx == static_cast<int>(i));
  CHECK(rows[1].end_event_idx == 4);  // 0 period start, 1 jump ball, 2 shot, 3 shot, 4 rebound
}

TEST_CASE("an offensive rebound goes on with the possession") {
  play_script game;
  game.at("11:40").shot(home, missed).at("11:38").rebound(home, "offensive").at("11:37").shot(home, made).end();
  CHECK(counted(game) == lines{"home 12:00-11:37 2 made_shot", "away 11:37-0:00 0 end_of_period"});
}

TEST_CASE("an and-one belongs to its basket, made or missed") {
  play_script scored;
  scored.at("9:00").shot(home, made).foul(204, "personal", "shooting").free_throw(home, "1 of 1", made).end();
  CHECK(counted(scored) == lines{"home 12:00-9:00 3 made_free_throw", "away 9:00-0:00 0 end_of_period"});
  play_script failed;
  failed.at("9:00").shot(home, made).foul(204, "personal", "shooting").free_throw(home, "1 of 1", missed);
  failed.at("8:58").rebound(away, "defensive").end();
  CHECK(counted(failed) == lines{"home 12:00-8:58 2 defensive_rebound", "away 8:58-0:00 0 end_of_period"});
}

TEST_CASE("a trip ends with its last free throw when that is made, else with the rebound") {
  play_script game;
  game.at("9:00").free_throw(home, "1 of 2", missed).rebound(home, "offensive", "team,deadball");
  game.free_throw(home, "2 of 2", made);
  game.at("8:40").free_throw(away, "1 of 2", made).free_throw(away, "2 of 2", missed);
  game.at("8:38").rebound(away, "offensive").at("8:30").turnover(away).end();
  CHECK(counted(game) ==
        lines{"home 12:00-9:00 1 made_free_throw", "away 9:00-8:30 1 turnover", "home 8:30-0:00 0 end_of_period"});
}

TEST_CASE("a loose-ball foul at a made last free throw goes on with the trip") {
  play_script game;
  game.at("9:00").free_throw(home, "1 of 2", made).free_throw(home, "2 of 2", made);
  game.foul(203, "personal", "loose ball").free_throw(home, "1 of 1", made).end();
  CHECK(counted(game) == lines{"home 12:00-9:00 3 made_free_throw", "away 9:00-0:00 0 end_of_period"});
}

TEST_CASE("free throws at the same clock that follow the other side's turnover are a possession of their own") {
  play_script game;
  game.at("0:22")
      .free_throw(home, "1 of 2", made)
      .free_throw(home, "2 of 2", made)
      .turnover(away, "5-second-violation");
  game.free_throw(home, "1 of 2", made).free_throw(home, "2 of 2", made).end();
  CHECK(counted(game) == lines{"home 12:00-0:22 2 made_free_throw", "away 0:22-0:22 0 turnover",
                               "home 0:22-0:22 2 made_free_throw", "away 0:22-0:00 0 end_of_period"});
}

TEST_CASE("flagrant, clear-path, away-from-play and transition take trips keep the ball") {
  for (const auto* kind : {"flagrant", "clear-path"}) {
    play_script game;
    game.at("9:00").free_throw(home, "1 of 2", made, kind).free_throw(home, "2 of 2", made, kind);
    game.at("8:50").shot(home, made).end();
    CHECK(counted(game) == lines{"home 12:00-8:50 4 made_shot", "away 8:50-0:00 0 end_of_period"});
  }
  for (const auto* kind : {"away-from-play", "transition take"}) {
    play_script game;
    game.at("9:00").free_throw(home, "1 of 1", made, kind).at("8:50").shot(home, made).end();
    CHECK(counted(game) == lines{"home 12:00-8:50 3 made_shot", "away 8:50-0:00 0 end_of_period"});
  }
}

TEST_CASE("two free throws for a foul away from the play are an ordinary trip in the penalty") {
  play_script game;
  game.at("1:00").shot(home, made).at("0:55").free_throw(away, "1 of 2", made, "away-from-play");
  game.free_throw(away, "2 of 2", made, "away-from-play").at("0:40").shot(home, missed).end();
  CHECK(counted(game) ==
        lines{"home 12:00-1:00 2 made_shot", "away 1:00-0:55 2 made_free_throw", "home 0:55-0:00 0 end_of_period"});
}

TEST_CASE("a technical free throw of the defense lies in the offense's possession") {
  play_script game;
  game.at("9:00").shot(home, made).at("8:45").team_foul(away, "technical", "delay");
  game.free_throw(home, "1 of 1", made, "technical").at("8:40").shot(away, made, three).end();
  CHECK(counted(game) ==
        lines{"home 12:00-9:00 2 made_shot", "away 9:00-8:40 3+1 made_shot", "home 8:40-0:00 0 end_of_period"});
}

TEST_CASE("a flagrant foul on the shooter of a basket keeps the ball, also when recorded a second later") {
  play_script at_once;
  at_once.at("9:00").shot(home, made, three).foul(204, "personal", "flagrant-type-1");
  at_once.free_throw(home, "1 of 1", made, "flagrant").at("8:50").shot(home, made).end();
  CHECK(counted(at_once) == lines{"home 12:00-8:50 6 made_shot", "away 8:50-0:00 0 end_of_period"});
  play_script later;
  later.at("9:00").shot(home, made, three).at("8:59").foul(204, "personal", "flagrant-type-1");
  later.free_throw(home, "1 of 1", made, "flagrant").at("8:50").shot(home, made).end();
  CHECK(counted(later) == counted(at_once));
}

TEST_CASE("a free throw for a foul away from the play at a made basket ends the possession if the others go on") {
  play_script game;
  game.at("0:53.1").shot(home, made, three).foul(204, "personal", "away-from-play");
  game.free_throw(home, "1 of 1", made, "away-from-play").at("0:41.5").shot(away, missed);
  game.at("0:39.5").rebound(home, "defensive").end();
  CHECK(counted(game) == lines{"home 12:00-0:53.1 4 made_free_throw", "away 0:53.1-0:39.5 0 defensive_rebound",
                               "home 0:39.5-0:00 0 end_of_period"});
}

TEST_CASE("a flagrant foul of the offense is a turnover, recorded or not") {
  for (const bool recorded : {false, true}) {
    play_script game;
    game.at("9:00").shot(home, missed).rebound(home, "offensive", "team").foul(104, "personal", "flagrant-type-1");
    if (recorded) game.turnover(home, "");
    game.free_throw(away, "1 of 2", made, "flagrant").free_throw(away, "2 of 2", missed, "flagrant");
    game.rebound(away, "offensive", "team,deadball").at("8:45").shot(away, made).end();
    CHECK(counted(game) ==
          lines{"home 12:00-9:00 0 turnover", "away 9:00-8:45 3 made_shot", "home 8:45-0:00 0 end_of_period"});
  }
}

TEST_CASE("rebounds that balance the books change nothing") {
  play_script game;
  // A shot-clock violation after a miss that the defense is credited with, and the horn.
  game.at("9:00").shot(home, missed).rebound(away, "defensive", "team").turnover(home, "shot clock");
  game.at("0:00").shot(away, missed).rebound(home, "defensive", "team").end();
  CHECK(counted(game) == lines{"home 12:00-9:00 0 turnover", "away 9:00-0:00 0 end_of_period"});
}

TEST_CASE("a rebounder who kicks the ball has had it") {
  play_script game;
  game.at("9:00").shot(home, missed).at("8:58").rebound(away, "defensive").turnover(away, "offensive-kicked-ball");
  game.at("8:40").shot(home, made).end();
  CHECK(counted(game) == lines{"home 12:00-8:58 0 defensive_rebound", "away 8:58-8:58 0 turnover",
                               "home 8:58-8:40 2 made_shot", "away 8:40-0:00 0 end_of_period"});
}

TEST_CASE("a held ball counts once, with its turnover recorded seconds later or not at all") {
  play_script recorded;
  recorded.at("9:00").shot(away, made).at("8:50").jump_ball(away).at("8:47").turnover(home, "lost ball");
  recorded.at("8:40").shot(away, made).end();
  CHECK(counted(recorded) == lines{"away 12:00-9:00 2 made_shot", "home 9:00-8:47 0 turnover",
                                   "away 8:47-8:40 2 made_shot", "home 8:40-0:00 0 end_of_period"});
  play_script silent;
  silent.at("9:00").shot(away, made).at("8:50").jump_ball(away).at("8:40").shot(away, made).end();
  CHECK(counted(silent) == lines{"away 12:00-9:00 2 made_shot", "home 9:00-8:50 0 jump_ball",
                                 "away 8:50-8:40 2 made_shot", "home 8:40-0:00 0 end_of_period"});
  play_script won_by_the_offense;
  won_by_the_offense.at("9:00").shot(away, made).at("8:50").jump_ball(home).at("8:40").shot(home, made).end();
  CHECK(counted(won_by_the_offense)[1] == "home 9:00-8:40 2 made_shot");
}

TEST_CASE("a jump ball after which the offense plays on changed nothing") {
  play_script game;
  game.at("9:00").shot(away, missed).rebound(home, "defensive", "team").jump_ball(away).at("8:40").shot(home, made);
  game.end();
  CHECK(counted(game) ==
        lines{"away 12:00-9:00 0 defensive_rebound", "home 9:00-8:40 2 made_shot", "away 8:40-0:00 0 end_of_period"});
}

TEST_CASE("an ending that is taken back within three seconds was none") {
  play_script lane_violation;
  lane_violation.at("9:00").shot(home, made).foul(204, "personal", "shooting").turnover(home, "LaneViolation");
  lane_violation.at("8:40").shot(away, made).end();
  CHECK(counted(lane_violation) ==
        lines{"home 12:00-9:00 2 turnover", "away 9:00-8:40 2 made_shot", "home 8:40-0:00 0 end_of_period"});
}

TEST_CASE("after more than three seconds the other side has had the ball and lost it without a record") {
  play_script game;
  game.at("9:00").shot(home, made).at("8:46").shot(home, made).end();
  CHECK(counted(game) == lines{"home 12:00-9:00 2 made_shot", "away 9:00-8:46 0 turnover", "home 8:46-8:46 2 made_shot",
                               "away 8:46-0:00 0 end_of_period"});
}

TEST_CASE("every period begins anew: no possession crosses the horn, none begins at it") {
  play_script game;
  game.at("0:10").shot(home, made).end();
  game.period(2).at("11:45").shot(home, made).at("0:00").shot(away, made).end();
  game.period(5).jump_ball(away, "startperiod").at("4:40").turnover(away).end();
  CHECK(counted(game) == lines{"home 12:00-0:10 2 made_shot", "away 0:10-0:00 0 end_of_period",
                               "home 12:00-11:45 2 made_shot", "away 11:45-0:00 2 made_shot",
                               "away 5:00-4:40 0 turnover", "home 4:40-0:00 0 end_of_period"});
}

TEST_CASE("a possession of the last two seconds counts if somebody scores or goes to the line in it") {
  play_script late;
  late.at("0:02").shot(home, made).at("0:00.5").shot(away, missed).end();
  CHECK(counted(late)[1] == "away 0:02-0:00 0 end_of_period uncounted");
  play_script just_in_time;
  just_in_time.at("0:02.1").shot(home, made).end();
  CHECK(counted(just_in_time)[1] == "away 0:02.1-0:00 0 end_of_period");
  play_script answered;
  answered.at("0:02").shot(home, made).at("0:00.5").shot(away, made).end();
  CHECK(counted(answered)[1] == "away 0:02-0:00.5 2 made_shot");
  CHECK(counted(answered)[2] == "home 0:00.5-0:00 0 end_of_period uncounted");
  // A turnover in between counts as well, as there was time to shoot free throws.
  play_script fouled;
  fouled.at("0:02").shot(home, made).at("0:01.5").turnover(away).at("0:01").free_throw(home, "1 of 2", missed);
  fouled.free_throw(home, "2 of 2", missed).end();
  CHECK(counted(fouled)[1] == "away 0:02-0:01.5 0 turnover");
  CHECK(counted(fouled)[2] == "home 0:01.5-0:00 0 end_of_period");
}

TEST_CASE("a shot after a rebound at 0:00 was still in time") {
  play_script game;
  game.at("0:05").shot(home, missed).at("0:00").rebound(away, "defensive").shot(away, made, three).end();
  CHECK(counted(game) == lines{"home 12:00-0:00 0 defensive_rebound", "away 0:00-0:00 3 made_shot"});
}

TEST_CASE("nothing comes of nothing, and a clock that rises ends nothing before it began") {
  CHECK(count_possessions({}, game_row{}).empty());
  play_script silent;
  CHECK(silent.end().possessions().empty());
  play_script rising;
  rising.at("9:00").shot(home, made).at("9:30").turnover(away).at("8:00").shot(home, made).end();
  CHECK(counted(rising)[1] == "away 9:00-9:00 0 turnover");
  play_script technical;
  technical.free_throw(home, "1 of 1", made, "technical").end();
  CHECK(counted(technical) == lines{"home 12:00-0:00 1 end_of_period"});
}

TEST_CASE(
    "a possession that goes on after all began where it began, with the points of both sides, and so do those after "
    "it") {
  play_script game;
  game.at("0:02").shot(home, made).at("0:01.8").team_foul(away, "technical", "delay");
  game.free_throw(home, "1 of 1", made, "technical").at("0:01.5").turnover(away).at("0:01").shot(away, missed);
  game.at("0:00.8").rebound(home, "defensive").end();
  CHECK(counted(game) == lines{"home 12:00-0:02 2 made_shot", "away 0:02-0:00.8 0+1 defensive_rebound",
                               "home 0:00.8-0:00 0 end_of_period uncounted"});
}

TEST_CASE("three seconds after an ending a play of the same side still takes it back") {
  play_script game;
  game.at("9:00").shot(home, made).at("8:57").shot(home, made).end();
  CHECK(counted(game)[0] == "home 12:00-8:57 4 made_shot");
}

TEST_CASE("a free throw away from the play that misses leaves the basket as what ended the possession") {
  play_script game;
  game.at("0:53").shot(home, made, three).foul(204, "personal", "away-from-play");
  game.free_throw(home, "1 of 1", missed, "away-from-play").at("0:41").shot(away, made).end();
  CHECK(counted(game)[0] == "home 12:00-0:53 3 made_shot");
  CHECK(counted(game)[1] == "away 0:53-0:41 2 made_shot");
}

TEST_CASE("a technical free throw between a basket and its own free throw ends nothing") {
  play_script game;
  game.at("0:53").shot(home, made, three).foul(204, "personal", "away-from-play").team_foul(away, "technical", "delay");
  game.free_throw(home, "1 of 1", made, "technical").free_throw(home, "1 of 1", made, "away-from-play");
  game.at("0:41").shot(away, made).end();
  CHECK(counted(game)[0] == "home 12:00-0:53 5 made_free_throw");
  CHECK(counted(game)[1] == "away 0:53-0:41 2 made_shot");
}

TEST_CASE("a jump ball between a basket and its flagrant free throw ends the possession once") {
  play_script game;
  game.at("9:00").shot(home, made).foul(204, "personal", "flagrant-type-1").jump_ball(away);
  game.free_throw(home, "1 of 1", made, "flagrant").at("8:40").shot(away, made).end();
  CHECK(counted(game) ==
        lines{"home 12:00-9:00 2 jump_ball", "away 9:00-8:40 2+1 made_shot", "home 8:40-0:00 0 end_of_period"});
}

TEST_CASE("the tip that counts is the last one, and the first play corrects it") {
  play_script again;
  again.jump_ball(home, "startperiod").jump_ball(away, "startperiod").at("11:40").shot(away, made).end();
  CHECK(counted(again)[0] == "away 12:00-11:40 2 made_shot");
  play_script wrong;
  wrong.jump_ball(home, "startperiod").at("11:40").shot(away, made).end();
  CHECK(counted(wrong)[0] == "away 12:00-11:40 2 made_shot");
}

TEST_CASE("points of technical free throws alone are somebody's possession") {
  play_script whole_period;
  whole_period.free_throw(away, "1 of 1", made, "technical").end();
  CHECK(counted(whole_period) == lines{"away 12:00-0:00 1 end_of_period"});
  play_script at_the_horn;
  at_the_horn.at("0:00").shot(home, made).free_throw(home, "1 of 1", made, "technical").end();
  CHECK(counted(at_the_horn) == lines{"home 12:00-0:00 2 made_shot", "away 0:00-0:00 0+1 end_of_period"});
}

}  // namespace
}  // namespace nba
