// How a run ends: what is named in its report, what is waited for, and the one answer that the engine gets.
//
// Threads: functions of the job actor, called in its turn. Bounds: the last checkpoint and the last status of a stage
// may take so long, then the report goes without them (job_end.cpp).
#pragma once

#include "actors/job_actor.hpp"

#include <chrono>
#include <string>

namespace nba {

using job_self = job_actor::stateful_pointer<job_state>;

// Of the run until now, or of all of it; 0 before it begins.
std::chrono::milliseconds elapsed_of(const job_state& s);
// Answers the engine, once.
void deliver_report(job_self self);
// Ends the run at once: nothing after the job can be waited for. Also while the last answers are waited for.
void abandon_run(job_self self, run_ending ending, std::string reason);
// When no game is under way and none will be: the last checkpoint, the last figures, the report.
void end_if_over(job_self self);

}  // namespace nba
