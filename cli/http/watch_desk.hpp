// Reads the database for everybody who looks, on a thread of its own ("the watcher"), at most once a second, and only
// while somebody looks or asks; one reading serves all.
//
// A database that does not answer holds up the watcher and nobody else: whoever waits asks `busy_since` and goes on
// with what was read before.
// Threads: every member from any thread; the callbacks run on the watcher. Ownership: the callbacks are kept until the
// watcher ends. A watcher that is stuck in the database when the desk goes is left behind with them (`desk_farewell`).
// Errors: none; a failed reading is a fact (watch_facts::trouble).
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

namespace nba::cli {

using facts_ptr = std::shared_ptr<const watch_facts>;
// Told of each new reading, on the watcher's thread.
using facts_listener = std::function<void(const facts_ptr&)>;

inline constexpr std::chrono::milliseconds reading_interval{1'000};  // between the beginnings of two readings
inline constexpr std::size_t desk_questions_max = 256;               // waiting for the next reading
inline constexpr std::chrono::milliseconds desk_farewell{2'000};     // for a reading that is under way at the end

struct desk_settings {
  std::function<facts_ptr()> read;  // blocks; see watch_reader::read
  facts_listener on_facts = nullptr;
  std::chrono::milliseconds interval = reading_interval;
  // Reads so often even if nobody looks, for those who have to notice (alerts); zero: never.
  std::chrono::milliseconds unasked_interval{0};
};

class watch_desk {
 public:
  using clock = std::chrono::steady_clock;
  explicit watch_desk(desk_settings with);
  ~watch_desk();
  watch_desk(const watch_desk&) = delete;
  watch_desk& operator=(const watch_desk&) = delete;

  // Somebody looks all the time, or nobody does any more.
  void look(bool somebody);
  // `question` is called with facts that are at most an interval old. False when too many wait already.
  bool ask(facts_listener question);
  // The newest reading; null before the first one.
  facts_ptr newest() const;
  // Since when the watcher has been at a reading, or at what it told others of one; nullopt when it waits.
  std::optional<clock::time_point> busy_since() const;

 private:
  struct shared;
  std::shared_ptr<shared> shared_;
};

}  // namespace nba::cli
