// job: owns the plan of a run. Admits games while fetch has room, follows each to its end, has what became of failures
// written down, tells the watermark what is terminal, and answers with the report when the run is over.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/run_report.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/plan/admission.hpp"
#include "pipeline/plan/common_trouble.hpp"
#include "pipeline/plan/disposition.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nba {

// Sleeping chunks may pile up to this many times --parallel before no further one opens.
inline constexpr int open_chunks_per_slot = 4;

struct job_options {
  std::shared_ptr<const game_source> games;
  std::vector<chunk> chunks;
  int parallel = 4;
  std::unordered_map<game_id, ledger_entry> known;  // ledger rows at the start of the run
  std::unordered_set<game_id> recover;              // read back and derived, not fetched
  derive_targets derive_again = {};                 // those of them of which only this is derived
  disposition_settings dispositions;
  common_settings common;
  std::set<season> closes_nothing = {};  // seasons whose schedule may not close games (schedule::may_close)
  link_limits fetch_limits;
  link_limits recover_limits;
  // Outcomes of failed games being written down; more of them, and no further game is admitted.
  std::size_t records_max = 32;
  std::chrono::milliseconds drain_deadline{30'000};
  std::shared_ptr<event_sink> log;
  std::function<utc_time()> now = utc_now;  // when a game failed
};

struct job_state {
  static inline const char* name = "job";
  job_options options;
  job_children children;
  std::unique_ptr<chunk_admission> admission;
  std::optional<chunk_admission::admitted> held;  // next in line, waiting for credit
  link_account fetch_credit, recover_credit;
  struct record {
    game_failed failed;
    disposition what;
  };
  std::unordered_map<game_id, record> records;  // being written down
  // Failed, and without a verdict until others have spoken.
  struct undecided {
    game_failed failed;
    std::string played_evidence;
  };
  common_trouble common;
  std::uint64_t games_admitted = 0;
  std::unordered_map<game_id, undecided> waiting;
  run_report report;
  std::optional<caf::typed_response_promise<run_finished>> promise;
  std::chrono::steady_clock::time_point started;
  bool stopping = false;
  bool gave_up_games = false;  // because of the stop
  std::string host_lost;       // why games were left without blame: the host refuses everything, or throttles for good
  std::string documents_changed;  // why the run stops asking; empty: it does not
  bool ended = false;             // nothing more is admitted or written down
};

// The children come with start_run.
job_actor::behavior_type make_job(job_actor::stateful_pointer<job_state> self, job_options options);

}  // namespace nba
