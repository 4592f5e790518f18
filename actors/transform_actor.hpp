// transform: a bounded queue in front of workers that parse, on the scheduler.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/odd_value_tally.hpp"
#include "actors/worker_stage.hpp"
#include "pipeline/event_log.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>

namespace nba {

struct transform_options {
  std::shared_ptr<const game_source> games;
  std::size_t workers = 1;
  link_limits limits;
  link_limits load_limits;
  int rules_version = 1;                      // a game done under these rules with unchanged payloads needs nothing
  std::shared_ptr<event_sink> log = {};       // null: no events
  std::shared_ptr<odd_value_tally> odd = {};  // null: odd values are not counted
};

struct transform_state : worker_stage<fetched_game, transform_task, transformed_game, transform_worker> {
  static inline const char* name = "transform";
  transform_options options;
  load_actor load;
  fetch_actor upstream;  // whoever sent the last game
  job_actor job;
};

transform_actor::behavior_type make_transform(transform_actor::stateful_pointer<transform_state> self,
                                              transform_options options, load_actor load, job_actor job);

struct transform_worker_state {
  static inline const char* name = "transform_worker";
  std::optional<transformer> parser;  // empty until the actor is ready
};
transform_worker::behavior_type make_transform_worker(transform_worker::stateful_pointer<transform_worker_state> self,
                                                      std::size_t index, transform_options options);

}  // namespace nba
