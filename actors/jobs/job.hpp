// A job: what a run is to do. How a run goes (session, locks, schedules, pipeline, report) is actors/run/.
//
// Purpose: the extension point. Backfill, daily, derive, retry, waive are jobs, and one of your own is another one
// (docs/custom-jobs.md). What a job has read it keeps in members: it is made for one run.
// Threads: run_job calls it, from its own thread, in the order of the members below; everything from `prepare` on
// happens under the locks. A dry run (plan_job) calls `prepare`, `equip` and `narrow` alone, without locks. Errors: a
// job_error ends the run before it begins.
#pragma once

#include "actors/engine.hpp"
#include "pipeline/exit_codes.hpp"
#include "pipeline/plan/job_plan.hpp"
#include "storage/store.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nba {

struct job_error {
  enum class kind { configuration, database, lock_held, schedule, stopped, refused } what = kind::configuration;
  failure why;
  std::optional<lock_holder> holder = {};  // of lock_held; empty when the lock was lost
  int exit_code = exit_usage;              // of refused: what was asked for is not there, or cannot be
};
job_error database_error(failure why);
job_error refuse(int exit_code, std::string message);
// Games of one season that were asked for by name and that nobody knows: a mistake, not games without work. `where`:
// who does not know them; `undone`: what was not done.
job_error refuse_unknown(const std::vector<game_id>& games, const std::string& where, const std::string& undone);

// A value, or why there is no run.
template <class T>
using job_step = std::variant<T, job_error>;

// Of a lock, and of a row in `ingest_watermarks`.
struct lock_name {
  std::string stage, key;
};
// Of the runs that bring a season's games in.
lock_name season_lock(season of);
lock_name daily_lock();
// Of every run that could write these games. In this order everywhere: two runs can never hold one each and wait for
// the other.
std::vector<lock_name> locks_of(const std::set<season>& seasons);
std::set<season> seasons_of(const std::set<game_id>& games);

// What a job may look at, and change.
struct job_site {
  store* database = nullptr;  // null: a dry run, and there is none yet
  std::string run_id = {};
  utc_time now{};
  std::shared_ptr<event_sink> log = {};  // null: no events

  void tell(const log_event& event) const {
    if (log) log->write(event);
  }
};

struct job_request {
  // Which games, season by season. None: there is nothing to do, for the reason below; the run ends well.
  std::vector<season_scope> seasons = {};
  std::string nothing = {};  // a sentence without its full stop
  int chunk_days = 7;        // chunk_days_auto: by games, engine_settings::chunks
  int parallel = 4;          // chunks in flight; parallel_auto: as many as the engine keeps busy
  // Plans from what the database has of the schedule, as the last run that fetched it left it; asks no host.
  bool stored_schedule = false;
  // A season whose schedule is missing is skipped (with a warning, in job_plan::missing) as long as another one is
  // there. Its games are unknown: a checkpoint must not pass them.
  bool any_season_suffices = false;
  // Fields of job.start beside `job`.
  std::vector<event_field> announced = {};
  // Games that were asked for and cannot be tried: each counts as a failure.
  std::vector<reported_game> failed = {};
};
// Exactly these games, as the stored schedule has them.
job_request request_of(const std::set<game_id>& games);

class job {
 public:
  job() = default;
  job(const job&) = delete;
  job& operator=(const job&) = delete;
  virtual ~job() = default;

  // For logs and `ingest_runs`: "daily", "backfill".
  virtual std::string name() const = 0;
  // The locks it needs, in the order in which to take them; the first one names its checkpoint. The database may be
  // asked which they are: nothing else that is read here can be relied on later.
  virtual job_step<std::vector<lock_name>> locks(const job_site& site) = 0;
  // Reads what the job needs, and says which games it asks for.
  virtual job_step<job_request> prepare(const job_site& site) = 0;
  // How the engine is to be made. `services.open_store` opens connections that check the locks.
  virtual result<void> equip(engine_settings&, engine_services&) { return {}; }
  // Changes by decree, once the schedules are there and before ledgers are read.
  virtual result<void> decree(const job_site&) { return {}; }
  // When schedules and ledgers are known, before the work is planned: may narrow the limits of each season.
  virtual void narrow(std::vector<season_plan>&) {}
  // What is wrong after the run beside its games: so many more failures.
  virtual result<std::int64_t> failures_beside(const job_site&) { return std::int64_t{0}; }
  // The new value of its checkpoint, from the plan (its ledgers are those after the run) and the report; nullopt leaves
  // it. Lanes are always kept, whatever this says.
  virtual std::optional<std::string> checkpoint(const job_plan&, const run_report&) { return std::nullopt; }
};

}  // namespace nba
