#include "bench/fake_nba/simulator.hpp"

#include <algorithm>

namespace nba::fake {
namespace {

constexpr int seconds_of_timeout = 180;
constexpr int seconds_of_stoppage = 25;
// How much longer than his share (and shorter than the other's) a player may have been on the court before he is
// exchanged.
constexpr double exchange_tenths = 3000, exchange_tenths_between_periods = 1500;
constexpr int garbage_margin = 22, garbage_from_tenths = 3600;
constexpr std::array<int, 2> mandatory_at_tenths{4190, 1790};
// Rates per possession.
constexpr double technical_rate = 0.0042, double_technical_rate = 0.0006;
constexpr double injury_rate = 0.0004, delay_rate = 0.002, held_up_rate = 0.003;
constexpr double memo_rate = 0.0008, replay_rate = 0.003;
constexpr double timeout_rate = 0.03;     // per dead ball and side
constexpr double challenge_rate = 0.012;  // per floor foul

constexpr std::array<std::string_view, 4> stoppage_kinds{"equipment issue", "court clean up", "blood rule", "other"};
constexpr std::array<std::string_view, 3> memos{"Clock adjusted", "Shot clock reset to 14", "Scorer review pending"};

}  // namespace

// Positive: he should have played more by now.
double simulator::deficit_tenths(side team, player_index who) const {
  const auto& rotation = rotation_[at(team)];
  const auto player = at_player(who);
  const int elapsed = elapsed_tenths();
  double deficit = rotation.share[player] * elapsed - book_.played_tenths(team, who, period_, clock_tenths_);
  if (period_ < 4 && book_.line(team, who).fouls > period_) deficit -= 2500;  // foul trouble
  const bool decided =
      period_ == 4 && clock_tenths_ < garbage_from_tenths && std::abs(book_.lead_of(home_side)) >= garbage_margin;
  if (decided) deficit += rotation.rank[player] < 5 ? -9000 : rotation.rank[player] >= 8 ? 4000 : 0;
  const bool crunch = period_ >= 4 && clock_tenths_ < 3000 && !decided;
  if (crunch && rotation.rank[player] < 5) deficit += 2500;
  return deficit;
}

std::vector<player_index> simulator::bench(side team) const {
  std::vector<std::pair<double, player_index>> fit;
  for (const auto who : squad_of(team).dressed)
    if (!rotation_[at(team)].out[at_player(who)] && !book_.is_on_court(team, who))
      fit.push_back({-deficit_tenths(team, who), who});
  std::sort(fit.begin(), fit.end());
  std::vector<player_index> out;
  for (const auto& [minus_deficit, who] : fit) out.push_back(who);
  return out;
}

void simulator::exchange(side team, const std::vector<player_index>& out, const std::vector<player_index>& in,
                         std::uint16_t qualifiers) {
  for (const auto who : out) {
    auto leaves = make(action::substitution_out, team, who);
    leaves.sub_type = "out";
    leaves.qualifiers = qualifiers;
    record(leaves);
  }
  for (const auto who : in) {
    auto comes = make(action::substitution_in, team, who);
    comes.sub_type = "in";
    comes.qualifiers = qualifiers;
    record(comes);
  }
}

void simulator::substitute(side team, double threshold_tenths, std::uint16_t qualifiers) {
  // Nobody takes the place of the one who shoots free throws.
  std::vector<player_index> players;
  for (const auto who : book_.court(team))
    if (at_the_line_.team != team || at_the_line_.who != who) players.push_back(who);
  std::sort(players.begin(), players.end(),
            [&](player_index a, player_index b) { return deficit_tenths(team, a) < deficit_tenths(team, b); });
  const auto waiting = bench(team);
  std::vector<player_index> out, in;
  for (std::size_t i = 0; i < std::min(players.size(), waiting.size()); ++i) {
    const double gain = deficit_tenths(team, waiting[i]) - deficit_tenths(team, players[i]);
    if (gain < threshold_tenths) break;
    out.push_back(players[i]);
    in.push_back(waiting[i]);
  }
  exchange(team, out, in, qualifiers);
}

// For good: fouled out, ejected, hurt. Without anybody left he stays, as the rules have it.
void simulator::replace(side team, player_index out) {
  const auto waiting = bench(team);
  if (waiting.empty()) return;
  rotation_[at(team)].out[at_player(out)] = true;
  exchange(team, {out}, {waiting.front()}, 0);
}

void simulator::start_of_period_lineups() {
  for (const side team : {home_side, away_side}) {
    if (period_ == 3 || period_ >= overtime_first)
      restore_starters(team);
    else
      substitute(team, exchange_tenths_between_periods, q_start_period);
  }
  wait(3);
}

void simulator::restore_starters(side team) {
  std::vector<player_index> in, out;
  const auto& dressed = squad_of(team).dressed;
  for (std::size_t i = 0; i < 5; ++i)
    if (!rotation_[at(team)].out[at_player(dressed[i])] && !book_.is_on_court(team, dressed[i]))
      in.push_back(dressed[i]);
  for (const auto who : book_.court(team))
    if (rotation_[at(team)].rank[at_player(who)] >= 5) out.push_back(who);
  const auto count = std::min(in.size(), out.size());
  in.resize(count);
  out.resize(count);
  exchange(team, out, in, q_start_period);
}

void simulator::dead_ball(double chance_to_substitute) {
  if (clock_tenths_ == 0) return;
  timeouts_at_dead_ball();
  wait(8);
  for (const side team : {home_side, away_side})
    if (random_.chance(chance_to_substitute)) substitute(team, exchange_tenths, 0);
}

void simulator::timeouts_at_dead_ball() {
  if (period_ <= 4) {
    const auto taken = static_cast<std::size_t>(mandatory_timeouts_);
    if (taken < mandatory_at_tenths.size() && clock_tenths_ <= mandatory_at_tenths[taken]) {
      const side team = (period_ + mandatory_timeouts_) % 2 == 0 ? home_side : away_side;
      ++mandatory_timeouts_;
      return call_timeout(team, q_team | q_mandatory);
    }
  }
  for (const side team : {home_side, away_side})
    if (timeouts_left_[at(team)] > 0 && random_.chance(timeout_rate)) return call_timeout(team, q_team);
}

void simulator::call_timeout(side team, std::uint16_t qualifiers) {
  timeouts_left_[at(team)] = std::max(0, timeouts_left_[at(team)] - 1);
  auto timeout = make(action::timeout, team);
  timeout.sub_type = "full";
  timeout.qualifiers = qualifiers;
  record(timeout);
  wait(seconds_of_timeout);
  for (const side anyone : {home_side, away_side}) substitute(anyone, exchange_tenths_between_periods, 0);
}

void simulator::stoppage(std::string_view why) {
  if (!records_stoppages()) return;
  auto stop = make(action::stoppage);
  stop.sub_type = why;
  record(stop);
  wait(5);
}

void simulator::injury() {
  const side team = random_.chance(0.5) ? home_side : away_side;
  const auto who = book_.court(team)[random_.below(5)];
  stoppage("injury");
  wait(seconds_of_stoppage * 3);
  replace(team, who);
}

void simulator::coach_challenge() {
  const side team = random_.chance(0.5) ? home_side : away_side;
  if (timeouts_left_[at(team)] == 0 || !random_.chance(challenge_rate)) return;
  auto timeout = make(action::timeout, team);
  timeout.sub_type = "challenge";
  timeout.qualifiers = q_team;
  record(timeout);
  wait(120);
  if (!records_stoppages()) return;
  auto review = make(action::instant_replay, team);
  review.sub_type = "challenge";
  review.descriptor = random_.chance(0.5) ? "support" : "stands";
  review.value = "Miscellaneous";
  review.official = 0;
  record(review);
}

// What may happen between two possessions.
void simulator::extras() {
  if (random_.chance(technical_rate)) technical_foul();
  if (random_.chance(double_technical_rate)) double_technical();
  if (random_.chance(injury_rate)) injury();
  if (random_.chance(held_up_rate)) stoppage(stoppage_kinds[random_.below(stoppage_kinds.size())]);
  if (random_.chance(delay_rate)) {
    auto delay = make(action::violation, random_.chance(0.5) ? home_side : away_side);
    delay.sub_type = "delay-of-game";
    delay.qualifiers = q_team;
    delay.official = random_.between(0, 2);
    record(delay);
  }
  curiosities();
}

void simulator::curiosities() {
  const bool rises = match_.quirks.rising_memo && !memo_rose_ && period_ == 2;
  if (records_stoppages() && (rises || random_.chance(memo_rate))) {
    auto memo = make(action::memo);
    memo.value = memos[random_.below(memos.size())];
    if (rises) memo.clock_tenths = std::min(clock_tenths_ + 150, period_tenths(period_));
    memo_rose_ = memo_rose_ || rises;
    record(memo);
  }
  if (records_stoppages() && random_.chance(replay_rate)) {
    auto review = make(action::instant_replay);
    review.sub_type = "request";
    review.descriptor = random_.chance(0.7) ? "support" : "overturned";
    review.value = "Out of Bounds";
    review.official = random_.between(0, 2);
    record(review);
    wait(seconds_of_stoppage);
  }
  if (match_.quirks.unknown_action && !unknown_action_done_ && period_ == 3) {
    unknown_action_done_ = true;
    record(make(action::unknown));
  }
}

}  // namespace nba::fake
