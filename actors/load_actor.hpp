// load: three bounded queues (core rows, recovered games, derived rows) in front of detached workers, each with its own
// database connection. What waits when a worker gets idle goes into one transaction. Games are read back one at a time,
// by the readers where there are any.
//
// Derived rows are served before core rows: what is nearest to `done` leaves first, so the stage always drains.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/news_slot.hpp"
#include "actors/stage_queue.hpp"
#include "pipeline/event_log.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace nba {

struct load_options {
  std::string run_id;
  link_limits limits;          // core rows, from transform
  link_limits recover_limits;  // games read back, from job
  link_limits finish_limits;   // derived rows, from derive
  link_limits derive_limits;   // of the stage after it
  std::size_t batch_games_max = 16;
  std::size_t readers = 0;  // of the connections so many, the last ones, only read games back
  int rules_version = 1;
  int store_tries_max = 5;                             // of one transaction
  std::chrono::milliseconds store_backoff_first{100};  // doubles
  bool allow_older = false;                            // older documents replace newer ones
  std::shared_ptr<event_sink> log;                     // null: no events
  std::shared_ptr<news_slot> news;                     // written behind a batch; null: none
};

struct load_state {
  static inline const char* name = "load";
  load_options options;
  derive_actor derive;
  job_actor job;
  transform_actor transform;  // whoever sent the last game
  std::vector<load_worker> workers;
  idle_workers idle;          // those that write
  idle_workers idle_readers;  // by their number among the readers
  std::deque<derived_game> derived_waiting;
  std::deque<record_outcome> records_waiting;
  std::deque<transformed_game> core_waiting;
  std::deque<recover_game> recover_waiting;
  nba::outbox<loaded_game> outbox;
  std::deque<link> outbox_links;  // which inbound link the waiting ones hold a slot of
  link_account core{"load", {}}, recover{"recover", {}}, finish{"finish", {}};
  stage_counters counters{"load"};
  bool down = false;  // the database is gone: nothing is written any more
};

// One worker per store. `spawn` makes them detached in production and ordinary actors in tests.
load_actor::behavior_type make_load(load_actor::stateful_pointer<load_state> self, load_options options,
                                    std::vector<std::shared_ptr<store>> stores, bool detached, derive_actor derive,
                                    job_actor job);

struct load_worker_state {
  static inline const char* name = "load_worker";
  std::shared_ptr<nba::store> store;
  load_options options;
};
load_worker::behavior_type make_load_worker(load_worker::stateful_pointer<load_worker_state> self, std::size_t index,
                                            load_options options, std::shared_ptr<store> connection);

}  // namespace nba
