// watermark: the only writer of checkpoints.
//
// One tracker per lane. Terminal games move it; a new value is written by a detached writer with one write in flight,
// everything that moves meanwhile is coalesced into the next one. A value is published (logged, answered) only when it
// is durable.
#pragma once

#include "actors/interfaces.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/plan/tracker.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nba {

// The stage of all lanes in `ingest_watermarks`.
inline constexpr const char* lane_stage = "backfill";

struct lane_tracker {
  nba::lane lane;
  contiguous_tracker tracker;
  std::string durable;  // as read at the start of the run; empty: no row
};

struct watermark_options {
  std::vector<lane_tracker> lanes;
  std::shared_ptr<event_sink> log;
  // Shortest time between two writes; what moves meanwhile is coalesced.
  std::chrono::milliseconds interval{100};
  int write_tries_max = 5;
  std::chrono::milliseconds write_backoff_first{100};  // doubles
};

struct watermark_state {
  static inline const char* name = "watermark";
  watermark_options options;
  checkpoint_writer writer;
  std::map<lane, lane_tracker*> by_lane;
  bool writing = false;
  bool resting = false;  // within `interval` of the last write
  std::vector<caf::typed_response_promise<watermarks_flushed>> flushes;
  std::map<std::pair<std::string, std::string>, std::string> others;  // checkpoints that are no lane, not durable yet
  std::optional<failure> why;                                         // the last write failed for good
  link_account account{"watermark", {1, 1}};
  stage_counters counters{"watermark"};
};

// `connection`: owned by the writer. Heals on start: a lane whose row lags behind its tracker is written at once.
watermark_actor::behavior_type make_watermark(watermark_actor::stateful_pointer<watermark_state> self,
                                              watermark_options options, std::shared_ptr<store> connection,
                                              bool detached);

struct checkpoint_writer_state {
  static inline const char* name = "checkpoint_writer";
  std::shared_ptr<nba::store> store;
};
checkpoint_writer::behavior_type make_checkpoint_writer(
    checkpoint_writer::stateful_pointer<checkpoint_writer_state> self, std::shared_ptr<store> connection, int tries_max,
    std::chrono::milliseconds backoff_first);

}  // namespace nba
