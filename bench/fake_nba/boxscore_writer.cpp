#include "bench/fake_nba/calendar.hpp"
#include "bench/fake_nba/documents.hpp"
#include "bench/fake_nba/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace nba::fake {
namespace {

constexpr std::size_t expected_bytes = 48u << 10;
constexpr std::array<std::string_view, 5> starting_positions{"SF", "PF", "C", "SG", "PG"};

double ratio(int part, int whole) { return whole == 0 ? 0.0 : static_cast<double>(part) / whole; }

std::string duration(int hundredths) {
  return fmt::format("PT{:02}M{:02}.{:02}S", hundredths / 6000, hundredths / 100 % 60, hundredths % 100);
}
std::string rounded_minutes(int hundredths) { return fmt::format("PT{:02}M", (hundredths + 3000) / 6000); }

int rebounds(const player_line& line) { return line.offensive_rebounds + line.defensive_rebounds; }

// Sum over a team's players.
player_line total(const std::array<player_line, roster_size>& lines) {
  player_line sum;
  for (const auto& line : lines) {
    sum.points += line.points;
    sum.twos_made += line.twos_made;
    sum.twos_tried += line.twos_tried;
    sum.threes_made += line.threes_made;
    sum.threes_tried += line.threes_tried;
    sum.free_throws_made += line.free_throws_made;
    sum.free_throws_tried += line.free_throws_tried;
    sum.offensive_rebounds += line.offensive_rebounds;
    sum.defensive_rebounds += line.defensive_rebounds;
    sum.assists += line.assists;
    sum.steals += line.steals;
    sum.blocks += line.blocks;
    sum.blocked += line.blocked;
    sum.turnovers += line.turnovers;
    sum.fouls += line.fouls;
    sum.offensive_fouls += line.offensive_fouls;
    sum.fouls_drawn += line.fouls_drawn;
    sum.technicals += line.technicals;
    sum.fast_break_points += line.fast_break_points;
    sum.paint_points += line.paint_points;
    sum.second_chance_points += line.second_chance_points;
  }
  return sum;
}

class boxscore_writer {
 public:
  explicit boxscore_writer(const game_sheet& sheet)
      : sheet_(sheet), json_(expected_bytes, sheet.match.quirks.form == document_form::compact) {}

  std::string write() && {
    json_.open('{');
    if (sheet_.match.quirks.boxscore_has_meta) meta();
    json_.open_member("game", '{');
    heading();
    arena();
    officials();
    team(home_side, "homeTeam");
    team(away_side, "awayTeam");
    json_.close('}').close('}');
    return std::move(json_).take();
  }

 private:
  const franchise& team_of(side value) const { return *sheet_.match.squads[at(value)].team; }

  void meta() {
    const auto written = wall_clock_at(sheet_.tipoff + std::chrono::hours{3}, "America/New_York");
    json_.open_member("meta", '{').member("version", 1).member("code", 200);
    json_.member("request", fmt::format("http://league.invalid/games/{}/boxscore?Format=json", sheet_.game.id.str()));
    json_.member("time", fmt::format("{}.000000", format_local(written.time))).close('}');
  }

  void heading() {
    const auto& game = sheet_.game;
    const auto& log = sheet_.log;
    const auto local = [&](std::string_view zone) { return format_with_offset(wall_clock_at(sheet_.tipoff, zone)); };
    json_.member("gameId", game.id.str()).member("gameTimeLocal", local(game.where->timezone));
    json_.member("gameTimeUTC", format_local(wall_clock_at(sheet_.tipoff, "UTC").time) + "Z");
    json_.member("gameTimeHome", local(team_of(home_side).home->timezone));
    json_.member("gameTimeAway", local(team_of(away_side).home->timezone));
    json_.member("gameEt", local("America/New_York"));
    const auto minutes = log.events.empty() ? 0 : (log.events.back().wall_tenths - 6000) / 600;
    json_.member("duration", sheet_.match.quirks.no_duration ? std::int64_t{0} : std::max<std::int64_t>(0, minutes));
    const date::year_month_day day{game.date};
    json_.member("gameCode",
                 fmt::format("{}{:02}{:02}/{}{}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                             static_cast<unsigned>(day.day()), team_of(away_side).tricode, team_of(home_side).tricode));
    json_.member("gameStatusText", log.is_over ? final_text(log.periods) : fmt::format("End Q{}", log.periods));
    json_.member("gameStatus", log.is_over ? 3 : 2).member("regulationPeriods", 4).member("period", log.periods);
    json_.member("gameClock", "PT00M00.00S");
    const int seats = game.where->capacity;
    random_stream crowd(0, game.id.str());
    const int attendance = std::min(seats, seats * crowd.between(78, 106) / 100);
    json_.member("attendance", attendance).member("sellout", attendance == seats ? "1" : "0");
  }

  void arena() {
    const auto& where = *sheet_.game.where;
    json_.open_member("arena", '{').member("arenaId", where.arena_id).member("arenaName", where.name);
    json_.member("arenaCity", where.city).member("arenaState", where.state).member("arenaCountry", where.country);
    json_.member("arenaTimezone", where.timezone).close('}');
  }

  void names(const person& who) {
    json_.member("name", who.name).member("nameI", who.initial);
    json_.member("firstName", who.first_name).member("familyName", who.family_name);
  }

  void officials() {
    json_.open_member("officials", '[');
    for (std::size_t i = 0; i < sheet_.match.officials.size(); ++i) {
      const auto& who = sheet_.officials[static_cast<std::size_t>(sheet_.match.officials[i])];
      json_.open('{').member("personId", who.person_id);
      names(who);
      json_.member("jerseyNum", who.jersey);
      json_.member("assignment", i == 3 ? "ALTERNATE" : fmt::format("OFFICIAL{}", i + 1)).close('}');
    }
    json_.close(']');
  }

  void team(side value, std::string_view key) {
    const auto& franchise = team_of(value);
    const auto& line = sheet_.log.teams[at(value)];
    json_.open_member(key, '{').member("teamId", franchise.team_id).member("teamName", franchise.name);
    json_.member("teamCity", franchise.city).member("teamTricode", franchise.tricode);
    json_.member("score", sheet_.log.score[at(value)]).member("inBonus", line.in_bonus ? "1" : "0");
    json_.member("timeoutsRemaining", line.timeouts_left).open_member("periods", '[');
    for (std::size_t i = 0; i < line.period_points.size(); ++i) {
      json_.open('{').member("period", static_cast<int>(i) + 1);
      json_.member("periodType", i < 4 ? "REGULAR" : "OVERTIME").member("score", line.period_points[i]).close('}');
    }
    json_.close(']');
    players(value);
    team_statistics(value);
    json_.close('}');
  }

  void players(side value) {
    const auto& squad = sheet_.match.squads[at(value)];
    json_.open_member("players", '[');
    int order = 0;
    bool ghost = sheet_.match.quirks.played_without_minutes && value == home_side;
    for (const auto who : squad.dressed) {
      const bool appeared = sheet_.log.players[at(value)][at_player(who)].appeared;
      player(value, who, ++order, nullptr, appeared || ghost);
      if (!appeared) ghost = false;
    }
    for (const auto& absent : squad.absent) player(value, absent.who, ++order, &absent, false);
    json_.close(']');
  }

  void player(side value, player_index who, int order, const absence* absent, bool played) {
    const auto& person = sheet_.match.squads[at(value)].roster[at_player(who)];
    const auto& court = sheet_.log.court[at(value)];
    json_.open('{').member("status", absent != nullptr && absent->is_inactive ? "INACTIVE" : "ACTIVE");
    if (absent != nullptr) {
      json_.member("notPlayingReason", absent->reason);
      if (!absent->description.empty()) json_.member("notPlayingDescription", absent->description);
    }
    json_.member("order", order).member("personId", person.person_id).member("jerseyNum", person.jersey);
    const bool starts = order <= 5;
    if (starts) json_.member("position", starting_positions[static_cast<std::size_t>(order - 1)]);
    json_.member("starter", starts ? "1" : "0");
    json_.member("oncourt", std::find(court.begin(), court.end(), who) != court.end() ? "1" : "0");
    json_.member("played", played ? "1" : "0");
    player_statistics(sheet_.log.players[at(value)][at_player(who)]);
    names(person);
    json_.close('}');
  }

  void shooting(std::string_view name, int made, int tried) {
    json_.member(fmt::format("{}Attempted", name), tried).member(fmt::format("{}Made", name), made);
    json_.member(fmt::format("{}Percentage", name), ratio(made, tried));
  }

  void player_statistics(const player_line& line) {
    json_.open_member("statistics", '{').member("assists", line.assists).member("blocks", line.blocks);
    json_.member("blocksReceived", line.blocked);
    shooting("fieldGoals", line.twos_made + line.threes_made, line.twos_tried + line.threes_tried);
    json_.member("foulsOffensive", line.offensive_fouls).member("foulsDrawn", line.fouls_drawn);
    json_.member("foulsPersonal", line.fouls).member("foulsTechnical", line.technicals);
    shooting("freeThrows", line.free_throws_made, line.free_throws_tried);
    json_.member("minus", static_cast<double>(line.points_against));
    json_.member("minutes", duration(line.official_hundredths));
    json_.member("minutesCalculated", rounded_minutes(line.official_hundredths));
    json_.member("plus", static_cast<double>(line.points_for));
    json_.member("plusMinusPoints", static_cast<double>(line.points_for - line.points_against));
    json_.member("points", line.points).member("pointsFastBreak", line.fast_break_points);
    json_.member("pointsInThePaint", line.paint_points).member("pointsSecondChance", line.second_chance_points);
    json_.member("reboundsDefensive", line.defensive_rebounds).member("reboundsOffensive", line.offensive_rebounds);
    json_.member("reboundsTotal", rebounds(line)).member("steals", line.steals);
    shooting("threePointers", line.threes_made, line.threes_tried);
    json_.member("turnovers", line.turnovers);
    shooting("twoPointers", line.twos_made, line.twos_tried);
    json_.close('}');
  }

  static std::string away_dash_home(const std::array<int, 2>& score) {
    return fmt::format("{}-{}", score[1], score[0]);
  }

  void team_statistics(side value) {
    const auto& lines = sheet_.log.players[at(value)];
    const auto sum = total(lines);
    const auto& team = sheet_.log.teams[at(value)];
    const int tried = sum.twos_tried + sum.threes_tried, made = sum.twos_made + sum.threes_made;
    const int lost = sum.turnovers + team.team_turnovers;
    int bench_points = sum.points;
    for (std::size_t i = 0; i < 5; ++i)
      bench_points -= lines[at_player(sheet_.match.squads[at(value)].dressed[i])].points;
    json_.open_member("statistics", '{').member("assists", sum.assists);
    json_.member("assistsTurnoverRatio", ratio(sum.assists, std::max(1, lost))).member("benchPoints", bench_points);
    json_.member("biggestLead", team.biggest_lead);
    if (team.biggest_lead > 0) json_.member("biggestLeadScore", away_dash_home(team.biggest_lead_score));
    json_.member("biggestScoringRun", team.biggest_run);
    json_.member("biggestScoringRunScore", away_dash_home(team.biggest_run_score));
    json_.member("blocks", sum.blocks).member("blocksReceived", sum.blocked);
    shooting("fastBreakPoints", team.fast_break_made, team.fast_break_tried);
    json_.member("fieldGoalsAttempted", tried);
    json_.member("fieldGoalsEffectiveAdjusted", tried == 0 ? 0.0 : (made + 0.5 * sum.threes_made) / tried);
    json_.member("fieldGoalsMade", made).member("fieldGoalsPercentage", ratio(made, tried));
    json_.member("foulsOffensive", sum.offensive_fouls).member("foulsDrawn", sum.fouls_drawn);
    json_.member("foulsPersonal", sum.fouls).member("foulsTeam", team.team_fouls);
    json_.member("foulsTechnical", sum.technicals).member("foulsTeamTechnical", team.team_technicals);
    shooting("freeThrows", sum.free_throws_made, sum.free_throws_tried);
    json_.member("leadChanges", sheet_.log.lead_changes);
    team_points(value, sum, team);
    rebounds_and_the_rest(sum, team, lost);
    json_.close('}');
  }

  void team_points(side value, const player_line& sum, const team_line& team) {
    int minutes = 5 * 12 * std::min(sheet_.log.periods, 4);
    minutes += 5 * 5 * std::max(0, sheet_.log.periods - 4);
    json_.member("minutes", fmt::format("PT{}M00.00S", minutes));
    json_.member("minutesCalculated", fmt::format("PT{}M", minutes));
    json_.member("points", sum.points).member("pointsAgainst", sheet_.log.score[at(other(value))]);
    json_.member("pointsFastBreak", sum.fast_break_points).member("pointsFromTurnovers", team.points_from_turnovers);
    json_.member("pointsInThePaint", sum.paint_points);
    shooting("pointsInThePaint", team.paint_made, team.paint_tried);
    json_.member("pointsSecondChance", sum.second_chance_points);
  }

  void rebounds_and_the_rest(const player_line& sum, const team_line& team, int lost) {
    const int team_rebounds = team.team_offensive_rebounds + team.team_defensive_rebounds;
    json_.member("reboundsDefensive", sum.defensive_rebounds).member("reboundsOffensive", sum.offensive_rebounds);
    json_.member("reboundsPersonal", rebounds(sum)).member("reboundsTeam", team_rebounds);
    json_.member("reboundsTeamDefensive", team.team_defensive_rebounds);
    json_.member("reboundsTeamOffensive", team.team_offensive_rebounds);
    json_.member("reboundsTotal", rebounds(sum) + team_rebounds);
    shooting("secondChancePoints", team.second_chance_made, team.second_chance_tried);
    json_.member("steals", sum.steals);
    if (sheet_.match.quirks.form != document_form::nulls_2020) json_.member("teamFieldGoalAttempts", 0);
    shooting("threePointers", sum.threes_made, sum.threes_tried);
    json_.member("timeLeading", duration(team.leading_hundredths)).member("timesTied", sheet_.log.times_tied);
    const double true_attempts = sum.twos_tried + sum.threes_tried + 0.44 * sum.free_throws_tried;
    json_.member("trueShootingAttempts", true_attempts);
    json_.member("trueShootingPercentage", true_attempts == 0 ? 0.0 : sum.points / (2 * true_attempts));
    json_.member("turnovers", sum.turnovers).member("turnoversTeam", team.team_turnovers);
    json_.member("turnoversTotal", lost);
    shooting("twoPointers", sum.twos_made, sum.twos_tried);
  }

  const game_sheet& sheet_;
  json_text json_;
};

}  // namespace

std::string write_boxscore(const game_sheet& sheet) { return boxscore_writer(sheet).write(); }

std::string final_text(int periods) {
  if (periods <= 4) return "Final";
  return periods == 5 ? "Final/OT" : fmt::format("Final/OT{}", periods - 4);
}

}  // namespace nba::fake
