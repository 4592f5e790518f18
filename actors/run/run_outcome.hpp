// What a run ends with: its report completed by what the plan decided, the reason, the exit code.
//
// Threads: pure functions, and functions on the session's thread.
#pragma once

#include "actors/run/job_runner.hpp"
#include "actors/run/run_session.hpp"

#include <vector>

namespace nba {

// What became of games before the pipeline began.
void add_planned_verdicts(const job_request& request, const job_plan& plan, run_report& report);
// Of the missing seasons those that may have games in the scope of the run.
std::vector<missing_season> incomplete_seasons(const job_request& request, const job_plan& plan);
// Ends the session as the run ended. A run whose row turns out to be lost did not do what it says.
void end_session(const job_environment& environment, job_result& outcome, run_session& session);

}  // namespace nba
