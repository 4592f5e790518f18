// budget: grants permission to send requests to one host. One per host, shared by all chunks.
#pragma once

#include "actors/interfaces.hpp"
#include "pipeline/event_log.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <memory>
#include <string>

namespace nba {

struct budget_options {
  std::string host;
  budget_settings settings;
  std::size_t waiting_max = 1024;  // requests waiting for a permit
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
  bool timer_set = false;
};

budget_actor::behavior_type make_budget(budget_actor::stateful_pointer<budget_state> self, budget_options options);

}  // namespace nba
