#include "tests/unit/derive/play_script.hpp"

#include "pipeline/game_clock.hpp"

#include <cmath>
#include <cstdio>

namespace nba::test {

play_script::play_script() {
  rows_.game.home_team_id = home;
  rows_.game.away_team_id = away;
  rows_.game.periods = 4;
  rows_.team_stats.resize(2);
  rows_.team_stats[0].team_id = home;
  rows_.team_stats[1].team_id = away;
  for (const std::int64_t team : {home, away})
    for (int number = 1; number <= 8; ++number) {
      player_stats_row player;
      player.team_id = team;
      player.player_id = team * 100 + number;
      player.starter = number <= 5;
      rows_.player_stats.push_back(player);
    }
  period(1);
}

play_script& play_script::period(int number) {
  period_ = number;
  clock_ = period_length_hundredths(number);
  add("period", "start", 0);
  return *this;
}

play_script& play_script::at(std::string_view minutes_seconds) {
  const std::string text(minutes_seconds);
  const auto colon = text.find(':');
  clock_ =
      std::stoi(text.substr(0, colon)) * 6000 + static_cast<int>(std::lround(std::stod(text.substr(colon + 1)) * 100));
  return *this;
}

play_script& play_script::end() {
  clock_ = 0;
  add("period", "end", 0);
  return *this;
}

play_script& play_script::shot(side team, outcome_of_shot result, worth value) {
  auto& event = add(value == three ? "3pt" : "2pt", "Jump Shot", team);
  event.player_id = team * 100 + 1;
  event.shot_result = result == made ? "Made" : "Missed";
  if (result == made) event.points = value == three ? 3 : 2;
  return *this;
}

play_script& play_script::free_throw(side team, std::string_view number, outcome_of_shot result,
                                     std::string_view descriptor) {
  auto& event = add("freethrow", number, team);
  event.player_id = team * 100 + 1;
  event.descriptor = descriptor;
  event.shot_result = result == made ? "Made" : "Missed";
  event.points = result == made ? 1 : 0;
  return *this;
}

play_script& play_script::rebound(side team, std::string_view kind, std::string_view qualifiers) {
  auto& event = add("rebound", kind, team);
  event.qualifiers = qualifiers;
  if (qualifiers.find("team") == std::string_view::npos) event.player_id = team * 100 + 2;
  return *this;
}

play_script& play_script::turnover(side team, std::string_view sub_type) {
  add("turnover", sub_type, team).player_id = team * 100 + 3;
  return *this;
}

play_script& play_script::jump_ball(side winner, std::string_view why) {
  add("jumpball", "recovered", winner).descriptor = why;
  return *this;
}

play_script& play_script::foul(std::int64_t player, std::string_view sub_type, std::string_view descriptor) {
  auto& event = add("foul", sub_type, player / 100);
  event.player_id = player;
  event.descriptor = descriptor;
  return *this;
}

play_script& play_script::team_foul(side team, std::string_view sub_type, std::string_view descriptor) {
  auto& event = add("foul", sub_type, team);
  event.descriptor = descriptor;
  event.qualifiers = "team";
  return *this;
}

play_script& play_script::substitute(std::int64_t out, std::int64_t in) {
  add("substitution", "out", out / 100).player_id = out;
  add("substitution", "in", in / 100).player_id = in;
  return *this;
}

play_script& play_script::other(std::string_view action_type, std::string_view sub_type, std::int64_t player) {
  auto& event = add(action_type, sub_type, player / 100);
  if (player != 0) event.player_id = player;
  return *this;
}

pbp_event_row& play_script::add(std::string_view action_type, std::string_view sub_type, std::int64_t team) {
  pbp_event_row event;
  event.event_idx = static_cast<int>(rows_.events.size());
  event.period = period_;
  event.clock_hundredths = clock_;
  event.elapsed_hundredths = elapsed_hundredths(period_, clock_);
  event.action_type = action_type;
  event.sub_type = sub_type;
  if (team != 0) event.team_id = team;
  event.description = event.action_type + " " + event.sub_type;
  rows_.events.push_back(event);
  return rows_.events.back();
}

std::vector<std::string> lines_of(const std::vector<possession_row>& possessions) {
  const auto clock = [](int hundredths) {
    char text[16];
    std::snprintf(text, sizeof text, hundredths % 100 == 0 ? "%d:%02d" : "%d:%02d.%d", hundredths / 6000,
                  hundredths / 100 % 60, hundredths / 10 % 10);
    return std::string(text);
  };
  std::vector<std::string> lines;
  for (const auto& row : possessions) {
    auto line = std::string(row.offense_team_id == home ? "home " : "away ") + clock(row.start_clock_hundredths) + "-" +
                clock(row.end_clock_hundredths) + " " + std::to_string(row.points);
    if (row.defense_points != 0) line += "+" + std::to_string(row.defense_points);
    line += " " + std::string(to_string(row.end_reason));
    if (!row.is_counted) line += " uncounted";
    lines.push_back(line);
  }
  return lines;
}

}  // namespace nba::test
