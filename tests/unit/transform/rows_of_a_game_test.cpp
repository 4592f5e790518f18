// What becomes of each part of the payloads.
#include "tests/unit/transform/small_game.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <utility>

namespace nba {
namespace {

using test::box;
using test::json;
using test::plays;
using test::serialisation;
using test::transform;

TEST_CASE("the game row has the box score's facts and the ET date") {
  auto both = test::payloads(box(), plays());
  both.is_neutral = true;
  both.origin.source = "cdn";
  const auto rows = transformer{make_cdn_parser()}.transform(both).value();
  const auto& game = rows.game;
  CHECK(game.game_id.str() == "0022400061");
  CHECK(format_date(game.game_date) == "2024-10-22");
  CHECK(format_timestamp(game.tipoff_utc) == "2024-10-22T23:30:00.000Z");
  CHECK(game.status == 3);
  CHECK(game.home_team_id == test::home_id);
  CHECK(game.away_team_id == test::away_id);
  CHECK(game.home_tricode == "BOS");
  CHECK(game.away_tricode == "NYK");
  CHECK(game.home_score == 7);
  CHECK(game.away_score == 5);
  CHECK(game.periods == 4);
  CHECK(game.duration_minutes == 124);
  CHECK(game.attendance == 19156);
  CHECK(game.arena_id == 17);
  CHECK(game.arena_name == "TD Garden");
  CHECK(game.arena_city == "Boston");
  CHECK(game.arena_state == "MA");
  CHECK(game.arena_country == "US");
  CHECK(game.arena_timezone == "America/New_York");
  CHECK(game.is_neutral);
  CHECK(rows.origin.source == "cdn");
}

TEST_CASE("a late game keeps its ET date although UTC has the next one") {
  auto document = box();
  document["game"]["gameEt"] = "2024-10-22T22:30:00-04:00";
  document["game"]["gameTimeUTC"] = "2024-10-23T02:30:00Z";
  const auto rows = transform(document, plays()).value();
  CHECK(format_date(rows.game.game_date) == "2024-10-22");
  CHECK(format_timestamp(rows.game.tipoff_utc) == "2024-10-23T02:30:00.000Z");
}

TEST_CASE("nobody in the stands is a number, an unknown attendance and a length of 0 minutes are not") {
  auto document = box();
  document["game"]["attendance"] = 0;
  document["game"]["duration"] = 0;
  auto rows = transform(document, plays()).value();
  CHECK(rows.game.attendance == 0);
  CHECK_FALSE(rows.game.duration_minutes.has_value());
  document["game"].erase("attendance");
  document["game"]["duration"] = nullptr;
  rows = transform(document, plays()).value();
  CHECK_FALSE(rows.game.attendance.has_value());
  CHECK_FALSE(rows.game.duration_minutes.has_value());
}

TEST_CASE("teams, their statistics and their periods come home first") {
  auto document = box();
  // Whatever the order of the keys.
  const auto home = document["game"]["homeTeam"];
  document["game"].erase("homeTeam");
  document["game"]["homeTeam"] = home;
  const auto rows = transform(document, plays()).value();
  REQUIRE(rows.teams.size() == 2);
  CHECK(rows.teams[0].team_id == test::home_id);
  CHECK(rows.teams[0].tricode == "BOS");
  CHECK(rows.teams[0].city == "Boston");
  CHECK(rows.teams[0].name == "Celtics");
  CHECK(rows.teams[1].team_id == test::away_id);
  REQUIRE(rows.team_stats.size() == 2);
  CHECK(rows.team_stats[0].team_id == test::home_id);
  CHECK(rows.team_stats[1].team_id == test::away_id);
  REQUIRE(rows.period_scores.size() == 8);
  CHECK(rows.period_scores[0].team_id == test::home_id);
  CHECK(rows.period_scores[1].period == 2);
  CHECK(rows.period_scores[1].points == 2);
  CHECK(rows.period_scores[7].team_id == test::away_id);
  CHECK(rows.period_scores[7].points == 3);
}

TEST_CASE("team statistics take the players' rebounds and all turnovers") {
  const auto stats = test::small_game_rows().team_stats.at(0);
  const auto& line = stats.line;
  CHECK(line.points == 7);
  CHECK(std::pair(line.fgm, line.fga) == std::pair(2, 3));
  CHECK(std::pair(line.fg3m, line.fg3a) == std::pair(1, 2));
  CHECK(std::pair(line.ftm, line.fta) == std::pair(2, 2));
  CHECK(line.oreb == 1);
  CHECK(line.dreb == 2);
  CHECK(line.reb == 3);        // reboundsPersonal, not the total of 7
  CHECK(stats.team_reb == 4);  // reboundsTeam
  CHECK(line.tov == 3);        // turnoversTotal, not the players' 1
  CHECK(stats.team_tov == 2);
  CHECK(line.ast == 1);
  CHECK(line.stl == 1);
  CHECK(line.blk == 1);
  CHECK(line.pf == 3);
  CHECK(stats.technical_fouls == 3);  // 1 of a player, 2 of the team
  CHECK(stats.seconds_played_hundredths == 1'440'000);
  CHECK(stats.points_in_paint == 2);
  CHECK(stats.points_fast_break == 3);
  CHECK(stats.points_second_chance == 4);
  CHECK(stats.points_off_turnovers == 5);
  CHECK(stats.bench_points == 6);
  CHECK(stats.biggest_lead == 8);
  CHECK(stats.lead_changes == 9);
  CHECK(stats.times_tied == 10);
}

TEST_CASE("a player's line has flags as booleans and official minutes to the hundredth") {
  const auto rows = test::small_game_rows();
  REQUIRE(rows.players.size() == 11);
  REQUIRE(rows.player_stats.size() == 11);
  CHECK(rows.players[0].player_id == 101);
  CHECK(rows.players[0].name == "Anders");
  CHECK(rows.players[0].first_name == "First");
  CHECK(rows.players[0].family_name == "Anders");
  const auto& starter = rows.player_stats[0];
  CHECK(starter.team_id == test::home_id);
  CHECK(starter.player_id == 101);
  CHECK(starter.position == "PG");
  CHECK(starter.starter);
  CHECK(starter.played);
  CHECK(starter.not_playing_reason.empty());
  CHECK(starter.seconds_played_hundredths == 199'112);  // 33 * 60 + 11.12 s
  CHECK(starter.line.points == 5);
  CHECK(starter.line.fg3a == 2);
  CHECK(starter.line.ftm == 2);
  CHECK(starter.line.tov == 1);
  CHECK(starter.plus_minus == 2);
  CHECK(rows.player_stats[2].line.ast == 1);
  CHECK(rows.player_stats[2].line.oreb == 1);
  CHECK(rows.player_stats[3].line.reb == 2);
  CHECK(rows.player_stats[4].line.pf == 3);
}

TEST_CASE("a player who did not play has a trimmed reason, no position, and keeps his 00") {
  const auto absent = test::small_game_rows().player_stats.at(5);
  CHECK(absent.player_id == 106);
  CHECK_FALSE(absent.starter);
  CHECK_FALSE(absent.played);
  CHECK(absent.position.empty());
  CHECK(absent.not_playing_reason == "INACTIVE_CONCUSSION_PROTOCOL");
  CHECK(absent.jersey_number == "00");
  CHECK(absent.seconds_played_hundredths == 0);
}

TEST_CASE("a player who did not play needs no statistics, one who did does") {
  auto document = box();
  test::player(document, 106).erase("statistics");
  CHECK(transform(document, plays()).has_value());
  test::player(document, 103).erase("statistics");
  const auto failed = transform(document, plays());
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().where == "game.homeTeam.players[2].statistics");
}

TEST_CASE("officials") {
  const auto rows = test::small_game_rows();
  REQUIRE(rows.officials.size() == 2);
  CHECK(rows.officials[1].official_id == 302);
  CHECK(rows.officials[1].name == "Yann Flagg");
  CHECK(rows.officials[1].assignment == "OFFICIAL2");
  CHECK(rows.officials[1].jersey_number == "29");
  auto document = box();
  document["game"].erase("officials");
  CHECK(transform(document, plays()).value().officials.empty());
}

TEST_CASE("an unknown arena leaves its columns empty") {
  auto document = box();
  document["game"].erase("arena");
  const auto rows = transform(document, plays()).value();
  CHECK_FALSE(rows.game.arena_id.has_value());
  CHECK(rows.game.arena_name.empty());
}

TEST_CASE("flags and numbers are read in any of their forms") {
  auto document = box();
  test::player(document, 101)["starter"] = 1;
  test::player(document, 102)["starter"] = true;
  test::player(document, 106)["starter"] = false;
  document["game"]["homeTeam"]["score"] = "7";
  document["game"]["awayTeam"]["teamId"] = std::to_string(test::away_id);
  test::player(document, 101)["statistics"]["points"] = 5.0;
  test::player(document, 101)["statistics"]["plusMinusPoints"] = "-3";
  const auto rows = transform(document, plays()).value();
  CHECK(rows.player_stats[0].starter);
  CHECK(rows.player_stats[1].starter);
  CHECK(rows.game.home_score == 7);
  CHECK(rows.game.away_team_id == test::away_id);
  CHECK(rows.player_stats[0].line.points == 5);
  CHECK(rows.player_stats[0].plus_minus == -3);
  for (const json& neither : {json(2), json(-1), json("2"), json("yes")}) {
    document = box();
    test::player(document, 101)["played"] = neither;
    CHECK(transform(document, plays()).error().where == "game.homeTeam.players[0].played");
  }
}

TEST_CASE("row_count counts every row, approximate_bytes grows with what the rows hold") {
  auto rows = test::small_game_rows();
  // 1 game, 2 teams, 11 players, 8 periods, 2 officials, 2 + 11 lines, 11 events.
  CHECK(rows.row_count() == 48);
  const auto bytes = rows.approximate_bytes();
  CHECK(bytes > 11 * sizeof(pbp_event_row));
  rows.events.front().description.assign(1000, 'x');
  CHECK(rows.approximate_bytes() >= bytes + 900);
  const auto more = rows.approximate_bytes();
  rows.players.front().name.assign(500, 'x');
  CHECK(rows.approximate_bytes() >= more + 500);
}

}  // namespace
}  // namespace nba
