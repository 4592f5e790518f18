#include "bench/fake_nba/shot_chart.hpp"
#include "bench/fake_nba/simulator.hpp"

#include <algorithm>

namespace nba::fake {
namespace {

// Rates per attempt, set so that a season's averages come out near the NBA's of 2024-25 (docs/synthetic-league.md).
constexpr double turnover_rate = 0.125, live_turnover_share = 0.57;
constexpr double floor_foul_rate = 0.058;
constexpr double three_rate = 0.425;
constexpr double two_foul_rate = 0.115, three_foul_rate = 0.013;
constexpr double and_one_two_rate = 0.045, and_one_three_rate = 0.006;
constexpr double assist_rate = 0.63;
constexpr double block_two_rate = 0.19, block_three_rate = 0.015;  // of misses
constexpr double goaltending_rate = 0.006;                         // of made twos
constexpr double home_advantage = 0.006;
// Whoever leads eases off: keeps final margins at the size they really have.
constexpr double complacency_per_point = 0.0012;
constexpr double offensive_rebound_rate = 0.235, offensive_rebound_rate_free_throw = 0.12;
constexpr double team_rebound_rate = 0.09;
constexpr double loose_ball_foul_rate = 0.02;
constexpr double jump_ball_rate = 0.0045, kicked_ball_rate = 0.006;
constexpr double fast_break_after_steal = 0.6, fast_break_after_rebound = 0.24;
constexpr int steering_from_tenths = 1200;
constexpr int steering_margin_max = 8;

struct dead_ball_loss {
  std::string_view sub_type, descriptor;
  double share;
  bool by_team;
  bool by_foul;
};
constexpr std::array<dead_ball_loss, 12> dead_ball_losses{{{"out-of-bounds", "bad pass", 0.30, false, false},
                                                           {"out-of-bounds", "lost ball", 0.14, false, false},
                                                           {"out-of-bounds", "step", 0.06, false, false},
                                                           {"offensive foul", "", 0.25, false, true},
                                                           {"traveling", "", 0.115, false, false},
                                                           {"shot clock", "", 0.07, true, false},
                                                           {"backcourt", "", 0.015, false, false},
                                                           {"3-second-violation", "", 0.015, false, false},
                                                           {"offensive goaltending", "", 0.01, false, false},
                                                           {"double dribble", "", 0.01, false, false},
                                                           {"5-second-violation", "", 0.01, true, false},
                                                           {"8-second-violation", "", 0.005, true, false}}};

}  // namespace

std::uint16_t simulator::scoring_chance::qualifiers() const {
  return static_cast<std::uint16_t>(when(second_chance, q_second_chance) | when(from_turnover, q_from_turnover) |
                                    when(fast_break, q_fast_break));
}

// In a game that is meant to go to overtime both sides work on a tie during the last two minutes of regulation.
simulator::steering simulator::steer() {
  if (!is_steered_ || period_ != 4 || clock_tenths_ > steering_from_tenths) return steering::none;
  if (!steering_decided_) {
    steering_decided_ = true;
    is_steered_ = std::abs(book_.lead_of(home_side)) <= steering_margin_max;
    if (!is_steered_) return steering::none;
  }
  return book_.lead_of(offense_) < 0 ? steering::must_score : steering::must_fail;
}

int simulator::thinking_tenths() {
  if (chance_.fast_break) return random_.between(15, 60);
  if (chance_.second_chance) return random_.between(5, 130);
  return (random_.between(21, 106) + random_.between(21, 106));
}

// Time passes, then something happens: a foul, a loss of the ball, a shot.
void simulator::attempt() {
  const auto how = steer();
  if (fresh_possession_ && how == steering::none) extras();
  fresh_possession_ = false;
  if (how == steering::none && wants_to_foul()) {
    run_clock(random_.between(10, 50));
    if (clock_tenths_ > 0) personal_foul("take");
    return;
  }
  int thinking = thinking_tenths();
  if (thinking >= clock_tenths_) {
    if (clock_tenths_ < 8 || random_.chance(0.25)) {
      run_clock(clock_tenths_);  // the period runs out without a shot
      return;
    }
    thinking = clock_tenths_ - random_.between(0, std::min(25, clock_tenths_ - 1));
  }
  run_clock(thinking);
  if (how == steering::must_fail && clock_tenths_ > 0 && random_.chance(0.3)) return turnover();
  if (how == steering::none && clock_tenths_ > 0) {
    if (incident()) return;
    const double what = random_.uniform();
    if (what < turnover_rate) return turnover();
    if (what < turnover_rate + floor_foul_rate) return personal_foul("");
  }
  shot(how);
}

// Things that stop play without a shot: true when one did.
bool simulator::incident() {
  if (random_.chance(kicked_ball_rate)) {
    auto kick = make(action::violation, defense(), pick(defense(), &ability::stealing));
    kick.sub_type = "kicked ball";
    kick.official = random_.between(0, 2);
    record(kick);
    dead_ball(0.3);
    return true;
  }
  if (random_.chance(jump_ball_rate)) {
    const side winner = random_.chance(0.5) ? offense_ : defense();
    if (winner != offense_) give_ball_to(winner, false);
    auto held = make(action::jump_ball, winner, pick(winner, &ability::blocking));
    held.sub_type = "recovered";
    held.descriptor = "heldball";
    held.second = pick(other(winner), &ability::blocking);
    held.third = random_.chance(0.85) ? pick(winner, &ability::stealing, held.player) : no_player;
    wait(12);
    record(held);
    return true;
  }
  return false;
}

void simulator::give_ball_to(side team, bool after_turnover) {
  offense_ = team;
  chance_ = {};
  chance_.from_turnover = after_turnover;
  fresh_possession_ = true;
}

void simulator::turnover() {
  if (!random_.chance(live_turnover_share)) return dead_ball_turnover();
  auto loss = make(action::turnover, offense_, pick(offense_, &ability::passing));
  loss.sub_type = random_.chance(0.62) ? "bad pass" : "lost ball";
  loss.second = pick(defense(), &ability::stealing);
  record(loss);
  give_ball_to(defense(), true);
  record(make(action::steal, offense_, loss.second));
  chance_.fast_break = random_.chance(fast_break_after_steal);
}

void simulator::dead_ball_turnover() {
  double left = random_.uniform();
  const auto* kind = dead_ball_losses.data();
  while (left >= kind->share && kind != &dead_ball_losses.back()) left -= (kind++)->share;
  const auto who = kind->by_team ? no_player : pick(offense_, &ability::shooting);
  if (kind->by_foul) {
    foul_call call{offense_, "offensive", random_.chance(0.35) ? "charge" : "", pick(defense(), &ability::stealing), 0};
    const auto fouler = pick_fouler(offense_);
    call_foul(call, fouler);
    auto loss = make(action::turnover, offense_, fouler);
    loss.sub_type = kind->sub_type;
    loss.official = 0;
    record(loss);
    disqualify_after_last_foul(offense_, fouler);
  } else {
    auto loss = make(action::turnover, offense_, who);
    loss.sub_type = kind->sub_type;
    loss.descriptor = kind->descriptor;
    loss.qualifiers = when(kind->by_team, q_team);
    loss.official = random_.between(0, 2);
    record(loss);
  }
  if (kind->sub_type == "out-of-bounds") stoppage("out-of-bounds");
  give_ball_to(defense(), true);
  dead_ball(0.5);
}

void simulator::shot(steering how) {
  const auto shooter = pick(offense_, &ability::shooting);
  const auto& able = ability_of(offense_, shooter);
  bool three = random_.chance(std::clamp(three_rate * able.three_rate, 0.02, 0.85));
  const int behind = -book_.lead_of(offense_);
  if (how == steering::must_score) three = behind == 3 || behind >= 5;
  if (draws_foul(shooter, three, how)) return;
  const auto choice = three ? draw_three(random_) : draw_two(random_, chance_.second_chance);
  auto basket = make(three ? action::three_pointer : action::two_pointer, offense_, shooter);
  basket.sub_type = choice.sub_type;
  basket.descriptor = choice.descriptor;
  basket.spot = choice.spot;
  basket.qualifiers =
      static_cast<std::uint16_t>(chance_.qualifiers() | when(choice.in_the_paint, q_points_in_the_paint));
  const double home = match_.is_neutral ? 0 : (offense_ == home_side ? home_advantage : -home_advantage);
  const double chance = choice.accuracy * able.accuracy + squad_of(offense_).strength - squad_of(defense()).strength +
                        home - complacency_per_point * book_.lead_of(offense_);
  basket.made = random_.chance(chance);
  if (how != steering::none) basket.made = how == steering::must_score;
  if (basket.made) return score_shot(basket, how);
  if (random_.chance(three ? block_three_rate : block_two_rate)) basket.second = pick(defense(), &ability::blocking);
  const int missed = record(basket);
  if (basket.second != no_player) record(make(action::block, defense(), basket.second));
  rebound(missed, false);
}

// A foul on a shot that misses: free throws instead of an attempt. True when it was called.
bool simulator::draws_foul(player_index shooter, bool three, steering how) {
  const bool needs_one_point = how == steering::must_score && book_.lead_of(offense_) == -1;
  const bool called =
      how == steering::none && clock_tenths_ > 0 && random_.chance(three ? three_foul_rate : two_foul_rate);
  if (!called && !needs_one_point) return false;
  const int count = three ? 3 : 2;
  const auto fouler = pick_fouler(defense());
  const int foul = call_foul({defense(), "personal", "shooting", shooter, count}, fouler);
  disqualify_after_last_foul(defense(), fouler);
  free_throws({offense_, shooter, foul, count, {}, needs_one_point ? 1 : -1});
  return true;
}

void simulator::score_shot(event& basket, steering how) {
  const bool three = basket.what == action::three_pointer;
  basket.points = three ? 3 : 2;
  if (random_.chance(assist_rate)) basket.second = pick(offense_, &ability::passing, basket.player);
  const bool goaltending = !three && random_.chance(goaltending_rate);
  if (goaltending) basket.qualifiers |= q_defensive_goaltending;
  record(basket);
  if (goaltending) {
    auto violation = make(action::violation, defense(), pick(defense(), &ability::blocking));
    violation.sub_type = "defensive goaltending";
    violation.official = random_.between(0, 2);
    record(violation);
  }
  if (how == steering::none && clock_tenths_ > 0 && random_.chance(three ? and_one_three_rate : and_one_two_rate)) {
    const auto fouler = pick_fouler(defense());
    const int foul = call_foul({defense(), "personal", "shooting", basket.player, 1}, fouler);
    disqualify_after_last_foul(defense(), fouler);
    return free_throws({offense_, basket.player, foul, 1, {}, -1});
  }
  give_ball_to(defense(), false);
  if (timeouts_left_[at(offense_)] > 2 && random_.chance(0.02)) call_timeout(offense_, q_team);
}

void simulator::team_rebound(side team, int shot_event, bool dead) {
  auto ball = make(action::rebound, team);
  ball.sub_type = team == offense_ ? "offensive" : "defensive";
  ball.qualifiers = static_cast<std::uint16_t>(q_team | when(dead, q_dead_ball));
  ball.possession = team;
  ball.shot_event = shot_event;
  record(ball);
}

void simulator::rebound(int shot_event, bool after_free_throw) {
  if (clock_tenths_ == 0) return team_rebound(random_.chance(0.5) ? offense_ : defense(), shot_event, false);
  run_clock(std::min(random_.between(0, 3) * 10, clock_tenths_ - 1));
  const bool offensive = random_.chance(after_free_throw ? offensive_rebound_rate_free_throw : offensive_rebound_rate);
  const side team = offensive ? offense_ : defense();
  if (random_.chance(team_rebound_rate)) {
    team_rebound(team, shot_event, false);
    if (offensive)
      chance_ = {true, chance_.from_turnover, false};
    else
      give_ball_to(team, false);
    stoppage("out-of-bounds");
    return dead_ball(0.5);
  }
  auto ball = make(action::rebound, team, pick(team, &ability::rebounding));
  ball.sub_type = offensive ? "offensive" : "defensive";
  ball.possession = team;
  ball.shot_event = shot_event;
  record(ball);
  if (offensive) {
    chance_ = {true, chance_.from_turnover, false};
    return;
  }
  give_ball_to(team, false);
  chance_.fast_break = random_.chance(fast_break_after_rebound);
  if (clock_tenths_ > 0 && steer() == steering::none && random_.chance(loose_ball_foul_rate))
    personal_foul("loose ball");
}

}  // namespace nba::fake
