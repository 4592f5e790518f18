// Each check finds what it is there for, and the numbers it names are right.
#include "pipeline/derive/validation.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

constexpr std::int64_t home = 1, away = 2;

// Four quarters in which two sides of five never change; one possession each a quarter, two points by the home side.
struct reconciling_game {
  game_rows rows;
  derived_rows derived;

  reconciling_game() {
    rows.game.game_id = *game_id::parse("0022400001");
    rows.game.home_team_id = home;
    rows.game.away_team_id = away;
    rows.game.periods = 4;
    rows.game.home_score = 8;
    for (int i = 1; i <= 10; ++i) {
      player_stats_row player;
      player.team_id = i <= 5 ? home : away;
      player.player_id = i;
      player.plus_minus = i <= 5 ? 8 : -8;
      player.seconds_played_hundredths = 288'000;
      rows.player_stats.push_back(player);
      derived.on_court.push_back({player.team_id, i, 288'000, 288'000, player.plus_minus, 4});
    }
    for (int period = 1; period <= 4; ++period) {
      derived.stints.push_back(
          {period - 1, period, (period - 1) * 72'000, period * 72'000, "1-2-3-4-5", "6-7-8-9-10", 2, 0, 1, 1});
      for (const auto team : {home, away}) {
        possession_row one;
        one.possession_idx = static_cast<int>(derived.possessions.size());
        one.period = period;
        one.offense_team_id = team;
        one.start_clock_hundredths = team == home ? 72'000 : 30'000;
        one.end_clock_hundredths = team == home ? 30'000 : 0;
        one.points = team == home ? 2 : 0;
        derived.possessions.push_back(one);
      }
    }
  }
  std::string deviation(validation_check check, const possession_reference& reference = {}) const {
    return validate_game(rows, derived, reference).deviations[static_cast<std::size_t>(check)].value_or("not compared");
  }
};

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a game whose rows reconcile passes every check") {
  const reconciling_game game;
  const auto checked = validate_game(game.rows, game.derived);
  CHECK_FALSE(checked.fails());
  for (const auto& bar : validation_bars()) {
    CAPTURE(bar.what);
    using enum validation_check;
    const bool alone = bar.check == possessions_counted || bar.check == schedule || bar.check == schedule_score;
    CHECK(game.deviation(bar.check) == (alone ? "not compared" : ""));
  }
  CHECK(checked.possessions == 8);
}

TEST_CASE("stints that do not cover the game, or not with ten players, are found") {
  using enum validation_check;
  SUBCASE("a gap") {
    reconciling_game game;
    game.derived.stints[1].start_elapsed_hundredths += 100;
    CHECK(says(game.deviation(stints_cover), "stint 1 is 721 to 1440 s of period 2; expected from 720 s"));
    CHECK(validate_game(game.rows, game.derived).fails());
  }
  SUBCASE("an end before the game's") {
    reconciling_game game;
    game.derived.stints.pop_back();
    CHECK(says(game.deviation(stints_cover), "the stints end at 2160 s, the game at 2880 s"));
  }
  SUBCASE("a stint across a period's end") {
    reconciling_game game;
    game.derived.stints[0].end_elapsed_hundredths = 80'000;
    CHECK(says(game.deviation(stints_cover), "stint 0"));
  }
  SUBCASE("six players") {
    reconciling_game game;
    game.derived.stints[2].home_lineup = "1-2-3-4-5-6";
    CHECK(says(game.deviation(stints_cover), "stint 2 has 6 players on a side"));
  }
  SUBCASE("somebody twice") {
    reconciling_game game;
    game.derived.stints[2].home_lineup = "1-2-3-4-4";
    CHECK(says(game.deviation(stints_cover), "9 different players"));
  }
  SUBCASE("a player of the other team") {
    reconciling_game game;
    game.derived.stints[2].home_lineup = "1-2-3-4-6";
    CHECK(says(game.deviation(stints_cover), "player 6, who is not in that team's box score"));
  }
  SUBCASE("nothing at all") {
    reconciling_game game;
    game.derived.stints.clear();
    CHECK(says(game.deviation(stints_cover), "the stints end at 0 s"));
  }
  SUBCASE("a stint of no length at a period's end is none") {
    reconciling_game game;
    auto point = game.derived.stints[0];
    point.start_elapsed_hundredths = point.end_elapsed_hundredths;
    game.derived.stints.insert(game.derived.stints.begin() + 1, point);
    CHECK(game.deviation(stints_cover) == "");
  }
}

TEST_CASE("numbers that are not the record's are found, with both of them") {
  using enum validation_check;
  reconciling_game game;
  game.derived.stints[0].home_points = 3;
  game.derived.on_court[6].plus_minus = -9;
  game.derived.on_court[0].seconds_as_recorded_hundredths -= 81;
  game.derived.on_court[9].seconds_on_hundredths += 100;
  game.derived.possessions[0].points = 3;
  CHECK(says(game.deviation(stint_points), "9 : 0, the score is 8 : 0"));
  CHECK(says(game.deviation(plus_minus), "player 7: -9, official -8"));
  CHECK(says(game.deviation(minutes), "player 1: 2879.19 s, official 2880 s"));
  CHECK(says(game.deviation(seconds_on), "28801 s on the floor, ten times the game are 28800 s"));
  CHECK(says(game.deviation(possession_points), "9 : 0, the score is 8 : 0"));
}

TEST_CASE("a player without a row has no time and no plus-minus") {
  reconciling_game game;
  player_stats_row bench;
  bench.team_id = home;
  bench.player_id = 11;
  game.rows.player_stats.push_back(bench);
  CHECK_FALSE(validate_game(game.rows, game.derived).fails());
  game.rows.player_stats.back().plus_minus = 1;
  CHECK(says(game.deviation(validation_check::plus_minus), "player 11: +0, official +1"));
}

TEST_CASE("possessions that do not follow each other are found") {
  using enum validation_check;
  SUBCASE("the same side twice") {
    reconciling_game game;
    game.derived.possessions[3].offense_team_id = home;
    CHECK(says(game.deviation(possession_chain), "possession 3 is of the same side as the one before"));
  }
  SUBCASE("a gap in the clock") {
    reconciling_game game;
    game.derived.possessions[1].start_clock_hundredths = 29'000;
    CHECK(says(game.deviation(possession_chain), "possession 1 runs from 290 to 0 s; the one before ended at 300 s"));
  }
  SUBCASE("a period without an end") {
    reconciling_game game;
    game.derived.possessions[1].end_clock_hundredths = 100;
    CHECK(says(game.deviation(possession_chain), "the possessions of period 1 end at 1 s"));
  }
  SUBCASE("a period without possessions") {
    reconciling_game game;
    game.derived.possessions.resize(6);
    CHECK(says(game.deviation(possession_chain), "possessions of 3 periods of 4"));
  }
  SUBCASE("a number left out") {
    reconciling_game game;
    game.derived.possessions.erase(game.derived.possessions.begin() + 4);
    CHECK(says(game.deviation(possession_chain), "possession 5 is out of order"));
  }
  SUBCASE("a team that does not play") {
    reconciling_game game;
    game.derived.possessions[5].offense_team_id = 3;
    CHECK(says(game.deviation(possession_chain), "team 3, which does not play"));
  }
}

TEST_CASE("two apart is close, three is close enough, four fails; what is not counted does not count") {
  using enum validation_check;
  reconciling_game game;
  for (const int missing : {0, 1, 2, 3, 4}) {
    CAPTURE(missing);
    CHECK((game.deviation(possessions_closer) == "") == (missing <= 2));
    CHECK((game.deviation(possessions_close) == "") == (missing <= 3));
    CHECK(validate_game(game.rows, game.derived).fails() == (missing > 3));
    if (missing < 4) game.derived.possessions[static_cast<std::size_t>(2 * missing)].is_counted = false;
  }
  CHECK(game.deviation(possessions_close) == "0 and 4 possessions");
}

TEST_CASE("an independent count is compared team by team") {
  const auto reference =
      *parse_possession_reference("game_id,team_id,possessions\n0022400001,1,5\r\n0022400001,2,6\n0022400002,1,99\n");
  const reconciling_game game;
  const auto checked = validate_game(game.rows, game.derived, reference);
  CHECK(checked.teams_compared == 2);
  CHECK(checked.teams_close == 1);
  CHECK(game.deviation(validation_check::possessions_counted, reference) ==
        "team 2: 4 possessions, the other count has 6");
  CHECK_FALSE(checked.fails());  // two counts may differ on purpose
}

TEST_CASE("a reference that is none names its line") {
  CHECK(parse_possession_reference("game,team\n").error().where == "line 1");
  CHECK(parse_possession_reference("game_id,team_id,possessions\n0022400001,1,5\n22400001,1,5\n").error().where ==
        "line 3");
  CHECK_FALSE(parse_possession_reference("game_id,team_id,possessions\n0022400001,1\n"));
  CHECK_FALSE(parse_possession_reference("game_id,team_id,possessions\n0022400001,1,many\n"));
  CHECK(parse_possession_reference("")->empty());
}

TEST_CASE("what is stored is compared with the schedule, and players' points with their events") {
  reconciling_game game;
  game.rows.game.game_date = *parse_date("2024-10-22");
  planned_game planned;
  planned.id = game.rows.game.game_id;
  planned.date = game.rows.game.game_date;
  planned.status = game_status::final;
  planned.home_team_id = home;
  planned.away_team_id = away;
  planned.home_score = 8;
  planned.away_score = 0;
  const auto deviation = [&](validation_check check) {
    const auto checked = validate_game(game.rows, game.derived, {}, &planned);
    return std::pair{checked.deviations[static_cast<std::size_t>(check)].value_or("not compared"), checked.fails()};
  };
  CHECK(deviation(validation_check::schedule) == std::pair{std::string{}, false});
  CHECK(deviation(validation_check::schedule_score) == std::pair{std::string{}, false});
  planned.home_score = 9;
  CHECK(says(deviation(validation_check::schedule_score).first, "9 : 0"));
  CHECK_FALSE(deviation(validation_check::schedule_score).second);
  planned.date += date::days{1};
  CHECK(says(deviation(validation_check::schedule).first, "2024-10-23"));
  CHECK(deviation(validation_check::schedule).second);
  planned.date = game.rows.game.game_date;
  planned.away_team_id = 3;
  CHECK(deviation(validation_check::schedule).second);
  game.rows.player_stats[0].line.points = 2;
  CHECK(says(game.deviation(validation_check::player_points), "player 1 has 2 points"));
  CHECK(validate_game(game.rows, game.derived).fails());
}

TEST_CASE("a season's sums count games, and team-games where counts are compared") {
  const auto reference = *parse_possession_reference("game_id,team_id,possessions\n0022400001,1,5\n0022400001,2,6\n");
  const reconciling_game good;
  reconciling_game bad;
  bad.derived.on_court[0].plus_minus = 0;
  const auto sums =
      sum_up({validate_game(good.rows, good.derived, reference), validate_game(bad.rows, bad.derived, reference)});
  CHECK(sums.games == 2);
  CHECK(sums.failing == 1);
  const auto line = [&](validation_check check) { return sums.lines[static_cast<std::size_t>(check)]; };
  CHECK(line(validation_check::stints_cover).share() == 1);
  CHECK(line(validation_check::plus_minus).share() == 0.5);
  CHECK(line(validation_check::possessions_counted).compared == 4);
  CHECK(line(validation_check::possessions_counted).good == 2);
  CHECK(sums.possessions_mean == 4);
  CHECK(sum_up({}).games == 0);
}

}  // namespace nba
