#include "pipeline/derive/possessions.hpp"
#include "pipeline/derive/tables.hpp"

#include "pipeline/derive/possession_rules.hpp"
#include "pipeline/game_clock.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nba {
namespace {

// More than any regulation game has (about 200); an overtime game may grow the vector once.
constexpr std::size_t usual_possessions_max = 256;
constexpr int before_the_period = -1;

// The possession that goes on.
struct open_possession {
  play_side offense = play_side::none;  // none: the period has not shown it yet
  bool has_played = false;              // the offense has shown that it has the ball
  int start_clock = 0;
  int start_event_idx = before_the_period;
  std::array<int, 2> points{0, 0};
};

class possession_counter {
 public:
  possession_counter(std::span<const play> plays, const game_row& game) : plays_(plays), game_(game) {
    rows_.reserve(usual_possessions_max);
    start_event_idx_.reserve(usual_possessions_max);
  }

  std::vector<possession_row> count() && {
    for (position_ = 0; position_ < plays_.size(); ++position_) {
      if (now().period != period_) {
        close_period();
        open_period();
      }
      take();
    }
    close_period();
    return std::move(rows_);
  }

 private:
  const play& now() const { return plays_[position_]; }

  void open_period() {
    period_ = now().period;
    open_ = {.start_clock = period_length_hundredths(period_)};
    first_row_ = rows_.size();
    basket_pending_ = false;
  }

  void take() {
    switch (now().kind) {
      case play_kind::field_goal:
        return field_goal();
      case play_kind::free_throw:
        return free_throw();
      case play_kind::rebound:
        return rebound();
      case play_kind::turnover:
        return turnover();
      case play_kind::jump_ball:
        return jump_ball();
      default:
        return;
    }
  }

  void field_goal() {
    const auto& shot = now();
    prove(shot.side, possession_end::turnover);
    if (!shot.made || shot.side == play_side::none) return;
    score(shot);
    basket(possession_end::made_shot);
  }

  void free_throw() {
    const auto& shot = now();
    if (shot.side == play_side::none) return;
    // The side that shoots has the ball; after a trip that keeps it only what follows says whose it was before.
    if (!shot.keeps_ball || (!shot.is_technical && next_offense(plays_, position_ + 1, period_) == shot.side))
      prove(shot.side, possession_end::turnover);
    score(shot);
    if (!shot.is_final || shot.is_technical) return;
    if (!shot.keeps_ball) {
      if (shot.made) basket(possession_end::made_free_throw);
    } else if (std::exchange(basket_pending_, false)) {
      // The basket before the trip has ended the possession after all if the other side goes on.
      if (next_offense(plays_, position_ + 1, period_) == other_side(shot.side))
        end(shot.side, shot.made ? possession_end::made_free_throw : possession_end::made_shot, shot.clock);
    }
  }

  // A shot from the floor or the last one from the line went in.
  void basket(possession_end reason) {
    const auto more = free_throws_follow(plays_, position_);
    basket_pending_ = more == more_free_throws::keep_ball;
    if (more == more_free_throws::none) end(now().side, reason, now().clock);
  }

  void rebound() {
    if (!is_real_rebound(plays_, position_)) return;
    if (!now().is_defensive)
      prove(now().side, possession_end::defensive_rebound);
    else if (open_.offense != now().side)  // else it says the same a second time
      end(other_side(now().side), possession_end::defensive_rebound, now().clock);
  }

  void turnover() {
    const auto side = now().side;
    if (side == play_side::none) return;
    // Untyped ones stand for fouls of the offense that are no offensive fouls, or for something taken back.
    if (!now().is_typed && next_offense(plays_, position_ + 1, period_) != other_side(side)) return;
    prove(side, possession_end::turnover);
    end(side, possession_end::turnover, now().clock);
  }

  void jump_ball() {
    const auto winner = now().side;
    if (winner == play_side::none || winner == open_.offense) return;
    if (now().opens_period || open_.offense == play_side::none) {
      open_.offense = winner;
      return;
    }
    // A turnover of the offense is recorded up to a few seconds after the jump ball that it caused; and some are
    // credited to the side that lost them.
    if (next_offense(plays_, position_ + 1, period_) == open_.offense) return;
    end(open_.offense, possession_end::jump_ball, now().clock);
  }

  // `side` is seen with the ball. If it should not have it, either the ending before was none, or, when the other side
  // has played since or has had the time to, a change was not recorded, and `unrecorded` is what it must have been.
  void prove(play_side side, possession_end unrecorded) {
    if (side == play_side::none) return;
    if (open_.offense == other_side(side)) {
      const bool follows_an_ending = rows_.size() > first_row_;
      const bool is_late = open_.start_clock - now().clock > taken_back_within_hundredths;
      if (open_.has_played || (follows_an_ending && is_late))
        end(open_.offense, unrecorded, now().clock);
      else if (follows_an_ending)
        reopen();
    }
    open_.offense = side;
    open_.has_played = true;
  }

  void score(const play& shot) { open_.points[index_of(shot.side)] += shot.points; }

  void end(play_side offense, possession_end reason, int clock) {
    possession_row row;
    row.possession_idx = static_cast<int>(rows_.size());
    row.period = period_;
    row.offense_team_id = offense == play_side::away ? game_.away_team_id : game_.home_team_id;
    row.start_clock_hundredths = open_.start_clock;
    // The clock of a memo may stand above that of the play before it.
    row.end_clock_hundredths = std::min(clock, open_.start_clock);
    row.points = open_.points[index_of(offense)];
    row.defense_points = open_.points[1 - index_of(offense)];
    row.end_reason = reason;
    row.end_event_idx = plays_[std::min(position_, plays_.size() - 1)].event_idx;
    rows_.push_back(row);
    start_event_idx_.push_back(open_.start_event_idx);
    open_ = {
        .offense = other_side(offense), .start_clock = row.end_clock_hundredths, .start_event_idx = row.end_event_idx};
    basket_pending_ = false;
  }

  // Takes the last ending back. Points made since are free throws of either side and stay where they are.
  void reopen() {
    const auto& row = rows_.back();
    const auto offense = other_side(open_.offense);
    open_.points[index_of(offense)] += row.points;
    open_.points[1 - index_of(offense)] += row.defense_points;
    open_.start_clock = row.start_clock_hundredths;
    open_.start_event_idx = start_event_idx_.back();
    rows_.pop_back();
    start_event_idx_.pop_back();
  }

  void close_period() {
    if (period_ == 0) return;
    const auto points = open_.points[0] + open_.points[1];
    // A period in which nobody was seen with the ball, but technical free throws were shot.
    if (open_.offense == play_side::none && points > 0)
      open_.offense = open_.points[0] > 0 ? play_side::home : play_side::away;
    // What ended with the horn leaves no possession behind.
    if (open_.offense != play_side::none && (open_.start_clock > 0 || points > 0)) {
      position_ -= 1;
      end(open_.offense, possession_end::end_of_period, 0);
      position_ += 1;
    }
    mark_counted();
  }

  void mark_counted() {
    int last_score = before_the_period;  // the last basket or free throw of the period
    for (auto i = position_; i-- > 0 && plays_[i].period == period_ && last_score == before_the_period;)
      if (plays_[i].kind == play_kind::free_throw || (plays_[i].kind == play_kind::field_goal && plays_[i].made))
        last_score = plays_[i].event_idx;
    for (auto i = first_row_; i < rows_.size(); ++i)
      rows_[i].is_counted = rows_[i].start_clock_hundredths > too_late_hundredths || last_score > start_event_idx_[i];
  }

  std::span<const play> plays_;
  const game_row& game_;
  std::vector<possession_row> rows_;
  std::vector<int> start_event_idx_;  // of each row: the event after which it began
  std::size_t position_ = 0;
  std::size_t first_row_ = 0;  // of the period
  int period_ = 0;
  open_possession open_;
  bool basket_pending_ = false;  // a basket was made, and a trip that keeps the ball follows at the same clock
};

}  // namespace

std::vector<possession_row> count_possessions(std::span<const play> plays, const game_row& game) {
  return possession_counter(plays, game).count();
}

void table_traits<possession_row>::derive(const derive_input& from, derived_rows& out) {
  out.possessions = count_possessions(from.plays, from.game.game);
}

}  // namespace nba
