// Places where a test build can be made to die.
//
// Purpose: a run may be killed at any instruction; the interesting ones lie between two durable steps. Each such place
// says NBA_FAILPOINT("name"). With the environment variable NBA_FAILPOINT=NAME:N the process kills itself with SIGKILL
// when it comes to that place for the N-th time (counted over all threads). tests/crash goes through all of them.
// CMake option NBA_FAILPOINTS; where it is off (every release build) nothing of it is in the program.
// docs/adr/0080-failpoints.md
// Threads: any. Errors: an NBA_FAILPOINT that names no point, or no number, ends the process with exit code 120 at the
// first point it meets: a test that kills nothing must not pass.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace nba {

// All of them, in the order of a run. What stands before the dot is the step.
inline constexpr std::array<std::string_view, 31> failpoints{{
    "open.file_made",  // SQLite: the file is there, and empty
    "migrate.before_step",
    "migrate.script_run",  // but the migration is not noted yet
    "migrate.before_commit", "migrate.after_commit",
    "lock.before_commit",  // PostgreSQL: the advisory lock is held, its row is not written
    "lock.after_commit",     "run_start.before_commit", "run_start.after_commit",
    "plan.schedule_written",  // the ledger does not know these games yet
    "plan.before_commit",    "plan.after_commit",       "states.before_commit",    "states.after_commit",
    "games.rows_deleted",   // of a corrected game the old rows
    "games.rows_inserted",  // the ledger still says what it said
    "core.before_commit",    "core.after_commit",       "derived.before_commit",   "derived.after_commit",
    "park.ledger_written",  // the dead letter is not
    "park.before_commit",    "park.after_commit",       "watermark.before_commit", "watermark.after_commit",
    "decree.before_commit",  "decree.after_commit",     "run_end.before_commit",   "run_end.after_commit",
    "unlock.before_commit",
    "unlock.after_commit",  // PostgreSQL: the row is gone, the advisory lock is still held
}};

// One of them, by its place in the list. A name that is not listed does not compile.
class failpoint {
 public:
#ifdef NBA_FAILPOINTS
  consteval explicit failpoint(std::string_view name) {
    while (failpoints[place_] != name) ++place_;  // past the end: no constant expression
  }
  void hit() const;

 private:
  std::size_t place_ = 0;
#else
  consteval explicit failpoint(std::string_view) {}
  void hit() const {}
#endif
};

// The two around a commit.
struct commit_points {
  failpoint before, after;
};

}  // namespace nba

#define NBA_FAILPOINT(name) (::nba::failpoint{name}.hit())
