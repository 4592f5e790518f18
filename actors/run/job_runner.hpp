// Running a job: locks, schedules, plan, pipeline, checkpoint, report.
//
// Purpose: what a job asks for (actors/jobs/job.hpp) becomes a run. Threads: blocks the calling thread, which must not
// be an actor; stop it through the stop_control. Errors: everything that keeps a job from running is a job_error with
// the exit code of the contract; what happens to single games is in the report.
#pragma once

#include "actors/jobs/job.hpp"
#include "actors/run_snapshot.hpp"
#include "storage/lock_keeper.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nba {

class run_session;

struct job_environment {
  database_url database;
  store_options database_options;
  engine_settings engine;
  source_urls urls;                          // of schedules
  std::shared_ptr<const game_source> games;  // null: those of cdn.nba.com's shape, below `urls`
  // "sim": synthetic games; the other kind's database is refused. Empty: no source is asked, and the database, which
  // must be there and migrated, is taken as it is.
  std::string source = "cdn";
  std::string made_by = "nba-scraper";  // for the table `meta` of a new database
  std::function<std::unique_ptr<http_client>(std::size_t)> make_client = nullptr;
  // The session that the run belongs to, with its id; null: run_job makes one, of the two below.
  run_session* session = nullptr;
  std::string run_id;     // empty: made
  std::string arguments;  // as typed, for ingest_runs; secrets redacted
  std::shared_ptr<event_sink> log;
  std::function<void(const run_snapshot&)> progress = nullptr;
  stop_control* stop = nullptr;
  std::function<utc_time()> now = utc_now;
  // How often a run looks whether it still holds its locks. What it writes meanwhile is refused anyway: every
  // transaction of a run checks them.
  std::chrono::milliseconds lock_check_interval{5'000};
  lock_settings locks;

  std::shared_ptr<const game_source> source_of_games() const;
  bool stopped() const { return stop && stop->requests() > 0; }
  void tell(const log_event& event) const {
    if (log) log->write(event);
  }
};

struct job_outcome {
  job_plan plan;                          // its ledgers are those after the run
  run_report report;                      // not_ready holds the plan's own ones too
  run_limit limit = {};                   // what kept the run from being quicker, over all of it
  std::vector<watermark_row> watermarks;  // all rows of the lanes, and the job's own checkpoint, after the run
  std::optional<std::string> checkpoint;  // what the job's checkpoint was moved to
  // Missing seasons that may have games in the scope: the rest was done, but this run needs a person (exit code 123).
  std::vector<missing_season> incomplete;
  std::string nothing;  // why there was nothing to do (job_request::nothing); empty when there was
  // Set when the run lost its lock: it wrote nothing more, and ends with 122.
  std::optional<failure> lock_lost;
};

using job_result = job_step<job_outcome>;
job_result run_job(const job_environment& environment, job& wanted);

// The plan alone, for --dry-run: reads the schedule and, when the database exists, the ledger; writes nothing. Pauses
// of hosts that an earlier run kept hold for it too, and a stop ends it; a pause it is told to make is not kept.
struct dry_run {
  job_request request;
  job_plan plan;
};
job_step<dry_run> plan_job(const job_environment& environment, job& wanted);

// The contract's exit code of a finished job. `stop`: the one the job ran with; it knows the signal. May be null.
int exit_code_of(const job_outcome& outcome, const stop_control* stop = nullptr);
int exit_code_of(const job_error& error, const stop_control* stop = nullptr);

}  // namespace nba
