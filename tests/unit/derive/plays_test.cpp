// How an event becomes a play, and what single plays say about who has the ball.
#include "pipeline/derive/possession_rules.hpp"
#include "tests/unit/derive/play_script.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

using namespace test;

// The last play of a script.
play last_of(const play_script& game) { return game.plays().back(); }
bool is_real(const play_script& game, std::size_t from_the_end = 1) {
  const auto plays = game.plays();
  return is_real_rebound(plays, plays.size() - from_the_end);
}
// Who has the ball after the first `skipped` plays of a script (its period's start is one).
play_side offense_after(const play_script& game, std::size_t skipped = 1) {
  return next_offense(game.plays(), skipped, 1);
}

// ---- plays_of ----------------------------------------------------------------------------------------------------

TEST_CASE("a heave is a field goal attempt") {
  play_script game;
  game.at("0:01").other("heave", "Jump Shot", 101);
  game.rows().events.back().shot_result = "Missed";
  CHECK(last_of(game).kind == play_kind::field_goal);
  CHECK_FALSE(last_of(game).made);
  CHECK(tally(game.plays())[0].fga == 1);
}

TEST_CASE("only a text like \"2 of 3\" numbers a free throw") {
  for (const auto* text : {"2 of 2", "3 of 3", "1 of 1"})
    CHECK(last_of(play_script().free_throw(home, text, made)).is_final);
  CHECK_FALSE(last_of(play_script().free_throw(home, "1 of 2", made)).is_final);
  CHECK(last_of(play_script().free_throw(home, "1 of 1", made)).is_single);
  for (const auto* text : {"", "2 of", "2/2 of 3", "technical 2 of 3", "1 xx 2"}) {
    CAPTURE(text);
    CHECK(last_of(play_script().free_throw(home, text, made)).is_final);  // 0 of 0: nothing says that another follows
    CHECK_FALSE(last_of(play_script().free_throw(home, text, made)).is_single);
  }
}

TEST_CASE("a single free throw for a foul away from the play or at an inbound keeps the ball, two of them do not") {
  for (const auto* descriptor : {"away-from-play", "inbound"}) {
    CHECK(last_of(play_script().free_throw(home, "1 of 1", made, descriptor)).keeps_ball);
    CHECK_FALSE(last_of(play_script().free_throw(home, "2 of 2", made, descriptor)).keeps_ball);
  }
}

TEST_CASE("a rebound of a team is nobody's, also when a person stands beside it") {
  play_script game;
  game.at("9:00").shot(home, missed).rebound(home, "offensive", "team");
  game.rows().events.back().player_id = 101;
  CHECK(last_of(game).is_team);
  CHECK(tally(game.plays())[0].oreb == 0);
  game.rebound(home, "offensive");
  game.rows().events.back().player_id.reset();
  CHECK(last_of(game).is_team);
  CHECK(tally(game.plays())[0].oreb == 0);
  CHECK(tally(play_script().rebound(home, "defensive").plays())[0].dreb == 1);
}

TEST_CASE("shot clock and kicked ball are violations with the ball, other turnovers are not") {
  CHECK(last_of(play_script().turnover(home, "shot clock")).is_ball_violation);
  CHECK(last_of(play_script().turnover(home, "kicked ball")).is_ball_violation);
  CHECK_FALSE(last_of(play_script().turnover(home, "bad pass")).is_ball_violation);
}

TEST_CASE("periods below 1 are the first, and clocks lie inside their period") {
  play_script game;
  game.shot(home, made);
  auto& event = game.rows().events.back();
  event.period = 0;
  event.clock_hundredths = -5;
  CHECK(last_of(game).period == 1);
  CHECK(last_of(game).clock == 0);
  event.clock_hundredths = 100'000;
  CHECK(last_of(game).clock == 72'000);
  event.period = 5;
  CHECK(last_of(game).clock == 30'000);
}

// ---- is_real_rebound -----------------------------------------------------------------------------------------------

TEST_CASE("a rebound decides who has the ball only after a miss that is live") {
  CHECK(is_real(play_script().at("9:00").shot(home, missed).rebound(away, "defensive")));
  CHECK_FALSE(is_real(play_script().at("9:00").shot(home, missed).rebound(away, "defensive", "deadball")));
  CHECK_FALSE(is_real(play_script().at("9:00").shot(home, made).rebound(away, "defensive")));
  CHECK_FALSE(is_real(play_script().at("9:00").rebound(away, "defensive")));
  CHECK(is_real(play_script().at("9:00").free_throw(home, "2 of 2", missed).rebound(away, "defensive")));
  CHECK_FALSE(is_real(play_script().at("9:00").free_throw(home, "1 of 2", missed).rebound(away, "defensive")));
  CHECK_FALSE(
      is_real(play_script().at("9:00").free_throw(home, "1 of 1", missed, "technical").rebound(away, "defensive")));
}

TEST_CASE("a rebound at 0:00 is real only if the side that got it still shoots") {
  play_script own, other;
  own.at("0:05").shot(home, missed).at("0:00").rebound(away, "defensive").shot(away, missed);
  CHECK(is_real(own, 2));
  other.at("0:05").shot(home, missed).at("0:00").rebound(away, "defensive").shot(home, missed);
  CHECK_FALSE(is_real(other, 2));
}

TEST_CASE("a defensive rebound beside the offense's violation is bookkeeping, recorded before or after it") {
  play_script before, after, of_the_rebounder, earlier;
  before.at("9:00").shot(home, missed).turnover(home, "shot clock").rebound(away, "defensive", "team");
  CHECK_FALSE(is_real(before));
  after.at("9:00").shot(home, missed).rebound(away, "defensive", "team").turnover(home, "shot clock");
  CHECK_FALSE(is_real(after, 2));
  of_the_rebounder.at("9:00").shot(home, missed).rebound(away, "defensive").turnover(away, "kicked ball");
  CHECK(is_real(of_the_rebounder, 2));
  earlier.at("9:01").turnover(home, "shot clock").at("9:00").shot(home, missed).rebound(away, "defensive");
  CHECK(is_real(earlier));
}

// ---- next_offense --------------------------------------------------------------------------------------------------

TEST_CASE("who has the ball is shown by shots, ordinary free throws, turnovers, offensive fouls and real rebounds") {
  CHECK(offense_after(play_script().shot(away, missed)) == play_side::away);
  CHECK(offense_after(play_script().turnover(away)) == play_side::away);
  CHECK(offense_after(play_script().foul(201, "offensive").shot(home, made)) == play_side::away);
  CHECK(offense_after(play_script().foul(201, "personal").shot(home, made)) == play_side::home);
  CHECK(offense_after(play_script().free_throw(away, "1 of 2", made).shot(home, made)) == play_side::away);
  CHECK(offense_after(play_script().free_throw(away, "1 of 1", made, "technical").shot(home, made)) == play_side::home);
  CHECK(offense_after(play_script().at("9:00").shot(home, missed).rebound(away, "defensive"), 2) == play_side::home);
  CHECK(offense_after(play_script().at("9:00").shot(home, missed).rebound(home, "offensive"), 2) == play_side::home);
  CHECK(offense_after(play_script().at("9:00").shot(home, missed).rebound(away, "defensive", "deadball"), 2) ==
        play_side::none);
}

// ---- free_throws_follow --------------------------------------------------------------------------------------------

TEST_CASE("free throws follow a basket at its clock, until somebody else has had the ball") {
  const auto follows = [](const play_script& game) { return free_throws_follow(game.plays(), 1); };
  using more = more_free_throws;
  CHECK(follows(play_script().at("9:00").shot(home, made).free_throw(home, "1 of 1", made)) == more::ordinary);
  CHECK(follows(play_script().at("9:00").shot(home, made).free_throw(home, "1 of 1", made, "flagrant")) ==
        more::keep_ball);
  CHECK(follows(play_script().at("9:00").shot(home, made).free_throw(home, "1 of 1", made, "technical")) == more::none);
  CHECK(follows(play_script().at("9:00").shot(home, made).free_throw(away, "1 of 1", made)) == more::none);
  CHECK(follows(play_script().at("9:00").shot(home, made).at("8:59").free_throw(home, "1 of 1", made)) == more::none);
  CHECK(follows(play_script().at("9:00").shot(home, made).shot(away, missed).free_throw(home, "1 of 1", made)) ==
        more::none);
  CHECK(follows(play_script().at("9:00").shot(home, made).turnover(away).free_throw(home, "1 of 1", made)) ==
        more::none);
}

}  // namespace
}  // namespace nba
