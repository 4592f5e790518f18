// The actors of a run and the links between them: made in one place, by the engine, the simulation and the tests' rig.
//
// Threads: `spawn_stages` may be called from any thread that is no actor. Ownership: whoever called it ends the actors.
#pragma once

#include "actors/derive_actor.hpp"
#include "actors/document_actor.hpp"
#include "actors/engine.hpp"
#include "actors/fetch_actor.hpp"
#include "actors/job_actor.hpp"
#include "actors/load_actor.hpp"
#include "actors/transform_actor.hpp"
#include "actors/watermark_actor.hpp"

#include <caf/fwd.hpp>

#include <memory>
#include <vector>

namespace nba {

// What each link holds at most; both of its ends get the same.
struct link_bounds {
  link_limits fetch, transform, load, recover, derive, finish;
};

// How the actors are to be. What is part of the plan, or a bound of a link, is set from `run_input` and `bounds`.
struct stage_parts {
  link_bounds bounds;
  job_options job;
  fetch_options fetch;
  transform_options transform;
  load_options load;
  derive_options derive;
  watermark_options watermark;
  document_actor documents;
  std::vector<game_id> known_good;             // what it may compare with, the best first; empty: as it is
  std::vector<std::shared_ptr<store>> stores;  // one for each load worker
  std::shared_ptr<store> checkpoint_store;
  bool detached = true;  // whoever waits for the database has a thread of its own; false in tests
};

struct run_stages {
  job_actor job;  // begins with start_run{children}
  job_children children;
};
run_stages spawn_stages(caf::actor_system& system, const run_input& input, stage_parts parts);

}  // namespace nba
