// What a run says aloud beside its actors and its session.
//
// Threads: on run_job's thread.
#pragma once

#include "actors/run/job_runner.hpp"

#include <string>

namespace nba {

// Whether a game that the plan closes is an alarm: concluded from what is missing.
bool is_alarm(const not_ready_game& closed);

// A run without work is well; one whose limits leave no game at all is told which of them does.
void report_no_games(const job_environment& environment, const std::string& job, const job_request& request,
                     const job_plan& plan);
// What the plan chose where the job asked for no number.
void report_chosen_chunks(const job_environment& environment, const job_plan& plan);
// What follows from the schedule alone, before anything is fetched.
void report_planned_verdicts(const job_environment& environment, const job_plan& plan);
void report_unknown_arenas(const job_environment& environment, const run_input& input);
// A write-ahead log that cannot be taken over into the file: somebody keeps a read transaction open.
void report_grown_log(const job_environment& environment);

}  // namespace nba
