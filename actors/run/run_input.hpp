// From the plan of a job to the input of the engine.
//
// Threads: pure functions.
#pragma once

#include "actors/engine.hpp"
#include "pipeline/plan/job_plan.hpp"
#include "storage/store.hpp"

#include <string>
#include <vector>

namespace nba {

// The ledger rows that follow the schedule: postponed, cancelled, or planned again.
std::vector<state_change> planned_changes(const work_plan& work);

// One tracker per lane of a season, from the whole plan, whatever the run's scope is.
run_input make_input(std::string run_id, int parallel, const job_plan& plan, const std::vector<watermark_row>& marks);

}  // namespace nba
