#include "tests/unit/league/checker_book.hpp"

namespace nba::test {
namespace {

void compare_player(book& told, const json& player, const std::string& name, long id, bool on_court) {
  const auto& statistics = player.at("statistics");
  auto& mine = told.players[id];
  for (const auto* key : {"points",
                          "fieldGoalsAttempted",
                          "fieldGoalsMade",
                          "twoPointersAttempted",
                          "twoPointersMade",
                          "threePointersAttempted",
                          "threePointersMade",
                          "freeThrowsAttempted",
                          "freeThrowsMade",
                          "reboundsOffensive",
                          "reboundsDefensive",
                          "assists",
                          "steals",
                          "blocks",
                          "blocksReceived",
                          "turnovers",
                          "foulsPersonal",
                          "foulsOffensive",
                          "foulsDrawn",
                          "foulsTechnical",
                          "pointsFastBreak",
                          "pointsInThePaint",
                          "pointsSecondChance"})
    told.equal(name + ' ' + key, mine.counts[key], statistics.at(key).get<int>());
  told.equal(name + " reboundsTotal", mine.counts["reboundsOffensive"] + mine.counts["reboundsDefensive"],
             statistics.at("reboundsTotal").get<int>());
  told.equal(name + " minutes", mine.seconds, hundredths(statistics.at("minutes").get<std::string>()));
  told.equal(name + " plus", mine.plus, static_cast<int>(statistics.at("plus").get<double>()));
  told.equal(name + " minus", mine.minus, static_cast<int>(statistics.at("minus").get<double>()));
  told.equal(name + " plusMinusPoints", mine.plus - mine.minus,
             static_cast<int>(statistics.at("plusMinusPoints").get<double>()));
  told.equal(name + " oncourt", on_court ? "1" : "0", player.at("oncourt").get<std::string>());
  const bool played = player.at("starter") == "1" || told.appeared.count(id) == 1;
  if (played) told.equal(name + " played", std::string{"1"}, player.at("played").get<std::string>());
}

void compare_team(book& told, const json& box, int side) {
  const auto& team = box.at(side == 0 ? "homeTeam" : "awayTeam");
  const auto name = team.at("teamTricode").get<std::string>();
  told.equal(name + " score", told.score[side], team.at("score").get<int>());
  int sum = 0;
  for (const auto& period : team.at("periods")) {
    told.equal(name + " period", told.period_points[{side, period.at("period").get<int>()}],
               period.at("score").get<int>());
    sum += period.at("score").get<int>();
  }
  told.equal(name + " sum of periods", told.score[side], sum);
  std::map<std::string, int> totals = told.team_counts[side];
  int seconds = 0;
  for (const auto& player : team.at("players")) {
    const long id = player.at("personId").get<long>();
    compare_player(told, player, name + ' ' + player.at("name").get<std::string>(), id,
                   told.court[side].count(id) == 1);
    for (const auto& [key, value] : told.players[id].counts) totals[key] += value;
    seconds += told.players[id].seconds;
  }
  const auto& statistics = team.at("statistics");
  told.equal(name + " minutes", seconds, hundredths(statistics.at("minutes").get<std::string>()));
  totals["pointsAgainst"] = told.score[1 - side];
  totals["reboundsPersonal"] = totals["reboundsOffensive"] + totals["reboundsDefensive"];
  totals["reboundsTeam"] = totals["reboundsTeamOffensive"] + totals["reboundsTeamDefensive"];
  totals["reboundsTotal"] = totals["reboundsPersonal"] + totals["reboundsTeam"];
  totals["turnoversTotal"] = totals["turnovers"] + totals["turnoversTeam"];
  for (const auto& [key, value] : totals) told.equal(name + ' ' + key, value, statistics.at(key).get<int>());
}

}  // namespace

void compare_with_boxscore(book& told, const json& boxscore) {
  const auto& box = boxscore.at("game");
  told.equal("periods", told.periods, box.at("period").get<int>());
  for (int side = 0; side < 2; ++side) compare_team(told, box, side);
}

}  // namespace nba::test
