#include "storage/lock_wait.hpp"

#include <algorithm>
#include <thread>

namespace nba {

std::chrono::milliseconds lock_settings::heartbeat() const {
  constexpr std::chrono::milliseconds longest{10'000}, shortest{50};
  constexpr int beats_in_patience = 9;
  if (patience.count() == 0) return longest;
  return std::clamp(patience / beats_in_patience, shortest, longest);
}

heartbeat_watch::verdict heartbeat_watch::see(const lock_holder& holder, time_point now) {
  if (holder.seen_alive || patience_.count() == 0) return verdict::held;
  if (!first_) {
    first_ = holder;
    since_ = now;
    return verdict::watch;
  }
  const bool stirred = holder.run_id != first_->run_id || holder.number != first_->number ||
                       holder.since != first_->since || holder.heartbeat_at != first_->heartbeat_at;
  if (stirred) return verdict::held;
  return now - since_ >= patience_ ? verdict::gone : verdict::watch;
}

std::chrono::milliseconds heartbeat_watch::left(time_point now) const {
  if (!first_) return patience_;
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
  return std::max(std::chrono::milliseconds{0}, patience_ - spent);
}

result<lock_attempt> wait_for_lock(lock_store& database, std::string_view stage, std::string_view key,
                                   const std::string& run_id, const lock_wait& how) {
  using clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds between_stops{50}, between_looks_max{1'000};
  constexpr int looks_in_patience = 18;
  const auto between_looks = std::clamp(how.settings.patience / looks_in_patience, between_stops, between_looks_max);
  heartbeat_watch watch(how.settings.patience);
  for (bool first = true;; first = false) {
    auto attempt = database.try_lock(stage, key, run_id);
    if (!attempt) return attempt;
    const auto* holder = std::get_if<lock_holder>(&*attempt);
    if (!holder) return attempt;
    const auto verdict = watch.see(*holder, clock::now());
    if (verdict == heartbeat_watch::verdict::held) return attempt;
    // Whoever stirs in between keeps it: the taking compares once more.
    if (verdict == heartbeat_watch::verdict::gone) return database.try_lock(stage, key, run_id, holder);
    if (first && how.waiting) how.waiting(*holder, how.settings.patience);
    const auto pause = std::min(between_looks, std::max(watch.left(clock::now()), std::chrono::milliseconds{1}));
    for (const auto until = clock::now() + pause; clock::now() < until;) {
      if (how.stopped && how.stopped())
        return failure{failure_class::transient, "stopped while waiting for a lock", std::string(stage)};
      std::this_thread::sleep_for(std::min(pause, between_stops));
    }
  }
}

}  // namespace nba
