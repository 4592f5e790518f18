// Running a job: lock, schedule, plan, pipeline, checkpoint, report.
//
// Purpose: the extension point. `schedule backfill` and `schedule daily` are two job_definitions; a job of one's own is
// a third one with its own stage and key (docs/custom-jobs.md). Threads: blocks the calling thread, which must not be
// an actor; stop it through the stop_control. Errors: everything that keeps a job from running is a job_error with the
// exit code of the contract; what happens to single games is in the report.
#pragma once

#include "actors/engine.hpp"
#include "actors/job_planning.hpp"
#include "storage/lock_keeper.hpp"
#include "storage/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nba {

class run_session;

struct job_definition {
  std::string name;        // "daily", "backfill": in logs and ingest_runs
  std::string stage, key;  // of the lock, and of the checkpoint if there is one
  std::string arguments;   // as typed, for ingest_runs; secrets redacted
  std::vector<season_scope> seasons;
  int chunk_days = 7;
  int parallel = 4;
  // Further locks that it needs beside (stage, key): (stage, key) each, taken in this order.
  std::vector<std::pair<std::string, std::string>> further_locks = {};
  // Plans from what the database has of the schedule, as the last run that fetched it left it; asks no host.
  bool stored_schedule = false;
  // Fields of job.start beside `job`.
  std::vector<event_field> announced = {};
  // A season whose schedule is missing is skipped (with a warning, in job_plan::missing) as long as another one is
  // there. Its games are unknown: a checkpoint must not pass them.
  bool any_season_suffices = false;
  // Called under the locks, before anything is read from the ledger: changes by decree. Null: none.
  std::function<result<void>(store&)> prepare = nullptr;
  // Called when schedules and ledgers are known, before the work is planned: may narrow the limits of each season.
  // Null: they stay.
  std::function<void(std::vector<season_plan>&)> narrow = nullptr;
  // The value for (stage, key) after the run, from the plan (its ledgers are those after the run) and the report;
  // nullopt leaves it. Lanes are always kept, whatever this says. Null: no checkpoint of its own.
  std::function<std::optional<std::string>(const job_plan&, const run_report&)> checkpoint = nullptr;
};

struct job_environment {
  database_url database;
  store_options database_options;
  engine_settings engine;
  source_urls urls;
  std::string source = "cdn";           // "sim": synthetic games; the other kind's database is refused
  std::string made_by = "nba-scraper";  // for the table `meta` of a new database
  std::function<std::unique_ptr<http_client>(std::size_t)> make_client = nullptr;
  // The session that the run belongs to, with its id; null: run_job makes one, of the id below if there is one.
  run_session* session = nullptr;
  std::string run_id;
  std::shared_ptr<event_sink> log;
  std::function<void(const run_progress&)> progress = nullptr;
  stop_control* stop = nullptr;
  std::function<utc_time()> now = utc_now;
  // How often a run looks whether it still holds its locks. What it writes meanwhile is refused anyway: every
  // transaction of a run checks them.
  std::chrono::milliseconds lock_check_interval{5'000};
  lock_settings locks;
};

struct job_outcome {
  job_plan plan;                          // its ledgers are those after the run
  run_report report;                      // not_ready holds the plan's own ones too
  std::vector<watermark_row> watermarks;  // all rows of the lanes, and the job's own checkpoint, after the run
  std::optional<std::string> checkpoint;  // what the job's checkpoint was moved to
  // Missing seasons that may have games in the scope: the rest was done, but this run needs a person (exit code 123).
  std::vector<missing_season> incomplete;
  // Set when the run lost its lock: it wrote nothing more, and ends with 122.
  std::optional<failure> lock_lost;
};

struct job_error {
  enum class kind { usage, configuration, database, lock_held, schedule, stopped } what = kind::configuration;
  failure why;
  std::optional<lock_holder> holder;  // of lock_held; empty when the lock was lost
};

using job_result = std::variant<job_outcome, job_error>;
job_result run_job(const job_environment& environment, const job_definition& definition);

// The plan alone, for --dry-run: reads the schedule and, when the database exists, the ledger; writes nothing. Pauses
// of hosts that an earlier run kept hold for it too, and a stop ends it; a pause it is told to make is not kept.
std::variant<job_plan, job_error> plan_job(const job_environment& environment, const job_definition& definition);

// The contract's exit code of a finished job. `stop`: the one the job ran with; it knows the signal. May be null.
int exit_code_of(const job_outcome& outcome, const stop_control* stop = nullptr);
int exit_code_of(const job_error& error, const stop_control* stop = nullptr);

}  // namespace nba
