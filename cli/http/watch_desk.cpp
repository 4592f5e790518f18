#include "cli/http/watch_desk.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

// A database that takes long to read is read less often: at most this part of the time is spent on it.
constexpr int rest_factor = 5;

}  // namespace

// Lives as long as the desk or its thread, whichever is longer.
struct watch_desk::shared {
  explicit shared(desk_settings settings) : with(std::move(settings)) {}

  const desk_settings with;
  mutable std::mutex mutex;
  std::condition_variable wake;   // the watcher's
  std::condition_variable ended;  // the desk's
  bool is_looked_at = false;
  bool is_ending = false;
  bool has_ended = false;
  std::vector<facts_listener> questions;
  facts_ptr newest;
  clock::time_point read_at;  // the beginning of the newest reading
  clock::duration took{0};    // what it took
  std::optional<clock::time_point> busy_since;

  // When the next reading is due; nullopt: when somebody asks.
  std::optional<clock::time_point> due(clock::time_point now) const {
    if (!newest) {
      const bool wanted = is_looked_at || !questions.empty() || with.unasked_interval.count() > 0;
      return wanted ? std::optional{now} : std::nullopt;
    }
    if (!questions.empty()) return read_at + with.interval;
    if (is_looked_at) return read_at + std::max<clock::duration>(with.interval, rest_factor * took);
    if (with.unasked_interval.count() > 0) return read_at + with.unasked_interval;
    return std::nullopt;
  }

  void read_once(std::unique_lock<std::mutex>& guard) {
    const auto begun = clock::now();
    busy_since = begun;
    guard.unlock();
    auto facts = with.read();
    const auto ended_at = clock::now();
    guard.lock();
    if (is_ending) return;  // who would be told may be gone
    guard.unlock();
    if (facts && with.on_facts) with.on_facts(facts);
    guard.lock();
    read_at = begun;
    took = ended_at - begun;
    newest = facts ? std::move(facts) : std::make_shared<const watch_facts>();
  }

  // Those that are young enough for them are answered without a reading.
  void answer_questions(std::unique_lock<std::mutex>& guard) {
    const auto asked = std::exchange(questions, {});
    const auto facts = newest;
    busy_since = clock::now();
    guard.unlock();
    for (const auto& question : asked) question(facts);
    guard.lock();
  }

  void work() {
    std::unique_lock guard(mutex);
    while (!is_ending) {
      const auto now = clock::now();
      const auto next = due(now);
      const bool is_young = newest && now - read_at < with.interval;
      if (!questions.empty() && is_young) {
        answer_questions(guard);
      } else if (next && *next <= now) {
        read_once(guard);
        if (!questions.empty() && newest) answer_questions(guard);
      } else if (busy_since = std::nullopt; next) {
        wake.wait_until(guard, *next);
      } else {
        wake.wait(guard);
      }
    }
    busy_since = std::nullopt;
    has_ended = true;
    ended.notify_all();
  }
};

watch_desk::watch_desk(desk_settings with) : shared_(std::make_shared<shared>(std::move(with))) {
  std::thread([held = shared_] { held->work(); }).detach();
}

watch_desk::~watch_desk() {
  std::unique_lock guard(shared_->mutex);
  shared_->is_ending = true;
  shared_->wake.notify_all();
  shared_->ended.wait_for(guard, desk_farewell, [this] { return shared_->has_ended; });
}

void watch_desk::look(bool somebody) {
  const std::lock_guard guard(shared_->mutex);
  if (std::exchange(shared_->is_looked_at, somebody) != somebody) shared_->wake.notify_all();
}

bool watch_desk::ask(facts_listener question) {
  const std::lock_guard guard(shared_->mutex);
  if (shared_->questions.size() >= desk_questions_max) return false;
  shared_->questions.push_back(std::move(question));
  shared_->wake.notify_all();
  return true;
}

facts_ptr watch_desk::newest() const {
  const std::lock_guard guard(shared_->mutex);
  return shared_->newest;
}

std::optional<watch_desk::clock::time_point> watch_desk::busy_since() const {
  const std::lock_guard guard(shared_->mutex);
  return shared_->busy_since;
}

}  // namespace nba::cli
