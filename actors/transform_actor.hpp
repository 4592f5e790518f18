// transform: a bounded queue in front of workers that parse, on the scheduler.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/odd_value_tally.hpp"
#include "actors/stage_queue.hpp"
#include "pipeline/event_log.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace nba {

struct transform_options {
  std::size_t workers = 1;
  link_limits limits;
  link_limits load_limits;
  int rules_version = 1;                      // a game done under these rules with unchanged payloads needs nothing
  std::shared_ptr<event_sink> log = {};       // null: no events
  std::shared_ptr<odd_value_tally> odd = {};  // null: odd values are not counted
};

struct transform_state {
  static inline const char* name = "transform";
  transform_options options;
  load_actor load;
  caf::actor upstream;  // fetch
  caf::actor job;
  std::vector<transform_worker> workers;
  idle_workers idle;
  std::deque<fetched_game> waiting;
  nba::outbox<transformed_game> outbox;
  std::deque<std::size_t> outbox_costs;  // inbound bytes of what waits in the outbox, in the same order
  link_account account;
  stage_counters counters{"transform"};
};

transform_actor::behavior_type make_transform(transform_actor::stateful_pointer<transform_state> self,
                                              transform_options options, load_actor load, caf::actor job);

struct transform_worker_state {
  static inline const char* name = "transform_worker";
  nba::transformer transformer;
};
transform_worker::behavior_type make_transform_worker(transform_worker::stateful_pointer<transform_worker_state> self,
                                                      std::size_t index, transform_options options);

}  // namespace nba
