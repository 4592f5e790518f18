#include "pipeline/derive/possession_rules.hpp"

namespace nba {
namespace {

bool same_moment(const play& a, const play& b) { return a.period == b.period && a.clock == b.clock; }

// The shot that a rebound belongs to: the last attempt before it; null when the period has none.
const play* shot_before(std::span<const play> plays, std::size_t position) {
  const int period = plays[position].period;
  while (position-- > 0 && plays[position].period == period) {
    const auto kind = plays[position].kind;
    if (kind == play_kind::field_goal || kind == play_kind::free_throw) return &plays[position];
  }
  return nullptr;
}

// Shot clock or kicked ball, charged to `offense` at the moment of the play.
bool ball_violation_of(play_side offense, std::span<const play> plays, std::size_t position) {
  const auto& at = plays[position];
  const auto is_one = [&](const play& other) {
    return other.kind == play_kind::turnover && other.is_ball_violation && other.side == offense;
  };
  for (auto i = position; i-- > 0 && same_moment(plays[i], at);)
    if (is_one(plays[i])) return true;
  for (auto i = position + 1; i < plays.size() && same_moment(plays[i], at); ++i)
    if (is_one(plays[i])) return true;
  return false;
}

// After a rebound at 0:00, which is less than a tenth of a second before the horn at best.
bool shoots_before_the_horn(std::span<const play> plays, std::size_t position) {
  const auto& rebound = plays[position];
  for (auto i = position + 1; i < plays.size() && plays[i].period == rebound.period; ++i)
    if (plays[i].kind == play_kind::field_goal && plays[i].side == rebound.side) return true;
  return false;
}

}  // namespace

bool is_real_rebound(std::span<const play> plays, std::size_t position) {
  const auto& rebound = plays[position];
  if (rebound.side == play_side::none || rebound.is_dead_ball) return false;
  if (rebound.clock == 0 && !shoots_before_the_horn(plays, position)) return false;
  const auto* shot = shot_before(plays, position);
  if (shot == nullptr || shot->made) return false;
  if (shot->kind == play_kind::free_throw && (!shot->is_final || shot->keeps_ball)) return false;
  return !rebound.is_defensive || !ball_violation_of(other_side(rebound.side), plays, position);
}

play_side next_offense(std::span<const play> plays, std::size_t position, int period) {
  for (; position < plays.size() && plays[position].period == period; ++position) {
    const auto& next = plays[position];
    if (next.side == play_side::none) continue;
    switch (next.kind) {
      case play_kind::field_goal:
        return next.side;
      case play_kind::free_throw:
        if (!next.keeps_ball) return next.side;
        break;
      case play_kind::turnover:
        return next.side;
      case play_kind::foul:
        if (next.foul == foul_kind::offensive) return next.side;
        break;
      case play_kind::rebound:
        if (is_real_rebound(plays, position)) return next.is_defensive ? other_side(next.side) : next.side;
        break;
      default:
        break;
    }
  }
  return play_side::none;
}

more_free_throws free_throws_follow(std::span<const play> plays, std::size_t position) {
  const auto& basket = plays[position];
  for (auto i = position + 1; i < plays.size() && same_moment(plays[i], basket); ++i) {
    const auto& next = plays[i];
    if (next.kind == play_kind::turnover || next.kind == play_kind::field_goal) break;
    if (next.kind == play_kind::free_throw && next.side == basket.side && !next.is_technical)
      return next.keeps_ball ? more_free_throws::keep_ball : more_free_throws::ordinary;
  }
  return more_free_throws::none;
}

}  // namespace nba
