// Runs that were killed: a row of `ingest_runs` without an end, which no lock stands for.
//
// A run has its locks before its row, and completes the row before it gives them back. So a row without an end, whose
// run has no lock after the row was read, and still has no end then, is that of a dead run (or of one that lost its
// lock and may write nothing more). Threads: the store's thread; the rest are pure functions.
// docs/adr/0122-health.md
#pragma once

#include "pipeline/event_log.hpp"
#include "storage/store.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// What the locks say of a run that has no end.
enum class lock_sight {
  none,    // it holds none
  dead,    // its process is gone, or the database has given the lock back
  unseen,  // it holds one, and its process cannot be seen from here
  alive,
};
lock_sight sight_of(std::string_view run_id, std::span<const named_lock> locks);
constexpr bool is_dead(lock_sight value) { return value == lock_sight::none || value == lock_sight::dead; }

// Killed, and a later run of its job has noted it. A row without an end may be one too: see above.
inline bool is_noted_dead(const run_row& row) { return row.ended_at && !row.exit_code; }

// When it was heard last, by its own clock: its newest snapshot, else its start.
utc_time heard_last(const run_row& row);

// Of how many of the newest runs the dead ones are found.
inline constexpr std::size_t runs_searched_for_dead = 200;

// What the next run of a job does once it has its row: each dead run of the same job gets an end in its row (never an
// exit code) and one event run.died. Best effort: what cannot be read or written is left to the next one.
void note_dead_runs(store& database, const run_row& own, event_sink* log);

}  // namespace nba
