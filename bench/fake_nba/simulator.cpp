#include "bench/fake_nba/simulator.hpp"

#include <algorithm>
#include <utility>

namespace nba::fake {
namespace {

constexpr int regulation_periods = 4;
constexpr int last_period = 12;  // in the eighth overtime somebody wins by decree
constexpr int seconds_before_opening_tip = 600;
constexpr int seconds_between_quarters = 150;
constexpr int seconds_at_half_time = 900;

// Shares of the game for the thirteen who dress, by rank; they add up to five.
constexpr std::array<double, dressed_size> minutes_shares{0.71, 0.70, 0.69, 0.67, 0.63, 0.50, 0.42,
                                                          0.34, 0.22, 0.12, 0.0,  0.0,  0.0};

ten starters_of(const matchup& match) {
  ten out{};
  for (const side team : {home_side, away_side})
    std::copy_n(match.squads[at(team)].dressed.begin(), out[at(team)].size(), out[at(team)].begin());
  return out;
}

}  // namespace

simulator::simulator(const matchup& match, random_stream random)
    : match_(match), random_(random), book_(starters_of(match), match.misread_tenths) {
  for (const side team : {home_side, away_side}) {
    auto& rotation = rotation_[at(team)];
    rotation.out.fill(true);
    const auto& dressed = squad_of(team).dressed;
    for (std::size_t i = 0; i < dressed.size(); ++i) {
      rotation.out[at_player(dressed[i])] = false;
      rotation.share[at_player(dressed[i])] = minutes_shares[i];
      rotation.rank[at_player(dressed[i])] = static_cast<int>(i);
    }
  }
  is_steered_ = random_.chance(match_.overtime_rate);
  wait(seconds_before_opening_tip);
}

game_log simulator::run(std::optional<int> periods_max) && {
  const int last = std::min(periods_max.value_or(last_period), last_period);
  for (period_ = 1;; ++period_) {
    play_period(period_ == last_period);
    const bool is_tied = book_.lead_of(home_side) == 0;
    if (period_ == last || (period_ >= regulation_periods && !is_tied)) break;
    break_before(period_ + 1);
  }
  const bool is_over = !periods_max;
  if (is_over) end_game();
  for (const side team : {home_side, away_side}) {
    book_.log().teams[at(team)].timeouts_left = timeouts_left_[at(team)];
    book_.log().teams[at(team)].in_bonus = in_penalty(other(team));
  }
  return std::move(book_).finish(period_, is_over);
}

void simulator::break_before(int next_period) {
  wait(next_period == 3 ? seconds_at_half_time : seconds_between_quarters);
}

void simulator::play_period(bool is_last) {
  clock_tenths_ = period_tenths(period_);
  team_fouls_ = late_fouls_ = {0, 0};
  mandatory_timeouts_ = 0;
  chance_ = {};
  if (period_ >= overtime_first) timeouts_left_ = {2, 2};
  if (period_ == 4)
    for (auto& left : timeouts_left_) left = std::min(left, 4);
  if (period_ > 1) start_of_period_lineups();
  if (period_ == 1 && match_.quirks.early_violation) {
    auto early = make(action::violation, random_.chance(0.5) ? home_side : away_side);
    early.sub_type = "delay-of-game";
    early.qualifiers = q_team;
    early.official = 0;
    record(early);
    wait(20);
  }
  const bool tip = period_ == 1 || period_ >= overtime_first;
  // The side that lost the tip starts the second and third periods.
  if (!tip) offense_ = period_ == 4 ? opening_side_ : other(opening_side_);
  auto start = make(action::period_start);
  start.sub_type = "start";
  if (tip) start.possession = no_side;
  record(start);
  if (tip) jump_ball_at_start();
  constexpr int attempts_max = 400;
  for (int i = 0; i < attempts_max && clock_tenths_ > 0; ++i) attempt();
  clock_tenths_ = 0;
  if (is_last && book_.lead_of(home_side) == 0) break_tie();
  auto end = make(action::period_end);
  end.sub_type = "end";
  wait(2);
  record(end);
}

void simulator::jump_ball_at_start() {
  run_clock(random_.between(1, 5) * 10);
  const side winner = random_.chance(0.5) ? home_side : away_side;
  offense_ = winner;
  if (period_ == 1) opening_side_ = winner;
  auto tip = make(action::jump_ball, winner, pick(winner, &ability::blocking));
  tip.sub_type = "recovered";
  tip.descriptor = "startperiod";
  tip.second = pick(other(winner), &ability::blocking);
  tip.third = random_.chance(0.9) ? pick(winner, &ability::stealing, tip.player) : no_player;
  record(tip);
}

void simulator::break_tie() {
  auto basket = make(action::two_pointer, home_side, pick(home_side, &ability::shooting));
  basket.sub_type = "Layup";
  basket.made = true;
  basket.points = 2;
  basket.possession = home_side;
  basket.qualifiers = q_points_in_the_paint;
  basket.spot = {5.25, 0, 0, "Restricted Area", "0-8 Center"};
  record(basket);
}

void simulator::end_game() {
  auto end = make(action::game_end);
  end.sub_type = "end";
  end.possession = no_side;
  wait(15);
  record(end);
  if (match_.quirks.second_game_end) {
    wait(40);
    record(end);
  }
  if (match_.quirks.event_after_end) {
    auto review = make(action::instant_replay);
    review.sub_type = "request";
    review.descriptor = "support";
    review.value = "End Period - Good Basket";
    review.official = 0;
    wait(30);
    record(review);
  }
}

event simulator::make(action what, side team, player_index who) const {
  event out;
  out.what = what;
  out.side = team;
  out.player = who;
  out.period = period_;
  out.clock_tenths = clock_tenths_;
  out.possession = offense_;
  return out;
}

int simulator::record(event value) {
  value.wall_tenths = wall_tenths_;
  value.edited_after_seconds = random_.between(0, 12);
  return book_.add(value);
}

// One of the five on the court, more likely the able.
player_index simulator::pick(side team, double ability::*weight, player_index except) {
  const auto& players = book_.court(team);
  std::array<double, 5> weights{};
  double total = 0;
  for (std::size_t i = 0; i < players.size(); ++i)
    if (players[i] != except) total += weights[i] = ability_of(team, players[i]).*weight;
  double left = random_.uniform() * total;
  for (std::size_t i = 0; i < players.size(); ++i) {
    if (players[i] == except) continue;
    left -= weights[i];
    if (left < 0) return players[i];
  }
  return players[0] == except ? players[1] : players[0];
}

// Above one minute the clock shows whole seconds.
void simulator::run_clock(int tenths) {
  clock_tenths_ = std::max(0, clock_tenths_ - tenths);
  if (clock_tenths_ >= 600) clock_tenths_ -= clock_tenths_ % 10;
  wall_tenths_ += tenths;
}

int simulator::elapsed_tenths() const {
  int elapsed = period_tenths(period_) - clock_tenths_;
  for (int passed = 1; passed < period_; ++passed) elapsed += period_tenths(passed);
  return elapsed;
}

}  // namespace nba::fake
