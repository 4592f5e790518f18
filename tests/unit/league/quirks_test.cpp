#include "tests/unit/league/samples.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace nba;
using namespace nba::test;
using nlohmann::json;

namespace {

class quirk_counter {
 public:
  void read(const league& one, const game_id& id) {
    const auto plays_text = *one.playbyplay_json(id);
    const auto plays = json::parse(plays_text);
    const auto box_text = *one.boxscore_json(id);
    const auto box = json::parse(box_text);
    ++games_;
    read_box(box, box_text);
    seen_["play-by-play with meta"] += plays.contains("meta") ? 1 : 0;
    seen_["play-by-play without meta"] += plays.contains("meta") ? 0 : 1;
    auto actions = plays.at("game").at("actions").get<std::vector<json>>();
    const auto order = [](const json& a, const json& b) {
      return a.at("orderNumber").get<long>() < b.at("orderNumber").get<long>();
    };
    const bool sorted = std::is_sorted(actions.begin(), actions.end(), order);
    seen_["actions out of order in the document"] += sorted ? 0 : 1;
    std::sort(actions.begin(), actions.end(), order);
    read_actions(actions);
    seen_["escaped names"] += plays_text.find("\\u0") != std::string::npos ? 1 : 0;
    seen_["raw UTF-8 names"] += std::any_of(plays_text.begin(), plays_text.end(), [](char c) { return c < 0; }) ? 1 : 0;
  }
  int operator[](const std::string& name) { return seen_[name]; }
  int games() const { return games_; }

 private:
  void read_box(const json& box, const std::string& text) {
    const auto& game = box.at("game");
    seen_["box score without meta"] += box.contains("meta") ? 0 : 1;
    seen_["four officials"] += game.at("officials").size() == 4 ? 1 : 0;
    seen_["no duration"] += game.at("duration") == 0 ? 1 : 0;
    seen_["teamFieldGoalAttempts"] += text.find("teamFieldGoalAttempts") != std::string::npos ? 1 : 0;
    for (const auto* side : {"homeTeam", "awayTeam"})
      for (const auto& player : game.at(side).at("players")) {
        const bool none = player.at("statistics").at("minutes") == "PT00M00.00S";
        seen_["played without minutes"] += player.at("played") == "1" && none ? 1 : 0;
        seen_["position of a bench player"] += player.contains("position") && player.at("starter") == "0" ? 1 : 0;
        if (player.contains("notPlayingReason"))
          seen_["reason with a trailing space"] +=
              player.at("notPlayingReason").get<std::string>().back() == ' ' ? 1 : 0;
      }
  }

  void read_actions(const std::vector<json>& actions) {
    int ends = 0;
    bool ended = false, started = false, numbers_fall = false, clock_rises = false, times_fall = false;
    bool between = false, late_edit = false;
    for (std::size_t i = 0; i < actions.size(); ++i) {
      const auto& action = actions[i];
      const auto type = action.at("actionType").get<std::string>();
      seen_["type " + type] += 1;
      const auto& score = action.at("scoreHome");
      if (i == 0) seen_[score.is_string() ? "string scores" : "integer scores"] += 1;
      if (type == "steal" && action.contains("subType") && action.at("subType") == "") seen_["empty subType"] += 1;
      if (type == "steal" && !action.contains("subType")) seen_["absent subType"] += 1;
      if (type == "steal") seen_[action.contains("x") ? "null coordinates" : "absent coordinates"] += 1;
      seen_["event after the end"] += ended && type != "game" ? 1 : 0;
      ended = ended || type == "game";
      ends += type == "game" ? 1 : 0;
      seen_["event before the first period"] += !started && type != "period" ? 1 : 0;
      started = started || type == "period";
      between = between || action.at("orderNumber").get<long>() % 10'000 != 0;
      late_edit = late_edit || action.at("edited").get<std::string>().substr(0, 7) >
                                   action.at("timeActual").get<std::string>().substr(0, 7);
      if (i == 0) continue;
      const auto& before = actions[i - 1];
      numbers_fall = numbers_fall || action.at("actionNumber").get<int>() < before.at("actionNumber").get<int>();
      times_fall =
          times_fall || action.at("timeActual").get<std::string>() < before.at("timeActual").get<std::string>();
      clock_rises = clock_rises || (action.at("period") == before.at("period") &&
                                    action.at("clock").get<std::string>() > before.at("clock").get<std::string>());
    }
    seen_["two game ends"] += ends == 2 ? 1 : 0;
    seen_["action numbers out of order"] += numbers_fall ? 1 : 0;
    seen_["order numbers in between"] += between ? 1 : 0;
    seen_["timeActual backwards"] += times_fall ? 1 : 0;
    seen_["clock rises"] += clock_rises ? 1 : 0;
    seen_["edited months later"] += late_edit ? 1 : 0;
  }

  std::map<std::string, int> seen_;
  int games_ = 0;
};

}  // namespace

TEST_CASE("every quirk of the record occurs somewhere in a season, at about the rate it should") {
  const auto one = full_league();
  quirk_counter quirks;
  std::size_t i = 0;
  for (const auto& game : one->games())
    if (i++ % 2 == 0) quirks.read(*one, game.id);
  const int games = quirks.games();
  REQUIRE(games > 600);
  // Nearly always.
  CHECK(quirks["action numbers out of order"] > games * 9 / 10);
  CHECK(quirks["order numbers in between"] > games * 9 / 10);
  CHECK(quirks["timeActual backwards"] > games * 8 / 10);
  // Both serialisations, often.
  for (const auto* name : {"string scores", "integer scores", "play-by-play with meta", "play-by-play without meta",
                           "null coordinates", "absent coordinates", "empty subType", "absent subType", "escaped names",
                           "raw UTF-8 names", "teamFieldGoalAttempts"})
    CHECK_MESSAGE(quirks[name] > games / 10, name);
  // Now and then.
  for (const auto* name :
       {"box score without meta", "four officials", "no duration", "played without minutes",
        "reason with a trailing space", "two game ends", "event after the end", "event before the first period",
        "clock rises", "edited months later", "actions out of order in the document", "type memo", "type stoppage",
        "type instantreplay", "type ejection", "type violation", "type jumpball", "type courtsensor"})
    CHECK_MESSAGE(quirks[name] > 0, name);
  CHECK(quirks["two game ends"] < games / 20);
  CHECK(quirks["type courtsensor"] < games / 20);
  CHECK(quirks["position of a bench player"] == 0);
}

TEST_CASE("stoppages, replays and memos exist only in the older serialisation") {
  const auto one = short_league();
  for (const auto& game : one->games()) {
    const auto plays = json::parse(*one->playbyplay_json(game.id));
    const auto& actions = plays.at("game").at("actions");
    if (actions.at(0).at("scoreHome").is_string()) continue;
    for (const auto& action : actions) {
      CHECK(action.at("actionType") != "stoppage");
      CHECK(action.at("actionType") != "memo");
    }
  }
}

TEST_CASE("the schedule has its quirks: false Z, dummy years, flags as text, labels") {
  const auto text = full_league()->schedule_json();
  const auto document = json::parse(text);
  int strings = 0, year_one = 0, year_1900 = 0, other_day_in_utc = 0, games = 0;
  for (const auto& date : document.at("leagueSchedule").at("gameDates"))
    for (const auto& game : date.at("games")) {
      ++games;
      strings += game.at("ifNecessary").is_string() ? 1 : 0;
      const auto dummy = game.at("gameTimeEst").get<std::string>();
      year_one += dummy.rfind("0001-01-01T", 0) == 0 ? 1 : 0;
      year_1900 += dummy.rfind("1900-01-01T", 0) == 0 ? 1 : 0;
      const auto est = game.at("gameDateTimeEst").get<std::string>();
      const auto utc = game.at("gameDateTimeUTC").get<std::string>();
      CHECK(est.back() == 'Z');
      CHECK(est != utc);
      CHECK(est.substr(0, 10) == game.at("gameDateEst").get<std::string>().substr(0, 10));
      other_day_in_utc += est.substr(0, 10) == utc.substr(0, 10) ? 0 : 1;
    }
  CHECK(strings > games / 20);
  CHECK(year_one > games / 10);
  CHECK(year_one + year_1900 == games);
  CHECK(other_day_in_utc > games / 2);
}
