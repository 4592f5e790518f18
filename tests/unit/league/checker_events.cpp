#include "tests/unit/league/checker_book.hpp"

#include <algorithm>

namespace nba::test {
namespace {

class event_follower {
 public:
  event_follower(const json& box, const json& plays, bool misread) : box_(box.at("game")), misread_(misread) {
    actions_ = plays.at("game").at("actions").get<std::vector<json>>();
    std::stable_sort(actions_.begin(), actions_.end(), [](const json& a, const json& b) {
      return a.at("orderNumber").get<long>() < b.at("orderNumber").get<long>();
    });
    expect(plays.at("game").at("gameId") == box_.at("gameId"), "the documents are of different games");
  }

  book run() && {
    read_teams();
    for (std::size_t i = 0; i < actions_.size(); ++i) follow(i);
    finish();
    return std::move(told_);
  }

 private:
  void expect(bool holds, const std::string& problem) { told_.expect(holds, problem); }
  template <class Left, class Right>
  void equal(const std::string& what, const Left& left, const Right& right) {
    told_.equal(what, left, right);
  }

  void read_teams() {
    for (int side = 0; side < 2; ++side) {
      const auto& team = box_.at(side == 0 ? "homeTeam" : "awayTeam");
      team_id_[side] = team.at("teamId").get<long>();
      int starters = 0, on_court = 0;
      for (const auto& player : team.at("players")) {
        const long id = player.at("personId").get<long>();
        expect(team_of_.emplace(id, side).second, "a player is listed twice");
        if (player.at("starter") == "1") told_.court[side].insert(id), ++starters;
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
    for (int side = 0; side < 2; ++side)
      expect(told_.court[side].size() == 5, "not five on the court at " + where(action));
    acts_on_court(action, type);
    const bool made = text_of(action, "shotResult") == "Made";
    const int points = !made ? 0 : type == "2pt" ? 2 : type == "3pt" ? 3 : type == "freethrow" ? 1 : 0;
    if (points > 0) score(i, points, type == "freethrow");
    equal("home score at " + where(action), told_.score[0], score_of(action, "scoreHome"));
    equal("away score at " + where(action), told_.score[1], score_of(action, "scoreAway"));
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
      expect(told_.court[side].erase(who) == 1, "somebody leaves who was not there at " + where(action));
      told_.players[who].seconds += now - told_.players[who].since;
    } else {
      expect(team_of_.count(who) == 1 && team_of_[who] == side, "a stranger comes in at " + where(action));
      expect(told_.court[side].insert(who).second, "somebody comes in who was there at " + where(action));
      told_.players[who].since = now;
    }
    told_.appeared.insert(who);
  }

  // Nobody shoots, rebounds, loses the ball or fouls from the bench.
  void acts_on_court(const json& action, const std::string& type) {
    const long who = number_of(action, "personId");
    if (who == 0 || type == "ejection") return;
    const int side = side_of(action);
    expect(side >= 0 && told_.court[side].count(who) == 1, "somebody acts from the bench at " + where(action));
    for (const auto* key : {"assistPersonId", "stealPersonId", "blockPersonId", "foulDrawnPersonId",
                            "jumpBallWonPersonId", "jumpBallLostPersonId"}) {
      const long also = number_of(action, key);
      if (also != 0)
        expect(told_.court[team_of_[also]].count(also) == 1, std::string(key) + " is on the bench at " + where(action));
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
    told_.score[side] += points;
    told_.period_points[{side, period_}] += points;
    const auto* responsible = &told_.court;
    if (free_throw) {
      const auto* foul = foul_of(i);
      expect(foul != nullptr, "a free throw without a foul at " + where(action));
      if (foul != nullptr) responsible = &court_at_foul_[foul->at("orderNumber").get<long>()];
    }
    for (const long who : (*responsible)[side]) told_.players[who].plus += points;
    for (const long who : (*responsible)[1 - side]) told_.players[who].minus += points;
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
    auto& mine = told_.players[who].counts;
    auto& team = told_.team_counts[side < 0 ? 0 : side];
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
        equal("running assists at " + where(action), ++told_.players[passer].counts["assists"],
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
        // A dead-ball team rebound (a missed technical free throw) is a formality: its kind says nothing.
        const auto& qualifiers = action.at("qualifiers");
        const bool dead_ball = std::find(qualifiers.begin(), qualifiers.end(), "deadball") != qualifiers.end();
        expect(dead_ball || same == (action.at("subType") == "offensive"),
               "a rebound of the wrong kind at " + where(action));
        return;
      }
    expect(false, "a rebound of no shot at " + where(action));
  }

  void count_foul(const json& action, int side, long who) {
    court_at_foul_[action.at("orderNumber").get<long>()] = told_.court;
    if (const long fouled = number_of(action, "foulDrawnPersonId"); fouled != 0)
      ++told_.players[fouled].counts["foulsDrawn"];
    auto& mine = told_.players[who].counts;
    auto& team = told_.team_counts[side];
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
    told_.periods = period_;
    expect(game_ended_, "the game does not end");
    for (int period = 1; period <= period_; ++period)
      expect(events_in_period_[period] > 2, "nothing happens in period " + std::to_string(period));
    expect(told_.score[0] != told_.score[1], "nobody wins");
    const int end = elapsed(period_, 0, misread_);
    for (const auto& five : told_.court)
      for (const long who : five) told_.players[who].seconds += end - told_.players[who].since;
  }

  const json& box_;
  bool misread_;
  book told_;
  std::vector<json> actions_;
  std::array<long, 2> team_id_{0, 0};
  std::map<long, int> team_of_;
  std::map<long, std::array<std::set<long>, 2>> court_at_foul_;
  std::map<long, int> next_of_trip_;
  std::map<int, int> events_in_period_;
  std::set<long> orders_;
  std::set<int> action_numbers_;
  int period_ = 1, clock_ = 72000;
  bool game_ended_ = false;
};

}  // namespace

book read_events(const json& boxscore, const json& playbyplay, bool misread_tenths) {
  return event_follower(boxscore, playbyplay, misread_tenths).run();
}

}  // namespace nba::test
