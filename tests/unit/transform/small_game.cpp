#include "tests/unit/transform/small_game.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"

#include <stdexcept>

namespace nba::test {
namespace {

// Counting statistics by the payload's names, all zero but those given.
json statistics(const json& given, bool of_team) {
  json all = {{"assists", 0},
              {"blocks", 0},
              {"fieldGoalsAttempted", 0},
              {"fieldGoalsMade", 0},
              {"fieldGoalsPercentage", 0.5},
              {"foulsPersonal", 0},
              {"foulsTechnical", 0},
              {"freeThrowsAttempted", 0},
              {"freeThrowsMade", 0},
              {"minutes", "PT00M00.00S"},
              {"points", 0},
              {"reboundsDefensive", 0},
              {"reboundsOffensive", 0},
              {"steals", 0},
              {"threePointersAttempted", 0},
              {"threePointersMade", 0}};
  if (of_team) {
    const char* const names[] = {"reboundsPersonal",   "reboundsTeam",        "reboundsTotal",     "turnovers",
                                 "turnoversTeam",      "turnoversTotal",      "pointsInThePaint",  "pointsFastBreak",
                                 "pointsSecondChance", "pointsFromTurnovers", "benchPoints",       "biggestLead",
                                 "leadChanges",        "timesTied",           "foulsTeamTechnical"};
    for (const auto* name : names) all[name] = 0;
  } else {
    all["reboundsTotal"] = 0;
    all["turnovers"] = 0;
    all["plusMinusPoints"] = 0.0;
  }
  all.update(given);
  return all;
}

json line(std::int64_t id, const char* name, const char* position, const json& given) {
  json player = {{"status", "ACTIVE"}, {"order", 1}, {"personId", id}, {"jerseyNum", "0"}};
  if (*position) player["position"] = position;
  player["starter"] = *position ? "1" : "0";
  player["played"] = "1";
  player["statistics"] = statistics(given, false);
  player["name"] = name;
  player["firstName"] = "First";
  player["familyName"] = name;
  return player;
}

json team(std::int64_t id, const char* city, const char* name, const char* tricode, const std::array<int, 4>& scores) {
  json side = {{"teamId", id}, {"teamName", name}, {"teamCity", city}, {"teamTricode", tricode}};
  side["score"] = scores[0] + scores[1] + scores[2] + scores[3];
  side["periods"] = json::array();
  for (int i = 0; i < 4; ++i)
    side["periods"].push_back(
        {{"period", i + 1}, {"periodType", "REGULAR"}, {"score", scores[static_cast<std::size_t>(i)]}});
  return side;
}

json home_team() {
  auto side = team(home_id, "Boston", "Celtics", "BOS", {3, 2, 2, 0});
  side["players"] = {
      line(101, "Anders", "PG",
           {{"points", 5},
            {"fieldGoalsMade", 1},
            {"fieldGoalsAttempted", 2},
            {"threePointersMade", 1},
            {"threePointersAttempted", 2},
            {"freeThrowsMade", 2},
            {"freeThrowsAttempted", 2},
            {"minutes", "PT33M11.12S"},
            {"plusMinusPoints", 2.0},
            {"turnovers", 1}}),
      line(102, "Brandt", "SG",
           {{"points", 2}, {"fieldGoalsMade", 1}, {"fieldGoalsAttempted", 1}, {"minutes", "PT48M00.00S"}}),
      line(103, "Claes", "SF", {{"assists", 1}, {"reboundsOffensive", 1}, {"reboundsTotal", 1}}),
      line(104, "Dahl", "PF", {{"steals", 1}, {"blocks", 1}, {"reboundsDefensive", 2}, {"reboundsTotal", 2}}),
      line(105, "Ek", "C", {{"foulsPersonal", 3}}),
      line(106, "Falk", "", json::object()),
  };
  auto& absent = side["players"][5];
  absent["status"] = "INACTIVE";
  absent["played"] = "0";
  absent["jerseyNum"] = "00";
  absent["notPlayingReason"] = "INACTIVE_CONCUSSION_PROTOCOL ";
  side["statistics"] = statistics({{"points", 7},
                                   {"fieldGoalsMade", 2},
                                   {"fieldGoalsAttempted", 3},
                                   {"threePointersMade", 1},
                                   {"threePointersAttempted", 2},
                                   {"freeThrowsMade", 2},
                                   {"freeThrowsAttempted", 2},
                                   {"assists", 1},
                                   {"steals", 1},
                                   {"blocks", 1},
                                   {"reboundsOffensive", 1},
                                   {"reboundsDefensive", 2},
                                   {"reboundsPersonal", 3},
                                   {"reboundsTeam", 4},
                                   {"reboundsTotal", 7},
                                   {"turnovers", 1},
                                   {"turnoversTeam", 2},
                                   {"turnoversTotal", 3},
                                   {"foulsPersonal", 3},
                                   {"foulsTechnical", 1},
                                   {"foulsTeamTechnical", 2},
                                   {"minutes", "PT240M00.00S"},
                                   {"pointsInThePaint", 2},
                                   {"pointsFastBreak", 3},
                                   {"pointsSecondChance", 4},
                                   {"pointsFromTurnovers", 5},
                                   {"benchPoints", 6},
                                   {"biggestLead", 8},
                                   {"leadChanges", 9},
                                   {"timesTied", 10}},
                                  true);
  return side;
}

json away_team() {
  auto side = team(away_id, "New York", "Knicks", "NYK", {2, 0, 0, 3});
  side["players"] = {
      line(201, "Green", "PG", {{"points", 2}, {"fieldGoalsMade", 1}, {"fieldGoalsAttempted", 1}}),
      line(202, "Hill", "SG",
           {{"points", 3},
            {"fieldGoalsMade", 1},
            {"fieldGoalsAttempted", 1},
            {"threePointersMade", 1},
            {"threePointersAttempted", 1}}),
      line(203, "Irons", "SF", json::object()),
      line(204, "Jay", "PF", json::object()),
      line(205, "King", "C", json::object()),
  };
  side["statistics"] = statistics({{"points", 5},
                                   {"fieldGoalsMade", 2},
                                   {"fieldGoalsAttempted", 2},
                                   {"threePointersMade", 1},
                                   {"threePointersAttempted", 1},
                                   {"minutes", "PT240M00.00S"}},
                                  true);
  return side;
}

struct play {
  int number;
  int period;
  const char* clock;
  const char* type;
  const char* sub_type;
  std::int64_t team;
  std::int64_t person;
  int home, away;  // score after it
  const char* result = "";
};

constexpr play plays_of_game[] = {
    {1, 1, "PT12M00.00S", "period", "start", 0, 0, 0, 0},
    {2, 1, "PT11M48.00S", "3pt", "Jump Shot", home_id, 101, 3, 0, "Made"},
    {3, 1, "PT00M13.90S", "2pt", "Layup", away_id, 201, 3, 2, "Made"},
    {4, 2, "PT06M30.00S", "2pt", "DUNK", home_id, 102, 5, 2, "Made"},
    {5, 2, "PT06M10.00S", "3pt", "Jump Shot", home_id, 101, 5, 2, "Missed"},
    {6, 2, "PT06M08.00S", "rebound", "offensive", home_id, 103, 5, 2},
    {7, 3, "PT05M00.00S", "foul", "personal", away_id, 203, 5, 2},
    {8, 3, "PT05M00.00S", "freethrow", "1 of 2", home_id, 101, 6, 2, "Made"},
    {9, 3, "PT05M00.00S", "freethrow", "2 of 2", home_id, 101, 7, 2, "Made"},
    {10, 4, "PT00M00.50S", "3pt", "Jump Shot", away_id, 202, 7, 5, "Made"},
    {11, 4, "PT00M00.00S", "game", "end", 0, 0, 7, 5},
};

json play_json(const play& p, serialisation how) {
  const bool strings = how == serialisation::strings;
  const auto score = [strings](int points) { return strings ? json(std::to_string(points)) : json(points); };
  const bool shot = *p.result && std::string(p.type) != "freethrow";
  json action = {{"actionNumber", 100 - p.number},  // out of order, as in real games
                 {"clock", p.clock},
                 {"timeActual", "2024-10-22T23:35:56.4Z"},
                 {"period", p.period},
                 {"periodType", "REGULAR"},
                 {"actionType", p.type},
                 {"subType", p.sub_type},
                 {"qualifiers", json::array()},
                 {"personId", p.person},
                 {"possession", p.team},
                 {"scoreHome", score(p.home)},
                 {"scoreAway", score(p.away)},
                 {"edited", "2024-10-22T23:36:13Z"},
                 {"orderNumber", p.number * 10000},
                 {"description", std::string(p.type) + " of the small game"}};
  if (p.team) action["teamId"] = p.team;
  if (shot) {
    action["x"] = 70.125;
    action["y"] = 50;
    action["shotDistance"] = 26.84;
  } else if (strings) {
    action["x"] = action["y"] = action["shotDistance"] = action["side"] = nullptr;
  }
  if (*p.result) action["shotResult"] = p.result;
  if (p.number == 2) action["assistPersonId"] = 103;
  if (p.number == 3) action["qualifiers"] = {"pointsinthepaint", "fastbreak"};
  if (p.number == 7) action["descriptor"] = "shooting";
  return action;
}

}  // namespace

json box() {
  json game = {{"gameId", small_game_id},
               {"gameTimeLocal", "2024-10-22T19:30:00-04:00"},
               {"gameTimeUTC", "2024-10-22T23:30:00Z"},
               {"gameEt", "2024-10-22T19:30:00-04:00"},
               {"duration", 124},
               {"gameStatusText", "Final"},
               {"gameStatus", 3},
               {"regulationPeriods", 4},
               {"period", 4},
               {"attendance", 19156}};
  game["arena"] = {{"arenaId", 17},      {"arenaName", "TD Garden"}, {"arenaCity", "Boston"},
                   {"arenaState", "MA"}, {"arenaCountry", "US"},     {"arenaTimezone", "America/New_York"}};
  game["officials"] = {{{"personId", 301}, {"name", "Zara Whistle"}, {"jerseyNum", "15"}, {"assignment", "OFFICIAL1"}},
                       {{"personId", 302}, {"name", "Yann Flagg"}, {"jerseyNum", "29"}, {"assignment", "OFFICIAL2"}}};
  game["homeTeam"] = home_team();
  game["awayTeam"] = away_team();
  return {{"meta", {{"version", 1}, {"code", 200}}}, {"game", game}};
}

json plays(serialisation how) {
  json document = json::object();
  if (how == serialisation::strings) document["meta"] = {{"version", 1}, {"code", 200}};
  document["game"] = {{"gameId", small_game_id}, {"actions", json::array()}};
  for (const auto& p : plays_of_game) document["game"]["actions"].push_back(play_json(p, how));
  return document;
}

json& action(json& plays, int order_number) {
  for (auto& candidate : plays["game"]["actions"])
    if (candidate["orderNumber"] == order_number) return candidate;
  throw std::invalid_argument("no such action");
}

json& player(json& box, std::int64_t person_id) {
  for (const auto* side : {"homeTeam", "awayTeam"})
    for (auto& candidate : box["game"][side]["players"])
      if (candidate["personId"] == person_id) return candidate;
  throw std::invalid_argument("no such player");
}

body_ptr body(const std::string& text) { return std::make_shared<const padded_body>(text); }

game_payloads raw_payloads(const std::string& box, const std::string& plays) {
  game_payloads both;
  both.id = *game_id::parse(small_game_id);
  both.bodies[endpoint::boxscore] = body(box);
  both.bodies[endpoint::playbyplay] = body(plays);
  return both;
}

game_payloads payloads(const json& box, const json& plays) { return raw_payloads(box.dump(), plays.dump()); }

result<game_rows> transform(const json& box, const json& plays) {
  return transformer{make_cdn_parser()}.transform(payloads(box, plays));
}

game_rows small_game_rows() { return transform(box(), plays()).value(); }

}  // namespace nba::test
