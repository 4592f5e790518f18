// The engine: the actor system of one run, behind a blocking interface.
//
// Purpose: everything that is not an actor (the command line, custom jobs, benchmarks) talks to this class and to
// run_job (actors/run/job_runner.hpp), never to an actor.
// Threads: made, used and destroyed by one thread that is not an actor; `stop` may come from any thread through the
// stop_control. Destruction ends every actor and waits for it.
#pragma once

#include "actors/credit.hpp"
#include "actors/engine_settings.hpp"
#include "actors/news_slot.hpp"
#include "actors/run_report.hpp"
#include "actors/run_snapshot.hpp"
#include "actors/stop_control.hpp"
#include "actors/watermark_actor.hpp"
#include "pipeline/derive/derive.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/common_trouble.hpp"
#include "pipeline/plan/derive_target.hpp"
#include "pipeline/plan/disposition.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/game_source.hpp"
#include "pipeline/source/host_budget.hpp"
#include "pipeline/source/host_pause.hpp"
#include "pipeline/source/retry.hpp"
#include "storage/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nba {

// What the engine needs from outside.
struct engine_services {
  source_urls urls;                          // of schedules
  std::shared_ptr<const game_source> games;  // null: those of cdn.nba.com's shape, below `urls`
  std::string source = "cdn";
  // Makes the HTTP client; null: make_curl_client.
  std::function<std::unique_ptr<http_client>(std::size_t requests_max)> make_client;
  // Opens one more connection to the database of the run.
  std::function<result<std::unique_ptr<store>>()> open_store;
  std::shared_ptr<event_sink> log;
  std::function<void(const run_snapshot&)> progress;  // each new snapshot; on a scheduler thread, must not block
  std::shared_ptr<news_slot> news;                    // what load writes into the run's row; null: nothing
  stop_control* stop = nullptr;                       // outlives the engine
  std::function<utc_time()> now = utc_now;            // for verdicts that depend on the day; from any thread
};

// One run's plan, as the engine needs it.
struct run_input {
  std::string run_id;
  std::vector<chunk> chunks;
  int parallel = 4;
  std::unordered_map<game_id, ledger_entry> known;
  std::unordered_set<game_id> recover;  // read back and derived, not fetched
  derive_targets derive_again = {};     // those of them of which only this is derived
  std::map<season, std::shared_ptr<const season_travel>> travel;
  std::vector<lane_tracker> lanes;
  std::set<season> closes_nothing = {};  // seasons whose schedule may not close games
};

class engine {
 public:
  // `backend` decides the default number of connections.
  engine(const engine_settings& settings, engine_services services, std::string_view backend);
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  // Fetches and parses a season's schedule, within the host's budget. Blocks. Class of the failure: as classified, or
  // `transient` with "stopped" when a stop was requested.
  result<schedule> fetch_schedule(season value);
  // The same for any single document (doctor asks for one game).
  result<body_ptr> fetch_document(endpoint what, const std::string& url);
  // Runs the whole pipeline. Blocks until the run is over. At most once per engine.
  result<run_report> run(run_input input);
  // Ends a run whose database it can no longer be sure of: ending storage_lost. From any thread, while `run` runs;
  // otherwise nothing happens.
  void abandon(failure why);
  // Raises a checkpoint that is no lane, through the watermark actor (of the run, or one made for it). Blocks until it
  // is durable.
  result<void> advance_checkpoint(const watermark_row& row);
  // Writes down the pauses that hosts were given (and their ends) since that was done last, so that the next run
  // respects them too. While `run` runs this happens by itself.
  result<void> keep_pauses();
  // The newest snapshot of the run; null before the first one. From any thread, at any time: no actor is asked.
  std::shared_ptr<const run_snapshot> snapshot() const;
  // Set once a host has answered with games of the other kind (real for synthetic, or the reverse): whatever was asked
  // since has ended as cancelled.
  std::optional<failure> wrong_source() const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace nba
