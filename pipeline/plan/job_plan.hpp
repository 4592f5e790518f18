// The plan of a job: schedules and ledgers of its seasons in, games to do in chunks out.
//
// Purpose: what a run decides before it begins, without database, host or clock; the deterministic simulation plans its
// runs by the same functions. Threads: pure functions and plain values.
#pragma once

#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/daily.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/plan/work.hpp"

#include <cstddef>
#include <optional>
#include <set>
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
  int parallel = 4;  // chunks in flight at a time
  // Why they are cut like this, and so many at a time, as parts of a sentence; empty where a number was asked for.
  std::string chunks_why, parallel_why;
  std::size_t games_to_fetch() const;
  std::size_t games_to_derive() const;
  std::size_t already_terminal() const;
  std::size_t already_closed() const;  // of these: without rows
};

// A season's schedule as an earlier run stored it. Class rejected when the database has none.
result<schedule> schedule_of_plan(season of, std::vector<planned_game> games);

// Exactly these games, season by season: what is done to dead letters.
std::vector<season_scope> scopes_of(const std::set<game_id>& games);
// Of games that were asked for by name (scope::only): those that the plan neither tries nor lists as not ready, with
// the reason. One that is done is not done again, whoever asks.
std::vector<not_ready_game> named_for_nothing(const job_plan& plan);
// Of games that were asked for by name those that nobody knows: no schedule, no ledger. Mistyped, most likely.
std::vector<game_id> unknown_games(const job_plan& plan);

// Dates with open games, of all seasons of a daily run.
open_dates find_open_dates(const std::vector<season_plan>& seasons);
// The dates on which the daily mark stops: those, and what the seasons hold whose schedule did not come.
std::set<et_date> dates_held(const job_plan& plan, et_date from, const std::set<game_type>& types);

// Sets the limits of every season of a daily run, and answers its window: the dates after the stored one up to
// `target`; without a stored one those after the last done date, else `target` alone. Beside the window every season's
// earlier games that could be finished (scope::earlier_untried).
date_range narrow_daily(std::vector<season_plan>& seasons, std::optional<et_date> stored, et_date target,
                        int catch_up_days);

// Notes in every season's schedule what the stored plan has beside it (schedule::unlisted).
void note_unlisted(schedule& listed, std::vector<planned_game> stored);

// How the work is to be cut, and how many chunks are to be in flight.
struct chunk_order {
  int days = 7;      // of a chunk; chunk_days_auto: by games
  int parallel = 4;  // parallel_auto: as many as the engine keeps busy
  chunk_settings by_games = {};
  std::size_t games_in_flight_max = 0;  // what the engine can have under way
};

// Plans the work of every season (season_plan::work) and cuts all of it into chunks. Chunks are cut from the first date
// of the scope, done games included: the same dates fall into the same chunk in every run, as long as the schedule
// stays the same. Class rejected when a scope asks for something that the schedule does not have.
result<void> plan_chunks(job_plan& plan, utc_time now, const chunk_order& order);
result<void> plan_chunks(job_plan& plan, utc_time now, int chunk_days);
result<void> plan_chunks(job_plan& plan, et_date today, int chunk_days);  // at noon of that day

}  // namespace nba
