#include "bench/fake_nba/scorebook.hpp"

#include <algorithm>
#include <utility>

namespace nba::fake {
namespace {

bool has(const event& value, std::uint16_t bits) { return (value.qualifiers & bits) != 0; }
int sign(int value) { return (value > 0) - (value < 0); }

}  // namespace

scorebook::scorebook(const ten& starters, bool misread_tenths) : misread_tenths_(misread_tenths) {
  constexpr std::size_t events_of_a_long_game = 720;
  log_.events.reserve(events_of_a_long_game);
  log_.court = starters;
  for (const side team : {home_side, away_side})
    for (const auto who : starters[at(team)]) enter(team, who, 1, period_tenths(1));
}

bool scorebook::is_on_court(side team, player_index who) const {
  const auto& players = court(team);
  return std::find(players.begin(), players.end(), who) != players.end();
}

int scorebook::elapsed_hundredths(int period, int clock_tenths) const {
  const int whole_periods = 7200 * std::min(period - 1, 4) + 3000 * std::max(period - overtime_first, 0);
  return (whole_periods + period_tenths(period)) * 10 - official_hundredths(clock_tenths, misread_tenths_);
}

void scorebook::enter(side team, player_index who, int period, int clock_tenths) {
  since_[at(team)][at_player(who)] = {period, clock_tenths};
  line_of(team, who).appeared = true;
}

void scorebook::leave(side team, player_index who, int period, int clock_tenths) {
  auto& line = line_of(team, who);
  const auto& began = since_[at(team)][at_player(who)];
  line.played_tenths = played_tenths(team, who, period, clock_tenths);
  line.official_hundredths +=
      elapsed_hundredths(period, clock_tenths) - elapsed_hundredths(began.period, began.clock_tenths);
}

int scorebook::played_tenths(side team, player_index who, int period, int clock_tenths) const {
  const auto& line = log_.players[at(team)][at_player(who)];
  if (!is_on_court(team, who)) return line.played_tenths;
  const auto& began = since_[at(team)][at_player(who)];
  int tenths = began.clock_tenths - clock_tenths;
  for (int passed = began.period; passed < period; ++passed) tenths += period_tenths(passed + 1);
  return line.played_tenths + tenths;
}

int scorebook::add(event value) {
  if (value.what == action::substitution_out) leave(value.side, value.player, value.period, value.clock_tenths);
  if (value.what == action::substitution_in) {
    // The newcomer takes the place that his team's last `out` left behind.
    auto& players = log_.court[at(value.side)];
    *std::find(players.begin(), players.end(), no_player) = value.player;
    enter(value.side, value.player, value.period, value.clock_tenths);
  } else if (value.what == action::substitution_out) {
    auto& players = log_.court[at(value.side)];
    *std::find(players.begin(), players.end(), value.player) = no_player;
  }
  count(value);
  value.score = log_.score;
  value.court = log_.court;
  log_.events.push_back(value);
  return static_cast<int>(log_.events.size()) - 1;
}

void scorebook::count(event& value) {
  const bool by_player = value.player != no_player;
  switch (value.what) {
    case action::two_pointer:
    case action::three_pointer:
    case action::free_throw:
      count_shot(value);
      break;
    case action::rebound: {
      const bool offensive = value.sub_type == "offensive";
      if (!by_player) {
        auto& team = log_.teams[at(value.side)];
        ++(offensive ? team.team_offensive_rebounds : team.team_defensive_rebounds);
        break;
      }
      auto& line = line_of(value.side, value.player);
      ++(offensive ? line.offensive_rebounds : line.defensive_rebounds);
      value.count = line.offensive_rebounds + line.defensive_rebounds;
      value.count_second = line.defensive_rebounds;
      value.count_third = line.offensive_rebounds;
      break;
    }
    case action::turnover:
      if (by_player)
        value.count = ++line_of(value.side, value.player).turnovers;
      else
        ++log_.teams[at(value.side)].team_turnovers;
      break;
    case action::steal:
      value.count = ++line_of(value.side, value.player).steals;
      break;
    case action::block:
      value.count = ++line_of(value.side, value.player).blocks;
      break;
    case action::foul:
      count_foul(value);
      break;
    default:
      break;
  }
}

void scorebook::count_shot(event& value) {
  auto& line = line_of(value.side, value.player);
  auto& team = log_.teams[at(value.side)];
  if (value.what == action::free_throw) {
    ++line.free_throws_tried;
    line.free_throws_made += value.made ? 1 : 0;
  } else {
    const bool three = value.what == action::three_pointer;
    ++(three ? line.threes_tried : line.twos_tried);
    if (value.made) ++(three ? line.threes_made : line.twos_made);
    const int made = value.made ? 1 : 0;
    if (has(value, q_points_in_the_paint)) ++team.paint_tried, team.paint_made += made;
    if (has(value, q_fast_break)) ++team.fast_break_tried, team.fast_break_made += made;
    if (has(value, q_second_chance)) ++team.second_chance_tried, team.second_chance_made += made;
    if (!value.made && value.second != no_player) ++line.blocked;
  }
  if (!value.made) return;
  score_points(value);
  value.count = line.points;
  if (value.what != action::free_throw && value.second != no_player)
    value.assist_count = ++line_of(value.side, value.second).assists;
}

void scorebook::count_foul(event& value) {
  if (value.second != no_player) ++line_of(other(value.side), value.second).fouls_drawn;
  const bool technical = value.sub_type == "technical";
  auto& team = log_.teams[at(value.side)];
  // A defensive three-second violation is called on a player but belongs to the team.
  const bool belongs_to_team = value.player == no_player || value.descriptor == "defensive-3-second";
  if (technical && belongs_to_team) ++team.team_technicals;
  if (value.player == no_player) return;
  auto& line = line_of(value.side, value.player);
  if (!technical) {
    ++line.fouls;
    if (value.sub_type == "offensive")
      ++line.offensive_fouls;
    else
      ++team.team_fouls;
  } else if (!belongs_to_team) {
    ++line.technicals;
  }
  value.count = line.fouls;
  value.count_second = line.technicals;
}

// A field goal belongs to the ten on the court; a free throw to the ten who were there when its foul was called.
void scorebook::score_points(const event& value) {
  const int margin_before = log_.score[0] - log_.score[1];
  auto& line = line_of(value.side, value.player);
  auto& team = log_.teams[at(value.side)];
  line.points += value.points;
  log_.score[at(value.side)] += value.points;
  team.period_points.resize(
      static_cast<std::size_t>(std::max(value.period, static_cast<int>(team.period_points.size()))));
  team.period_points[static_cast<std::size_t>(value.period - 1)] += value.points;
  if (has(value, q_points_in_the_paint)) line.paint_points += value.points;
  if (has(value, q_fast_break)) line.fast_break_points += value.points;
  if (has(value, q_second_chance)) line.second_chance_points += value.points;
  if (has(value, q_from_turnover)) team.points_from_turnovers += value.points;
  const auto* responsible = &log_.court;
  if (value.foul_event >= 0) {
    const auto& foul = at_position(value.foul_event);
    if (has(foul, q_any_free_throws)) responsible = &foul.court;
  }
  for (const auto who : (*responsible)[at(value.side)]) line_of(value.side, who).points_for += value.points;
  for (const auto who : (*responsible)[at(other(value.side))])
    line_of(other(value.side), who).points_against += value.points;
  follow_score(value, margin_before);
}

void scorebook::follow_score(const event& value, int margin_before) {
  const int now = elapsed_hundredths(value.period, value.clock_tenths);
  if (margin_before != 0) log_.teams[margin_before > 0 ? 0 : 1].leading_hundredths += now - scored_at_hundredths_;
  scored_at_hundredths_ = now;
  const int margin = log_.score[0] - log_.score[1];
  if (margin == 0) ++log_.times_tied;
  if (sign(margin) != 0 && last_leader_ != 0 && sign(margin) != last_leader_) ++log_.lead_changes;
  if (sign(margin) != 0) last_leader_ = sign(margin);
  auto& team = log_.teams[at(value.side)];
  const int lead = lead_of(value.side);
  if (lead > team.biggest_lead) team.biggest_lead = lead, team.biggest_lead_score = log_.score;
  run_ = value.side == run_side_ ? run_ + value.points : value.points;
  run_side_ = value.side;
  if (run_ > team.biggest_run) team.biggest_run = run_, team.biggest_run_score = log_.score;
}

game_log scorebook::finish(int period, bool is_over) && {
  for (const side team : {home_side, away_side}) {
    for (const auto who : court(team)) {
      leave(team, who, period, 0);
      since_[at(team)][at_player(who)] = {period, 0};
    }
    log_.teams[at(team)].period_points.resize(static_cast<std::size_t>(period));
  }
  const int margin = log_.score[0] - log_.score[1];
  if (margin != 0)
    log_.teams[margin > 0 ? 0 : 1].leading_hundredths += elapsed_hundredths(period, 0) - scored_at_hundredths_;
  log_.periods = period;
  log_.is_over = is_over;
  return std::move(log_);
}

}  // namespace nba::fake
