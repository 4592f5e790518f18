// The schedules of a job's seasons, and the work that follows from them.
//
// Threads: on run_job's thread; they block as long as hosts and database do. Errors: a step answers why the run ends.
#pragma once

#include "actors/engine.hpp"
#include "actors/run/job_runner.hpp"

#include <optional>

namespace nba {

// A step that ends the run unless it answers nullopt.
using run_step = std::optional<job_error>;

// Finds every season's schedule, or reads it from the database (null: there is none). A missing one ends the job,
// unless another season suffices.
run_step find_schedules(engine& source, store* database, const job_environment& environment, const job_request& request,
                        job_plan& plan);
// Notes what the stored plans have beside the schedules, and reads the ledgers. `writes`: stores the schedules, too.
run_step read_ledgers(store& database, const job_environment& environment, bool writes, job_plan& plan);
// Ends the job when a game was asked for by name and neither schedule nor database knows it.
run_step refuse_unknown(const job_plan& plan);
// Narrows the limits, and plans the work of every season, in chunks as the request has them.
run_step plan_work_of(const job_environment& environment, job& wanted, const job_request& request, job_plan& plan);
// Ledger rows that follow the schedule: postponed, cancelled, planned again, or more evidence.
run_step write_planned_states(store& database, const job_environment& environment, job_plan& plan);
// A finished game that is fetched again counts as unchanged when its documents are the same; not so when its rows are
// not those that were written. Then what the ledger says of them is forgotten for this run.
run_step distrust_damaged(store& database, job_plan& plan);

}  // namespace nba
