// The window from 12:00 to 8:00 of the first quarter, on games small enough to be worked out by hand.
#include "pipeline/derive/first_quarter.hpp"
#include "tests/unit/derive/play_script.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

using doctest::Approx;
using namespace test;

q1_window_row window_of(const play_script& game) {
  const auto plays = game.plays();
  const auto row = derive_q1_window(plays, game.rows().game, game.possessions());
  REQUIRE(row.has_value());
  return *row;
}

TEST_CASE("window 1: three possessions of one side and two of the other") {
  play_script game;
  game.jump_ball(home, "startperiod").at("11:30").shot(home, made, three);     // home 1
  game.at("11:00").shot(away, missed).at("10:58").rebound(home, "defensive");  // away 1
  game.at("10:30").turnover(home);                                             // home 2
  game.at("10:00").shot(away, made);                                           // away 2
  game.at("9:30").shot(home, made).at("7:59").shot(away, made);                // home 3; then it is too late
  const auto row = window_of(game);
  CHECK(row.home_possessions == 3);
  CHECK(row.away_possessions == 2);
  CHECK(*row.pace48 == Approx(30));              // 48 / 4 * (3 + 2) / 2
  CHECK(*row.home_efg == Approx(1.25));          // (2 + 0.5 * 1) / 2
  CHECK(*row.away_efg == Approx(0.5));           // 1 of 2; the basket at 7:59 is outside
  CHECK(*row.home_tov_rate == Approx(1.0 / 3));  // 1 / (2 + 0 + 1)
  CHECK(*row.away_tov_rate == 0);                // 0 / 2
  CHECK(*row.home_ft_rate == 0);                 // 0 / 2
  CHECK_FALSE(row.home_orb_pct.has_value());     // home missed nothing: 0 / (0 + 0)
  CHECK(*row.away_orb_pct == 0);                 // 0 / (0 + 1)
}

TEST_CASE("window 2: 8:00 belongs to the window, 7:59.9 does not") {
  play_script game;
  game.at("8:00").shot(home, made).at("7:59.9").shot(away, made);
  const auto row = window_of(game);
  CHECK(row.home_possessions == 1);
  CHECK(row.away_possessions == 0);
  CHECK(*row.pace48 == Approx(6));  // 12 * (1 + 0) / 2
  CHECK(*row.home_efg == 1);
  CHECK_FALSE(row.away_efg.has_value());
}

TEST_CASE("window 3: a possession under way at 8:00 counts for nobody, its misses do") {
  play_script game;
  game.at("8:10").shot(home, missed).at("8:08").rebound(home, "offensive").at("7:50").shot(home, made);
  const auto row = window_of(game);
  CHECK(row.home_possessions == 0);
  CHECK(row.away_possessions == 0);
  CHECK(*row.pace48 == 0);
  CHECK(*row.home_efg == 0);      // 0 of 1
  CHECK(*row.home_orb_pct == 1);  // 1 / (1 + 0)
}

TEST_CASE("window 4: free throws count by attempts, and at 0.44 among the chances to turn the ball over") {
  play_script game;
  game.at("11:40").free_throw(home, "1 of 2", made).free_throw(home, "2 of 2", made);  // home 1
  game.at("11:20").turnover(away);                                                     // away 1
  game.at("11:00").shot(home, made).free_throw(home, "1 of 1", made);                  // home 2
  game.at("10:40").turnover(away).at("10:20").turnover(home);                          // away 2, home 3
  const auto row = window_of(game);
  CHECK(row.home_possessions == 3);
  CHECK(row.away_possessions == 2);
  CHECK(*row.home_ft_rate == Approx(3));                        // 3 / 1
  CHECK(*row.home_tov_rate == Approx(1 / (1 + 0.44 * 3 + 1)));  // 1 / 3.32
  CHECK(*row.away_tov_rate == Approx(1));                       // 2 / (0 + 0 + 2)
  CHECK_FALSE(row.away_ft_rate.has_value());                    // no attempt from the floor
}

TEST_CASE("window 5: rebounds of the teams are in no share") {
  play_script game;
  game.at("11:40").shot(home, missed).at("11:38").rebound(home, "offensive");
  game.at("11:35").shot(home, missed).at("11:33").rebound(home, "offensive", "team");
  game.at("11:30").shot(home, missed).at("11:28").rebound(away, "defensive");          // home 1
  game.at("11:10").shot(away, missed).at("11:08").rebound(home, "defensive", "team");  // away 1
  game.at("10:50").shot(home, missed).at("10:48").rebound(away, "defensive");          // home 2
  const auto row = window_of(game);
  CHECK(row.home_possessions == 2);
  CHECK(row.away_possessions == 1);
  CHECK(*row.pace48 == Approx(18));             // 12 * 3 / 2
  CHECK(*row.home_orb_pct == Approx(1.0 / 3));  // 1 / (1 + 2)
  CHECK_FALSE(row.away_orb_pct.has_value());    // 0 / (0 + 0)
  CHECK(*row.home_efg == 0);                    // 0 of 4
}

TEST_CASE("window 6: the fifth team foul puts the other side in the bonus for the rest") {
  play_script game;
  for (const auto* clock : {"11:30", "11:00", "10:30", "10:00"}) game.at(clock).foul(201);
  CHECK(window_of(game).home_bonus_hundredths == 0);  // four
  game.at("9:15").foul(202, "personal", "shooting");
  const auto row = window_of(game);
  CHECK(row.home_bonus_hundredths == 7'500);  // 9:15 - 8:00 = 75 s
  CHECK(row.away_bonus_hundredths == 0);
}

TEST_CASE("window 7: offensive, double and technical fouls are no team fouls, flagrant and loose-ball ones are") {
  play_script game;
  game.at("11:50").foul(101, "offensive").at("11:45").foul(101, "offensive", "charge");
  game.at("11:40").foul(102, "personal", "double").at("11:35").foul(102, "technical");
  game.at("11:30").foul(103, "personal", "flagrant-type-1").at("11:00").foul(103, "personal", "loose ball");
  game.at("10:30").foul(104).at("10:00").foul(104, "personal", "take");
  CHECK(window_of(game).away_bonus_hundredths == 0);  // flagrant, loose ball, common, take: four
  game.at("8:00.5").foul(105, "personal", "shooting");
  CHECK(window_of(game).away_bonus_hundredths == 50);  // 8:00.5 - 8:00
}

TEST_CASE("window 8: both sides in the bonus, and a fifth foul at 8:00 gives nothing") {
  play_script game;
  for (int i = 0; i < 5; ++i) game.at("11:00").foul(201);
  for (int i = 0; i < 5; ++i) game.at("10:00").foul(101);
  auto row = window_of(game);
  CHECK(row.home_bonus_hundredths == 18'000);  // 11:00 - 8:00
  CHECK(row.away_bonus_hundredths == 12'000);  // 10:00 - 8:00
  play_script late;
  for (int i = 0; i < 5; ++i) late.at("8:00").foul(201);
  CHECK(window_of(late).home_bonus_hundredths == 0);
}

TEST_CASE("window 9: technical free throws are attempts of the side that shoots, and no possession") {
  play_script game;
  game.at("11:40").shot(home, made);  // home 1
  game.at("11:30").foul(101, "technical").free_throw(away, "1 of 1", made, "technical");
  game.at("11:20")
      .shot(away, missed)
      .at("11:18")
      .rebound(away, "offensive")
      .at("11:15")
      .shot(away, made, three);  // away
                                 // 1
  const auto row = window_of(game);
  CHECK(row.home_possessions == 1);
  CHECK(row.away_possessions == 1);
  CHECK(*row.away_ft_rate == Approx(0.5));  // 1 / 2
  CHECK(*row.away_efg == Approx(0.75));     // (1 + 0.5) / 2
  CHECK(*row.away_orb_pct == 1);            // 1 / (1 + 0)
}

TEST_CASE("window 10: team turnovers count, as in the box score") {
  play_script game;
  game.at("11:30").turnover(home, "shot clock").at("11:00").shot(away, missed).at("10:58").rebound(home, "defensive");
  game.at("10:40").shot(home, missed).at("10:38").rebound(away, "defensive").at("10:20").turnover(away, "traveling");
  game.rows().events[1].player_id.reset();
  const auto row = window_of(game);
  CHECK(row.home_possessions == 2);
  CHECK(row.away_possessions == 2);
  CHECK(*row.pace48 == Approx(24));          // 12 * 4 / 2
  CHECK(*row.home_tov_rate == Approx(0.5));  // 1 / (1 + 1)
  CHECK(*row.away_tov_rate == Approx(0.5));  // 1 / (1 + 1)
  CHECK(*row.away_orb_pct == 0);             // 0 / (0 + 1)
}

TEST_CASE("window 11: an ordinary four minutes") {
  // Home: made two, missed three (defensive rebound), turnover, made three, free throws 1 of 2, made two and one.
  // Away: made three, missed two, rebounded, made two; turnover; made two; missed (defensive rebound); turnover.
  play_script game;
  game.jump_ball(home, "startperiod").at("11:42").shot(home, made);                                         // home 1
  game.at("11:27").shot(away, made, three);                                                                 // away 1
  game.at("11:08").shot(home, missed, three).at("11:05").rebound(away, "defensive");                        // home 2
  game.at("10:51").shot(away, missed).at("10:49").rebound(away, "offensive").at("10:47").shot(away, made);  // away 2
  game.at("10:30").turnover(home);                                                                          // home 3
  game.at("10:12").turnover(away);                                                                          // away 3
  game.at("9:55").shot(home, made, three);                                                                  // home 4
  game.at("9:40").shot(away, made);                                                                         // away 4
  game.at("9:21").free_throw(home, "1 of 2", missed).rebound(home, "offensive", "team,deadball");
  game.free_throw(home, "2 of 2", made);                                                                // home 5
  game.at("9:02").shot(away, missed, three).at("9:00").rebound(home, "defensive");                      // away 5
  game.at("8:44").shot(home, made).foul(205, "personal", "shooting").free_throw(home, "1 of 1", made);  // home 6
  game.at("8:25").turnover(away).at("7:58").shot(home, made);                                           // away 6
  const auto row = window_of(game);
  CHECK(row.home_possessions == 6);
  CHECK(row.away_possessions == 6);
  CHECK(*row.pace48 == Approx(72));                             // 12 * 12 / 2
  CHECK(*row.home_efg == Approx(3.5 / 4));                      // (3 + 0.5) / 4
  CHECK(*row.away_efg == Approx(3.5 / 5));                      // (3 + 0.5) / 5
  CHECK(*row.home_tov_rate == Approx(1 / (4 + 0.44 * 3 + 1)));  // 1 / 6.32
  CHECK(*row.away_tov_rate == Approx(2.0 / 7));                 // 2 / (5 + 2)
  CHECK(*row.home_ft_rate == Approx(0.75));                     // 3 / 4
  CHECK(*row.away_ft_rate == 0);
  CHECK(*row.home_orb_pct == 0);            // 0 / (0 + 1)
  CHECK(*row.away_orb_pct == Approx(0.5));  // 1 / (1 + 1)
  CHECK(row.home_bonus_hundredths == 0);
}

TEST_CASE("without a first quarter there is no window; later quarters do not matter") {
  CHECK_FALSE(derive_q1_window({}, game_row{}, {}).has_value());
  play_script game;
  game.at("11:30").shot(home, made).end();
  game.period(2).at("11:00").shot(away, made).at("10:00").shot(home, made);
  const auto row = window_of(game);
  CHECK(row.home_possessions == 1);
  CHECK(row.away_possessions == 0);
  CHECK_FALSE(row.away_efg.has_value());
}

}  // namespace
}  // namespace nba
