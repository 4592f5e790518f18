// What upsets a first quarter, on games small enough to be checked by hand.
#include "pipeline/derive/first_quarter.hpp"
#include "tests/unit/derive/play_script.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

using namespace test;

std::vector<early_shock_row> shocks_of(const play_script& game) {
  const auto plays = game.plays();
  return derive_early_shocks(plays, game.rows(), game.possessions());
}

// `count` possessions, one every ten seconds from `minute`:50 on, alternating.
void trade_baskets(play_script& game, int minute, int count) {
  for (int i = 0; i < count; ++i)
    game.at(std::to_string(minute - i / 6) + ":" + std::to_string(50 - 10 * (i % 6)))
        .shot(i % 2 == 0 ? home : away, made);
}

TEST_CASE("shock 1: the second personal foul inside six minutes is early trouble, the first and third are not") {
  play_script game;
  game.at("11:00").foul(101).at("9:30").foul(101, "personal", "shooting").at("8:00").foul(101);
  const auto shocks = shocks_of(game);
  REQUIRE(shocks.size() == 1);
  CHECK(shocks[0].event_type == shock_type::early_foul_trouble);
  CHECK(shocks[0].clock_hundredths == 57'000);  // 9:30
  CHECK(shocks[0].period == 1);
  CHECK(shocks[0].team_id == home);
  CHECK(shocks[0].player_id == 101);
  CHECK_FALSE(shocks[0].immediate_sub);
  CHECK(shocks[0].description == "foul personal");
}

TEST_CASE("shock 2: at 6:00 it is still early, a tenth later it is not") {
  play_script in_time;
  in_time.at("11:00").foul(101).at("6:00").foul(101);
  CHECK(shocks_of(in_time).size() == 1);
  play_script late;
  late.at("11:00").foul(101).at("5:59.9").foul(101);
  CHECK(shocks_of(late).empty());
}

TEST_CASE("shock 3: offensive, double and flagrant fouls are personal ones, technical ones are not") {
  for (const auto& [sub_type, descriptor] :
       {std::pair{"offensive", "charge"}, {"personal", "double"}, {"personal", "loose ball"}}) {
    play_script game;
    game.at("11:00").foul(101, sub_type, descriptor).at("10:00").foul(101);
    CHECK(shocks_of(game).size() == 1);
  }
  play_script game;
  game.at("11:00").foul(101, "technical").at("10:00").foul(101);
  const auto shocks = shocks_of(game);
  REQUIRE(shocks.size() == 1);
  CHECK(shocks[0].event_type == shock_type::technical);
}

TEST_CASE("shock 4: two fouls of two players are nobody's second") {
  play_script game;
  game.at("11:00").foul(101).at("10:00").foul(102).at("9:00").foul(201);
  CHECK(shocks_of(game).empty());
}

TEST_CASE("shock 5: a substitution at the same clock is immediate, one a second later is not") {
  play_script at_once;
  at_once.at("11:00").foul(101).at("9:30").foul(101).substitute(102, 106).substitute(101, 107);
  REQUIRE(shocks_of(at_once).size() >= 1);
  CHECK(shocks_of(at_once)[0].immediate_sub);
  play_script later;
  later.at("11:00").foul(101).at("9:30").foul(101).substitute(102, 106).at("9:29").substitute(101, 107);
  CHECK_FALSE(shocks_of(later)[0].immediate_sub);
}

TEST_CASE("shock 6: every technical foul of the quarter, down to the horn, and none of the second quarter") {
  play_script game;
  game.at("10:00").foul(101, "technical").at("0:00").foul(201, "technical", "double").end();
  game.period(2).at("11:00").foul(101, "technical");
  const auto shocks = shocks_of(game);
  REQUIRE(shocks.size() == 2);
  CHECK(shocks[0].shock_idx == 0);
  CHECK(shocks[0].player_id == 101);
  CHECK(shocks[1].shock_idx == 1);
  CHECK(shocks[1].event_type == shock_type::technical);
  CHECK(shocks[1].team_id == away);
  CHECK(shocks[1].clock_hundredths == 0);
}

TEST_CASE("shock 7: a team's technical has a team and no player") {
  play_script game;
  game.at("7:00").team_foul(away, "technical", "delay");
  const auto shocks = shocks_of(game);
  REQUIRE(shocks.size() == 1);
  CHECK(shocks[0].team_id == away);
  CHECK_FALSE(shocks[0].player_id.has_value());
  CHECK_FALSE(shocks[0].immediate_sub);
}

TEST_CASE("shock 8: a coach is no player") {
  play_script game;
  game.at("7:00").foul(199, "technical");
  const auto shocks = shocks_of(game);
  REQUIRE(shocks.size() == 1);
  CHECK(shocks[0].team_id == home);
  CHECK_FALSE(shocks[0].player_id.has_value());
  CHECK(shocks[0].description == "foul technical");
}

TEST_CASE("shock 9: a flagrant foul, which may be early trouble as well") {
  play_script game;
  game.at("11:00").foul(203).at("7:00").foul(203, "personal", "flagrant-type-2").substitute(203, 206);
  game.at("2:00").foul(104, "personal", "flagrant-type-1").other("ejection", "other", 203);
  const auto shocks = shocks_of(game);
  REQUIRE(shocks.size() == 3);
  CHECK(shocks[0].event_type == shock_type::flagrant);
  CHECK(shocks[0].immediate_sub);
  CHECK(shocks[1].event_type == shock_type::early_foul_trouble);
  CHECK(shocks[1].clock_hundredths == shocks[0].clock_hundredths);
  CHECK(shocks[2].event_type == shock_type::flagrant);
  CHECK(shocks[2].player_id == 104);
}

TEST_CASE("shock 10: a starter who leaves and never comes back has been hurt") {
  play_script game;
  game.at("8:00").substitute(101, 106).substitute(102, 107).end();
  game.period(2).substitute(106, 102).end();
  const auto shocks = shocks_of(game);
  REQUIRE(shocks.size() == 1);
  CHECK(shocks[0].event_type == shock_type::injury_exit);
  CHECK(shocks[0].player_id == 101);
  CHECK(shocks[0].clock_hundredths == 48'000);
  CHECK(shocks[0].immediate_sub);
}

TEST_CASE("shock 11: a reserve who is not needed again, an ejected and a fouled-out starter have not") {
  play_script game;
  game.at("8:00").substitute(101, 106).at("7:00").substitute(106, 107);
  game.at("6:00").other("ejection", "other", 201).substitute(201, 206);
  game.at("1:00").substitute(202, 207).end();
  game.rows().player_stats[9].line.pf = 6;  // 202
  game.period(2).substitute(107, 101).end();
  CHECK(shocks_of(game).empty());
}

TEST_CASE("shock 12: who is replaced at a stoppage for an injury has to miss six possessions") {
  for (const int missed_possessions : {5, 6}) {
    play_script game;
    game.at("9:00").other("stoppage", "injury").substitute(106, 107);
    trade_baskets(game, 8, missed_possessions);
    game.substitute(107, 106).at("1:00").shot(home, missed).end();
    const auto shocks = shocks_of(game);
    CHECK(shocks.size() == (missed_possessions == 6 ? 1U : 0U));
    if (!shocks.empty()) {
      CHECK(shocks[0].event_type == shock_type::injury_exit);
      CHECK(shocks[0].player_id == 106);
      CHECK(shocks[0].clock_hundredths == 54'000);
    }
  }
}

TEST_CASE("shock 13: another stoppage is no injury") {
  play_script game;
  game.at("9:00").other("stoppage", "equipment issue").substitute(101, 106);
  trade_baskets(game, 8, 12);
  game.substitute(106, 101).end();
  CHECK(shocks_of(game).empty());
}

TEST_CASE("without plays there are no shocks") { CHECK(derive_early_shocks({}, game_rows{}, {}).empty()); }

TEST_CASE("somebody else's ejection excuses nobody") {
  play_script game;
  game.at("8:00").substitute(101, 106).at("6:00").other("ejection", "other", 202).end();
  REQUIRE(shocks_of(game).size() == 1);
  CHECK(shocks_of(game)[0].player_id == 101);
}

TEST_CASE("the possession that ends with the injured player's going out is none that he missed") {
  play_script game;
  game.at("9:00").other("stoppage", "injury").substitute(106, 107);
  trade_baskets(game, 8, 5);
  game.substitute(107, 106).at("1:00").shot(home, missed).end();
  const auto plays = game.plays();
  auto possessions = game.possessions();
  possessions.insert(possessions.begin(), possession_row{.end_event_idx = 2});  // ends at the event `out`
  CHECK(derive_early_shocks(plays, game.rows(), possessions).empty());
}

}  // namespace
}  // namespace nba
