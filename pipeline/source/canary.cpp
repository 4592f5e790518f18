#include "pipeline/source/canary.hpp"

#include <algorithm>

namespace nba {
namespace {

constexpr std::size_t candidates_max = 8;

}  // namespace

canary::canary(std::optional<game_id> known_good, std::optional<game_id> fallback) {
  if (fallback && !fallback->empty()) answered_well(*fallback);
  if (known_good && !known_good->empty()) answered_well(*known_good);
}

void canary::answered_well(const game_id& id) {
  const auto known = std::find(candidates_.begin(), candidates_.end(), id);
  if (known != candidates_.end()) {
    std::rotate(candidates_.begin(), known, known + 1);
    return;
  }
  if (candidates_.size() == candidates_max) candidates_.pop_back();
  candidates_.insert(candidates_.begin(), id);
}

std::optional<game_id> canary::choose(const game_id& refused) const {
  const auto other =
      std::find_if(candidates_.begin(), candidates_.end(), [&](const auto& id) { return id != refused; });
  return other != candidates_.end() ? std::optional(*other) : std::nullopt;
}

void canary::vouched(time_point now) {
  vouched_at_ = now;
  shares_ = 0;
}

void canary::did_not_answer(const game_id& asked) {
  vouched_at_.reset();
  const auto known = std::find(candidates_.begin(), candidates_.end(), asked);
  if (known != candidates_.end()) std::rotate(known, known + 1, candidates_.end());
}

bool canary::is_fresh(time_point now) const {
  return vouched_at_ && now - *vouched_at_ <= freshness && shares_ < shares_max;
}

bool canary::share(time_point now) {
  if (!is_fresh(now)) return false;
  ++shares_;
  return true;
}

}  // namespace nba
