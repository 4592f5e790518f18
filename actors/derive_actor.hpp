// derive: a bounded queue in front of workers that compute derived rows, on the scheduler.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/worker_stage.hpp"
#include "pipeline/derive/derive.hpp"
#include "pipeline/event_log.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <memory>

namespace nba {

// What derive needs beside a game's rows, one per season of the run.
using travel_by_season = std::map<season, std::shared_ptr<const season_travel>>;

struct derive_options {
  std::size_t workers = 1;
  link_limits limits;
  link_limits finish_limits;  // of load's second inbound link
  travel_by_season travel;
  std::shared_ptr<event_sink> log = nullptr;  // what a record contradicts itself in
};

struct derive_state : worker_stage<loaded_game, derive_task, derived_game, derive_worker> {
  static inline const char* name = "derive";
  derive_options options;
  load_actor load;  // both neighbours: it gives loaded games and takes derived ones
  job_actor job;
};

derive_actor::behavior_type make_derive(derive_actor::stateful_pointer<derive_state> self, derive_options options,
                                        job_actor job);

struct derive_worker_state {
  static inline const char* name = "derive_worker";
};
derive_worker::behavior_type make_derive_worker(derive_worker::stateful_pointer<derive_worker_state> self,
                                                std::size_t index, travel_by_season travel);

}  // namespace nba
