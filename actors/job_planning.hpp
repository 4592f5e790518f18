// From schedules and ledgers to the input of the engine.
//
// Purpose: what the job runner decides before a run, without database, host or clock; the deterministic simulation
// plans its runs by the same functions. Threads: pure functions and plain values.
#pragma once

#include "actors/engine.hpp"
#include "pipeline/plan/daily.hpp"
#include "pipeline/plan/work.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace nba {

struct season_scope {
  nba::season season;
  scope limits;
};

// What is to be done, before anything is done.
struct season_plan {
  nba::season season;
  scope limits;
  nba::schedule schedule;
  std::vector<ledger_entry> ledger;
  work_plan work;
};
struct job_plan {
  std::vector<season_plan> seasons;
  // Those that could not be planned, of a definition that says any_season_suffices.
  std::vector<missing_season> missing;
  std::vector<chunk> chunks;
  std::size_t games_to_fetch() const;
  std::size_t games_to_derive() const;
  std::size_t already_terminal() const;
};

// Plans the work of every season (season_plan::work) and cuts all of it into chunks. Chunks are cut from the first date
// of the scope, done games included: the same dates fall into the same chunk in every run. Class rejected when a scope
// asks for something that the schedule does not have.
result<void> plan_chunks(job_plan& plan, et_date today, int chunk_days);

// The ledger rows that follow the schedule: postponed, cancelled, or planned again.
std::vector<state_change> planned_changes(const work_plan& work);

// One tracker per lane of a season, from the whole plan, whatever the run's scope is.
run_input make_input(std::string run_id, int parallel, const job_plan& plan, const std::vector<watermark_row>& marks);

}  // namespace nba
