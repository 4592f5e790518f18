#include "tests/unit/league/checker.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace nba::test {
namespace {

using nlohmann::json;

int score_of(const json& action, const char* key) {
  const auto& value = action.at(key);
  return value.is_string() ? std::stoi(value.get<std::string>()) : value.get<int>();
}

std::string text_of(const json& action, const char* key) {
  const auto found = action.find(key);
  return found == action.end() || found->is_null() ? std::string{} : found->get<std::string>();
}

long number_of(const json& action, const char* key) {
  const auto found = action.find(key);
  return found == action.end() || found->is_null() ? 0 : found->get<long>();
}

bool has(const json& action, const std::string& qualifier) {
  const auto& all = action.at("qualifiers");
  return std::find(all.begin(), all.end(), qualifier) != all.end();
}

// "PT11M58.00S" in hundredths of a second; "PT240M00.00S" too.
int hundredths(const std::string& clock) {
  const auto minutes = clock.find('M');
  return std::stoi(clock.substr(2, minutes - 2)) * 6000 + std::stoi(clock.substr(minutes + 1, 2)) * 100 +
         std::stoi(clock.substr(minutes + 4, 2));
}

int period_hundredths(int period) { return (period <= 4 ? 720 : 300) * 100; }

int elapsed(int period, int left, bool misread) {
  if (misread && left < 6000) left = left / 100 * 100 + left % 100 / 10;
  int passed = 0;
  for (int before = 1; before < period; ++before) passed += period_hundredths(before);
  return passed + period_hundredths(period) - left;
}

struct tally {
  std::map<std::string, int> counts;  // by the box score's own names
  int seconds = 0;                    // hundredths
  int plus = 0, minus = 0;
  int since = 0;
};

class game_checker {
 public:
  game_checker(const json& box, const json& plays, bool misread) : box_(box.at("game")), misread_(misread) {
    actions_ = plays.at("game").at("actions").get<std::vector<json>>();
    std::stable_sort(actions_.begin(), actions_.end(), [](const json& a, const json& b) {
      return a.at("orderNumber").get<long>() < b.at("orderNumber").get<long>();
    });
    expect(plays.at("game").at("gameId") == box_.at("gameId"), "the documents are of different games");
  }

  std::vector<std::string> run() && {
    read_teams();
    for (std::size_t i = 0; i < actions_.size(); ++i) follow(i);
    finish();
    return std::move(problems_);
  }

 private:
  void expect(bool holds, const std::string& problem) {
    if (!holds) problems_.push_back(problem);
  }
  template <class Left, class Right>
  void equal(const std::string& what, const Left& from_events, const Right& from_box) {
    if (from_events == from_box) return;
    std::ostringstream text;
    text << what << ": events say " << from_events << ", box score says " << from_box;
    problems_.push_back(text.str());
  }

  void read_teams() {
    for (int side = 0; side < 2; ++side) {
      const auto& team = box_.at(side == 0 ? "homeTeam" : "awayTeam");
      team_id_[side] = team.at("teamId").get<long>();
      int starters = 0, on_court = 0;
      for (const auto& player : team.at("players")) {
        const long id = player.at("personId").get<long>();
        expect(team_of_.emplace(id, side).second, "a player is listed twice");
        if (player.at("starter") == "1") court_[side].insert(id), ++starters;
        on_court += player.at("oncourt") == "1" ? 1 : 0;
      }
      equal("starters", starters, 5);
      equal("on court at the end", on_court, 5);
    }
  }

  int side_of(const json& action) const {
    const long team = number_of(action, "teamId");
    return team == team_id_[0] ? 0 : team == team_id_[1] ? 1 : -1;
  }

  void follow(std::size_t i) {
    const auto& action = actions_[i];
    const auto type = action.at("actionType").get<std::string>();
    numbers(action, type);
    if (type == "substitution") return substitute(action);
    for (int side = 0; side < 2; ++side) expect(court_[side].size() == 5, "not five on the court at " + where(action));
    acts_on_court(action, type);
    const bool made = text_of(action, "shotResult") == "Made";
    const int points = !made ? 0 : type == "2pt" ? 2 : type == "3pt" ? 3 : type == "freethrow" ? 1 : 0;
    if (points > 0) score(i, points, type == "freethrow");
    equal("home score at " + where(action), score_[0], score_of(action, "scoreHome"));
    equal("away score at " + where(action), score_[1], score_of(action, "scoreAway"));
    count(i, type, made, points);
    if (type == "freethrow") check_trip(i);
  }

  std::string where(const json& action) const {
    return std::to_string(action.at("orderNumber").get<long>()) + " (" + action.at("actionType").get<std::string>() +
           ")";
  }

  void numbers(const json& action, const std::string& type) {
    expect(orders_.insert(action.at("orderNumber").get<long>()).second, "orderNumber twice at " + where(action));
    expect(action_numbers_.insert(action.at("actionNumber").get<int>()).second,
           "actionNumber twice at " + where(action));
    const int period = action.at("period").get<int>();
    const int left = hundredths(action.at("clock").get<std::string>());
    expect(period == period_ || period == period_ + 1, "a period is skipped at " + where(action));
    if (period != period_) clock_ = period_hundredths(period);
    if (type != "memo") {
      expect(left <= clock_, "the clock rises at " + where(action));
      clock_ = left;
    }
    expect(left >= 6000 ? left % 100 == 0 : left % 10 == 0, "a clock no arena shows at " + where(action));
    period_ = period;
    ++events_in_period_[period];
    if (type == "game") game_ended_ = true;
  }

  void substitute(const json& action) {
    const int side = side_of(action);
    const long who = number_of(action, "personId");
    const int now = elapsed(period_, hundredths(action.at("clock").get<std::string>()), misread_);
    if (action.at("subType") == "out") {
      expect(court_[side].erase(who) == 1, "somebody leaves who was not there at " + where(action));
      tally_[who].seconds += now - tally_[who].since;
    } else {
      expect(team_of_.count(who) == 1 && team_of_[who] == side, "a stranger comes in at " + where(action));
      expect(court_[side].insert(who).second, "somebody comes in who was there at " + where(action));
      tally_[who].since = now;
    }
    appeared_.insert(who);
  }

  // Nobody shoots, rebounds, loses the ball or fouls from the bench.
  void acts_on_court(const json& action, const std::string& type) {
    const long who = number_of(action, "personId");
    if (who == 0 || type == "ejection") return;
    const int side = side_of(action);
    expect(side >= 0 && court_[side].count(who) == 1, "somebody acts from the bench at " + where(action));
    for (const auto* key : {"assistPersonId", "stealPersonId", "blockPersonId", "foulDrawnPersonId",
                            "jumpBallWonPersonId", "jumpBallLostPersonId"}) {
      const long also = number_of(action, key);
      if (also != 0)
        expect(court_[team_of_[also]].count(also) == 1, std::string(key) + " is on the bench at " + where(action));
    }
  }

  // The foul a free throw was given for: same period and clock, by the other team, technical for technical, flagrant
  // for flagrant, with free throws; the latest before it.
  const json* foul_of(std::size_t i) const {
    const auto& shot = actions_[i];
    const auto kind = text_of(shot, "descriptor");
    for (std::size_t k = i; k-- > 0;) {
      const auto& foul = actions_[k];
      if (foul.at("period") != shot.at("period")) break;
      if (foul.at("actionType") == "memo") continue;
      if (foul.at("clock") != shot.at("clock")) break;
      if (foul.at("actionType") != "foul" || number_of(foul, "teamId") == number_of(shot, "teamId")) continue;
      const bool technical = foul.at("subType") == "technical";
      if (technical != (kind == "technical")) continue;
      const bool flagrant = text_of(foul, "descriptor").rfind("flagrant", 0) == 0;
      if (flagrant != (kind == "flagrant")) continue;
      if (has(foul, "1freethrow") || has(foul, "2freethrow") || has(foul, "3freethrow")) return &foul;
    }
    return nullptr;
  }

  void score(std::size_t i, int points, bool free_throw) {
    const auto& action = actions_[i];
    const int side = side_of(action);
    score_[side] += points;
    period_points_[{side, period_}] += points;
    const auto* responsible = court_;
    if (free_throw) {
      const auto* foul = foul_of(i);
      expect(foul != nullptr, "a free throw without a foul at " + where(action));
      if (foul != nullptr) responsible = court_at_foul_[foul->at("orderNumber").get<long>()].data();
    }
    for (const long who : responsible[side]) tally_[who].plus += points;
    for (const long who : responsible[1 - side]) tally_[who].minus += points;
  }

  void check_trip(std::size_t i) {
    const auto& shot = actions_[i];
    const auto* foul = foul_of(i);
    if (foul == nullptr) return;
    const auto trip = shot.at("subType").get<std::string>();  // "1 of 2"
    expect(has(*foul, trip.substr(5) + "freethrow"), "the foul gave another number of free throws at " + where(shot));
    const long fouled = number_of(*foul, "foulDrawnPersonId");
    if (foul->at("subType") != "technical")
      equal("free throw shooter at " + where(shot), number_of(shot, "personId"), fouled);
    auto& next = next_of_trip_[foul->at("orderNumber").get<long>()];
    equal("number in the trip at " + where(shot), std::to_string(++next), trip.substr(0, 1));
  }

  void count(std::size_t i, const std::string& type, bool made, int points) {
    const auto& action = actions_[i];
    const long who = number_of(action, "personId");
    const int side = side_of(action);
    auto& mine = tally_[who].counts;
    auto& team = team_counts_[side < 0 ? 0 : side];
    for (const auto& [qualifier, name] : {std::pair{"fastbreak", "pointsFastBreak"},
                                          {"pointsinthepaint", "pointsInThePaint"},
                                          {"2ndchance", "pointsSecondChance"}})
      if (has(action, qualifier)) mine[name] += points;
    if (has(action, "fromturnover")) team["pointsFromTurnovers"] += points;
    mine["points"] += points;
    if (points > 0) equal("running points at " + where(action), mine["points"], number_of(action, "pointsTotal"));
    if (type == "2pt" || type == "3pt") {
      const std::string name = type == "2pt" ? "twoPointers" : "threePointers";
      ++mine[name + "Attempted"], ++mine["fieldGoalsAttempted"];
      if (made) ++mine[name + "Made"], ++mine["fieldGoalsMade"];
      expect(number_of(action, "isFieldGoal") == 1, "a shot is no field goal at " + where(action));
      if (const long passer = number_of(action, "assistPersonId"); passer != 0)
        equal("running assists at " + where(action), ++tally_[passer].counts["assists"],
              number_of(action, "assistTotal"));
      if (number_of(action, "blockPersonId") != 0) ++mine["blocksReceived"];
    } else if (type == "freethrow") {
      ++mine["freeThrowsAttempted"];
      if (made) ++mine["freeThrowsMade"];
    } else if (type == "rebound") {
      const bool offensive = action.at("subType") == "offensive";
      if (who == 0)
        ++team[offensive ? "reboundsTeamOffensive" : "reboundsTeamDefensive"];
      else
        ++mine[offensive ? "reboundsOffensive" : "reboundsDefensive"];
      check_rebound(i);
    } else if (type == "turnover") {
      ++(who == 0 ? team["turnoversTeam"] : mine["turnovers"]);
    } else if (type == "steal") {
      ++mine["steals"];
      const auto& before = actions_[i - 1];
      expect(before.at("actionType") == "turnover" && number_of(before, "stealPersonId") == who,
             "a steal without its turnover at " + where(action));
    } else if (type == "block") {
      ++mine["blocks"];
      expect(number_of(actions_[i - 1], "blockPersonId") == who, "a block without its shot at " + where(action));
    } else if (type == "foul") {
      count_foul(action, side, who);
    }
  }

  void check_rebound(std::size_t i) {
    const auto& action = actions_[i];
    const long shot = number_of(action, "shotActionNumber");
    for (std::size_t k = i; k-- > 0;)
      if (actions_[k].at("actionNumber").get<long>() == shot) {
        expect(text_of(actions_[k], "shotResult") == "Missed", "a rebound of a made shot at " + where(action));
        const bool same = number_of(actions_[k], "teamId") == number_of(action, "teamId");
        expect(same == (action.at("subType") == "offensive"), "a rebound of the wrong kind at " + where(action));
        return;
      }
    expect(false, "a rebound of no shot at " + where(action));
  }

  void count_foul(const json& action, int side, long who) {
    court_at_foul_[action.at("orderNumber").get<long>()] = {court_[0], court_[1]};
    if (const long fouled = number_of(action, "foulDrawnPersonId"); fouled != 0) ++tally_[fouled].counts["foulsDrawn"];
    auto& mine = tally_[who].counts;
    auto& team = team_counts_[side];
    if (action.at("subType") == "technical") {
      const bool of_team = who == 0 || text_of(action, "descriptor") == "defensive-3-second";
      ++(of_team ? team["foulsTeamTechnical"] : mine["foulsTechnical"]);
      return;
    }
    ++mine["foulsPersonal"];
    expect(mine["foulsPersonal"] <= 6, "a seventh foul at " + where(action));
    if (action.at("subType") == "offensive")
      ++mine["foulsOffensive"];
    else
      ++team["foulsTeam"];
  }

  void finish() {
    expect(game_ended_, "the game does not end");
    equal("periods", period_, box_.at("period").get<int>());
    for (int period = 1; period <= period_; ++period)
      expect(events_in_period_[period] > 2, "nothing happens in period " + std::to_string(period));
    expect(score_[0] != score_[1], "nobody wins");
    const int end = elapsed(period_, 0, misread_);
    for (int side = 0; side < 2; ++side)
      for (const long who : court_[side]) tally_[who].seconds += end - tally_[who].since;
    for (int side = 0; side < 2; ++side) compare_team(side);
  }

  void compare_team(int side) {
    const auto& team = box_.at(side == 0 ? "homeTeam" : "awayTeam");
    const auto name = team.at("teamTricode").get<std::string>();
    equal(name + " score", score_[side], team.at("score").get<int>());
    int sum = 0;
    for (const auto& period : team.at("periods")) {
      equal(name + " period", period_points_[{side, period.at("period").get<int>()}], period.at("score").get<int>());
      sum += period.at("score").get<int>();
    }
    equal(name + " sum of periods", score_[side], sum);
    std::map<std::string, int> totals = team_counts_[side];
    int seconds = 0;
    for (const auto& player : team.at("players")) {
      const long id = player.at("personId").get<long>();
      compare_player(player, name + ' ' + player.at("name").get<std::string>(), id, court_[side].count(id) == 1);
      for (const auto& [key, value] : tally_[id].counts) totals[key] += value;
      seconds += tally_[id].seconds;
    }
    const auto& statistics = team.at("statistics");
    equal(name + " minutes", seconds, hundredths(statistics.at("minutes").get<std::string>()));
    totals["pointsAgainst"] = score_[1 - side];
    totals["reboundsPersonal"] = totals["reboundsOffensive"] + totals["reboundsDefensive"];
    totals["reboundsTeam"] = totals["reboundsTeamOffensive"] + totals["reboundsTeamDefensive"];
    totals["reboundsTotal"] = totals["reboundsPersonal"] + totals["reboundsTeam"];
    totals["turnoversTotal"] = totals["turnovers"] + totals["turnoversTeam"];
    for (const auto& [key, value] : totals) equal(name + ' ' + key, value, statistics.at(key).get<int>());
  }

  void compare_player(const json& player, const std::string& name, long id, bool on_court) {
    const auto& statistics = player.at("statistics");
    auto& mine = tally_[id];
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
      equal(name + ' ' + key, mine.counts[key], statistics.at(key).get<int>());
    equal(name + " reboundsTotal", mine.counts["reboundsOffensive"] + mine.counts["reboundsDefensive"],
          statistics.at("reboundsTotal").get<int>());
    equal(name + " minutes", mine.seconds, hundredths(statistics.at("minutes").get<std::string>()));
    equal(name + " plus", mine.plus, static_cast<int>(statistics.at("plus").get<double>()));
    equal(name + " minus", mine.minus, static_cast<int>(statistics.at("minus").get<double>()));
    equal(name + " plusMinusPoints", mine.plus - mine.minus,
          static_cast<int>(statistics.at("plusMinusPoints").get<double>()));
    equal(name + " oncourt", on_court ? "1" : "0", player.at("oncourt").get<std::string>());
    const bool played = player.at("starter") == "1" || appeared_.count(id) == 1;
    if (played) equal(name + " played", std::string{"1"}, player.at("played").get<std::string>());
  }

  const json& box_;
  bool misread_;
  std::vector<json> actions_;
  long team_id_[2] = {0, 0};
  std::map<long, int> team_of_;
  std::set<long> court_[2];
  std::map<long, std::array<std::set<long>, 2>> court_at_foul_;
  std::map<long, int> next_of_trip_;
  std::map<long, tally> tally_;
  std::map<std::string, int> team_counts_[2];
  std::map<std::pair<int, int>, int> period_points_;
  std::map<int, int> events_in_period_;
  std::set<long> orders_, appeared_;
  std::set<int> action_numbers_;
  int score_[2] = {0, 0};
  int period_ = 1, clock_ = 72000;
  bool game_ended_ = false;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> contradictions(const std::string& boxscore, const std::string& playbyplay,
                                        bool misread_tenths) {
  const auto box = json::parse(boxscore);
  const auto plays = json::parse(playbyplay);
  return game_checker(box, plays, misread_tenths).run();
}

}  // namespace nba::test
