// budget: grants permission to send requests to one host. One per host, shared by all chunks.
#pragma once

#include "actors/interfaces.hpp"
#include "pipeline/event_log.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace nba {

// Shorter pauses are not worth a write: a new process takes longer to start.
inline constexpr std::chrono::seconds pause_kept_min{10};

struct budget_options {
  std::string host;
  budget_settings settings;
  std::size_t waiting_max = 1024;  // requests waiting for a permit; the engine: waiting_requests_max()
  // How much is left of a cool-down that an earlier run did not sit out; 0: none.
  std::chrono::milliseconds cool_down{0};
  // Told each time the host gets a new pause of at least pause_kept_min, with what is left of it: to be kept for the
  // next run, should this one end before. Called on a scheduler thread; must not block. Null: pauses are not kept.
  std::function<void(const std::string& host, std::chrono::milliseconds left)> keep_pause;
  std::shared_ptr<event_sink> log;
  // Clock of the budget; the testing scheduler injects its own.
  std::function<host_budget::time_point()> now = [] { return std::chrono::steady_clock::now(); };
};

struct budget_state {
  static inline const char* name = "budget";
  budget_options options;
  std::unique_ptr<host_budget> budget;
  struct waiter {
    caf::actor who;
    std::uint64_t ticket = 0;
  };
  std::deque<waiter> waiting;
  link_account account;  // permits out
  stage_counters counters{"budget"};
  host_state reported = host_state::open;
  host_budget::time_point pause_kept;  // end of the last one that was kept
  bool timer_set = false;
};

budget_actor::behavior_type make_budget(budget_actor::stateful_pointer<budget_state> self, budget_options options);

}  // namespace nba
