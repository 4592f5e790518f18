// budget: grants permission to send requests to one host. One per host, shared by all chunks.
#pragma once

#include "actors/interfaces.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/source/answer_tally.hpp"
#include "pipeline/source/host_pause.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace nba {

// One pause that several answers lengthen, each by a little, is one line in the log.
inline constexpr std::chrono::seconds pause_longer_min{10};

struct budget_options {
  std::string host;
  budget_settings settings;
  std::size_t waiting_max = 1024;  // requests waiting for a permit; the engine: waiting_requests_max()
  // How much is left of a cool-down that an earlier run did not sit out (0: none), and why it was given.
  std::chrono::milliseconds cool_down{0};
  std::string cool_down_reason = {};
  // Told each new pause; nullopt: the host answers again. Called on a scheduler thread; must not block.
  // Null: nobody wants to know.
  std::function<void(const std::string& host, const std::optional<host_pause>& pause)> on_pause;
  std::shared_ptr<event_sink> log;
  // Clocks of the budget; the testing scheduler injects its own.
  std::function<host_budget::time_point()> now = [] { return std::chrono::steady_clock::now(); };
  std::function<utc_time()> wall_clock = utc_now;
};

struct budget_state {
  static inline const char* name = "budget";
  budget_options options;
  std::unique_ptr<host_budget> budget;
  struct waiter {
    document_actor who;
    std::uint64_t ticket = 0;
  };
  std::deque<waiter> waiting;
  link_account account;  // permits out
  stage_counters counters{"budget"};
  answer_tally answers;
  host_state reported = host_state::open;
  host_budget::time_point reported_until;  // end of the pause that was told last
  std::string reason;                      // of the last bad answer that meant a pause
  bool timer_set = false;
};

budget_actor::behavior_type make_budget(budget_actor::stateful_pointer<budget_state> self, budget_options options);

}  // namespace nba
