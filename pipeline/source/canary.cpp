#include "pipeline/source/canary.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace nba {
namespace {

constexpr std::size_t candidates_max = 8;

}  // namespace

canary::canary(const std::vector<game_id>& known_good, std::optional<game_id> fallback) {
  std::for_each(known_good.rbegin(), known_good.rend(), [this](const auto& id) {
    if (!id.empty()) answered_well(id);
  });
  if (candidates_.empty() && fallback && !fallback->empty()) answered_well(*fallback);
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

std::vector<game_id> draw_known_good(std::vector<done_game> done, std::uint64_t seed) {
  const auto later = [](const done_game& a, const done_game& b) {
    return a.date != b.date ? a.date > b.date : b.id < a.id;
  };
  const auto pool = std::min(done.size(), known_good_pool);
  std::partial_sort(done.begin(), done.begin() + static_cast<std::ptrdiff_t>(pool), done.end(), later);
  std::mt19937_64 random(seed);
  std::vector<game_id> out;
  for (std::size_t i = 0; i < pool && out.size() < known_good_max; ++i) {
    std::swap(done[i], done[i + random() % (pool - i)]);
    out.push_back(done[i].id);
  }
  return out;
}

std::uint64_t seed_of(et_date today) { return static_cast<std::uint64_t>(today.time_since_epoch().count()); }

std::vector<game_id> draw_known_good(const std::unordered_map<game_id, ledger_entry>& ledger, et_date today) {
  std::vector<done_game> done;
  for (const auto& [id, entry] : ledger)
    if (entry.state == game_state::done) done.push_back({id, entry.date});
  return draw_known_good(std::move(done), seed_of(today));
}

}  // namespace nba
