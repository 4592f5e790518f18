#include "bench/fake_nba/simulator.hpp"

#include <algorithm>

namespace nba::fake {
namespace {

constexpr int fouls_to_disqualify = 6;
constexpr int technicals_to_eject = 2;
constexpr int seconds_to_the_line = 16;
constexpr int seconds_per_free_throw = 14;
constexpr double flagrant_share = 0.03, clear_path_share = 0.008, away_share = 0.02, transition_take_share = 0.02;
constexpr double second_flagrant_share = 0.08;  // of flagrant fouls: type 2, ejected

constexpr std::array<std::string_view, 3> ordinals{"1", "2", "3"};
constexpr std::array<std::array<std::string_view, 3>, 3> trip_names{
    {{"1 of 1", "", ""}, {"1 of 2", "2 of 2", ""}, {"1 of 3", "2 of 3", "3 of 3"}}};

std::uint16_t qualifier_of(int free_throws) {
  switch (free_throws) {
    case 1:
      return q_one_free_throw;
    case 2:
      return q_two_free_throws;
    case 3:
      return q_three_free_throws;
    default:
      return 0;
  }
}

}  // namespace

// From the fifth team foul of a quarter (the fourth of an overtime), or the second of its last two minutes.
bool simulator::in_penalty(side by) const {
  const int free = period_ >= overtime_first ? 3 : 4;
  return team_fouls_[at(by)] >= free || (clock_tenths_ <= 1200 && late_fouls_[at(by)] >= 1);
}

// Late and a little behind: stop the clock.
bool simulator::wants_to_foul() const {
  const int behind = book_.lead_of(offense_);
  return period_ >= 4 && clock_tenths_ > 20 && clock_tenths_ < 350 && behind >= 2 && behind <= 8;
}

// Anybody on the court, but nobody whose sixth foul would leave his team without five.
player_index simulator::pick_fouler(side by) {
  const auto& players = book_.court(by);
  const auto first = random_.below(players.size());
  const bool must_spare = bench(by).empty();
  player_index fewest = players[first];
  for (std::size_t i = 0; i < players.size(); ++i) {
    const auto who = players[(first + i) % players.size()];
    const int fouls = book_.line(by, who).fouls;
    if (!must_spare || fouls < fouls_to_disqualify - 1) return who;
    if (fouls < book_.line(by, fewest).fouls) fewest = who;
  }
  return fewest;
}

int simulator::call_foul(const foul_call& call, player_index fouler) {
  auto foul = make(action::foul, call.by, fouler);
  foul.sub_type = call.sub_type;
  foul.descriptor = call.descriptor;
  foul.second = call.fouled;
  foul.qualifiers = qualifier_of(call.free_throws);
  foul.official = random_.between(0, 2);
  if (call.sub_type == "personal") {
    if (in_penalty(call.by)) foul.qualifiers |= q_in_penalty;
    ++team_fouls_[at(call.by)];
    if (clock_tenths_ <= 1200) ++late_fouls_[at(call.by)];
  }
  wait(2);
  return record(foul);
}

// A foul of the defence on the floor. Some kinds send the offence to the line and give it the ball back; a common one
// does so only in the penalty, and for the ball.
void simulator::personal_foul(std::string_view descriptor) {
  const side by = defense();
  const auto fouled = pick(offense_, &ability::shooting);
  const auto fouler = pick_fouler(by);
  const double kind = random_.uniform();
  trip line{offense_, fouled, -1, 2, {}, -1};
  foul_call call{by, "personal", descriptor, fouled, 0};
  bool ejected = false;
  if (descriptor.empty() && kind < flagrant_share) {
    ejected = random_.chance(second_flagrant_share);
    call.descriptor = ejected ? "flagrant-type-2" : "flagrant-type-1";
    line.descriptor = "flagrant";
  } else if (descriptor.empty() && kind < flagrant_share + clear_path_share) {
    call.descriptor = line.descriptor = "clear-path";
  } else if (descriptor.empty() && kind < flagrant_share + clear_path_share + away_share) {
    call.descriptor = line.descriptor = "away-from-play";
    line.count = 1;
  } else if (descriptor.empty() && kind < flagrant_share + clear_path_share + away_share + transition_take_share) {
    call.descriptor = line.descriptor = "transition take";
    line.count = 1;
  } else if (!in_penalty(by)) {
    line.count = 0;
  }
  call.free_throws = line.count;
  line.foul_event = call_foul(call, fouler);
  coach_challenge();
  if (ejected)
    eject(by, fouler);
  else
    disqualify_after_last_foul(by, fouler);
  if (line.count > 0) return free_throws(line);
  chance_.fast_break = false;
  dead_ball(0.45);
}

void simulator::disqualify_after_last_foul(side team, player_index who) {
  if (book_.line(team, who).fouls >= fouls_to_disqualify) replace(team, who);
}

void simulator::eject(side team, player_index who) {
  auto out = make(action::ejection, team, who);
  out.sub_type = "other";
  out.official = 0;
  record(out);
  replace(team, who);
}

// One free throw for the other side's best shooter; the ball stays where it was.
void simulator::technical_foul() {
  const side by = random_.chance(0.5) ? home_side : away_side;
  foul_call call{by, "technical", {}, no_player, 1};
  player_index fouler = book_.court(by)[random_.below(5)];
  const double kind = random_.uniform();
  if (kind < 0.25 && by == defense())
    call.descriptor = "defensive-3-second";
  else if (kind > 0.94)
    call.descriptor = "delay", fouler = no_player;
  else if (kind > 0.9)
    call.descriptor = "rim-hanging";
  const int foul = call_foul(call, fouler);
  if (fouler == no_player) book_.at_position(foul).qualifiers |= q_team;
  if (fouler != no_player && book_.line(by, fouler).technicals >= technicals_to_eject) eject(by, fouler);
  const auto& shooters = book_.court(other(by));
  const auto best = *std::max_element(shooters.begin(), shooters.end(), [&](player_index a, player_index b) {
    return ability_of(other(by), a).free_throw < ability_of(other(by), b).free_throw;
  });
  wait(seconds_to_the_line);
  const int shot = record(free_throw({other(by), best, foul, 1, "technical", -1}, 0));
  if (!book_.at_position(shot).made) team_rebound(other(by), shot, true);
}

void simulator::double_technical() {
  for (const side by : {home_side, away_side}) {
    const auto who = book_.court(by)[random_.below(5)];
    call_foul({by, "technical", "double", no_player, 0}, who);
    if (book_.line(by, who).technicals >= technicals_to_eject) eject(by, who);
  }
}

event simulator::free_throw(const trip& value, int number) {
  auto shot = make(action::free_throw, value.shooting, value.shooter);
  shot.sub_type = trip_names[static_cast<std::size_t>(value.count - 1)][static_cast<std::size_t>(number)];
  shot.descriptor = value.descriptor;
  shot.qualifiers = value.descriptor == "technical" ? std::uint16_t{0} : chance_.qualifiers();
  shot.foul_event = value.foul_event;
  shot.made = value.made_by_decree >= 0 ? number < value.made_by_decree
                                        : random_.chance(ability_of(value.shooting, value.shooter).free_throw);
  shot.points = shot.made ? 1 : 0;
  return shot;
}

void simulator::free_throws(const trip& value) {
  const bool keeps_ball = !value.descriptor.empty();
  wait(seconds_to_the_line);
  at_the_line_ = {value.shooting, value.shooter};
  for (int number = 0; number < value.count; ++number) {
    const bool is_last = number == value.count - 1;
    if (is_last && !keeps_ball) dead_ball(0.45);
    const int shot = record(free_throw(value, number));
    const bool made = book_.at_position(shot).made;
    wait(seconds_per_free_throw);
    if (is_last) at_the_line_ = {};
    if (is_last && made && !keeps_ball) give_ball_to(other(value.shooting), false);
    if (made) continue;
    if (!is_last || keeps_ball)
      team_rebound(value.shooting, shot, true);
    else
      rebound(shot, true);
  }
  if (keeps_ball) {
    chance_ = {};
    dead_ball(0.3);
  }
}

}  // namespace nba::fake
