#include "pipeline/derive/plays.hpp"

#include "pipeline/game_clock.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace nba {
namespace {

using std::string_view;

// By frequency: substitutions and shots are two thirds of a game.
constexpr std::array<std::pair<string_view, play_kind>, 13> kinds{{{"2pt", play_kind::field_goal},
                                                                   {"3pt", play_kind::field_goal},
                                                                   {"rebound", play_kind::rebound},
                                                                   {"substitution", play_kind::substitution},
                                                                   {"foul", play_kind::foul},
                                                                   {"freethrow", play_kind::free_throw},
                                                                   {"turnover", play_kind::turnover},
                                                                   {"timeout", play_kind::timeout},
                                                                   {"violation", play_kind::violation},
                                                                   {"stoppage", play_kind::stoppage},
                                                                   {"jumpball", play_kind::jump_ball},
                                                                   {"heave", play_kind::field_goal},
                                                                   {"period", play_kind::period_end}}};

std::optional<play_kind> kind_of(const pbp_event_row& event) {
  for (const auto& [name, kind] : kinds) {
    if (name != event.action_type) continue;
    if (kind == play_kind::period_end && event.sub_type == "start") return play_kind::period_start;
    return kind;
  }
  return std::nullopt;
}

bool contains(string_view text, string_view part) { return text.find(part) != string_view::npos; }

foul_kind foul_kind_of(const pbp_event_row& event) {
  if (event.sub_type == "technical") return foul_kind::technical;
  if (event.sub_type == "offensive") return foul_kind::offensive;
  if (contains(event.descriptor, "flagrant")) return foul_kind::flagrant;
  if (event.descriptor == "double") return foul_kind::double_personal;
  return foul_kind::personal;
}

// "2 of 3": the number of this free throw and of the trip; 0 and 0 when the text is another.
std::pair<int, int> number_of(string_view sub_type) {
  if (sub_type.size() != 6 || sub_type.substr(1, 4) != " of ") return {0, 0};
  return {sub_type[0] - '0', sub_type[5] - '0'};
}

void describe_free_throw(const pbp_event_row& event, play& out) {
  const auto [number, count] = number_of(event.sub_type);
  out.is_final = number == count;
  out.is_single = count == 1;
  const string_view descriptor = event.descriptor;
  out.is_technical = descriptor == "technical";
  out.keeps_ball = out.is_technical || descriptor == "flagrant" || descriptor == "clear-path" ||
                   descriptor == "transition take" ||
                   // Two of these are an ordinary trip in the penalty.
                   (out.is_single && (descriptor == "away-from-play" || descriptor == "inbound"));
}

void describe_play(const pbp_event_row& event, play& out) {
  switch (out.kind) {
    case play_kind::field_goal:
      out.made = event.shot_result == "Made";
      out.is_three = event.action_type == "3pt";
      break;
    case play_kind::free_throw:
      out.made = event.shot_result == "Made";
      describe_free_throw(event, out);
      break;
    case play_kind::rebound:
      out.is_defensive = event.sub_type == "defensive";
      out.is_dead_ball = contains(event.qualifiers, "deadball");
      out.is_team = !event.player_id || contains(event.qualifiers, "team");
      break;
    case play_kind::turnover:
      out.is_typed = !event.sub_type.empty();
      out.is_team = !event.player_id || contains(event.qualifiers, "team");
      out.is_ball_violation = event.sub_type == "shot clock" || contains(event.sub_type, "kicked");
      break;
    case play_kind::violation:
      out.is_ball_violation = contains(event.sub_type, "kicked");
      break;
    case play_kind::jump_ball:
      out.opens_period = event.descriptor == "startperiod";
      break;
    case play_kind::substitution:
      out.is_in = event.sub_type == "in";
      break;
    case play_kind::foul:
      out.foul = foul_kind_of(event);
      break;
    default:
      break;
  }
}

}  // namespace

std::vector<play> plays_of(const game_rows& rows) {
  std::vector<play> plays;
  plays.reserve(rows.events.size());
  for (std::size_t i = 0; i < rows.events.size(); ++i) {
    const auto& event = rows.events[i];
    const auto kind = kind_of(event);
    if (!kind) continue;
    play next;
    next.position = i;
    next.event_idx = event.event_idx;
    next.period = std::max(event.period, 1);
    next.clock = std::clamp(event.clock_hundredths, 0, period_length_hundredths(next.period));
    next.kind = *kind;
    if (event.team_id) {
      if (*event.team_id == rows.game.home_team_id) next.side = play_side::home;
      if (*event.team_id == rows.game.away_team_id) next.side = play_side::away;
    }
    next.points = static_cast<std::int8_t>(event.points);
    describe_play(event, next);
    plays.push_back(next);
  }
  return plays;
}

std::array<stat_line, 2> tally(std::span<const play> plays) {
  std::array<stat_line, 2> lines;
  for (const auto& each : plays) {
    if (each.side == play_side::none) continue;
    auto& line = lines[index_of(each.side)];
    line.points += each.points;
    switch (each.kind) {
      case play_kind::field_goal:
        ++line.fga;
        line.fgm += each.made;
        line.fg3a += each.is_three;
        line.fg3m += each.is_three && each.made;
        break;
      case play_kind::free_throw:
        ++line.fta;
        line.ftm += each.made;
        break;
      case play_kind::rebound:
        if (each.is_team) break;
        ++line.reb;
        ++(each.is_defensive ? line.dreb : line.oreb);
        break;
      case play_kind::turnover:
        ++line.tov;
        break;
      default:
        break;
    }
  }
  return lines;
}

}  // namespace nba
