// The plan (what the schedule says) and the ledger (what became of each planned game).
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/plan/schedule_reading.hpp"
#include "pipeline/result.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nba {

// A game that left the run in a state other than loaded or done.
struct state_change {
  nba::game_id game_id;
  game_state state = game_state::planned;
  int attempts = 0;
  std::optional<failure_class> error_class;
  std::string error;
  // Replaces what the ledger has; empty: nothing speaks for closing the game any more.
  std::optional<closing_evidence> closing = {};
  // Added to the ledger unless it has one already; empty adds nothing.
  std::string played_evidence = {};
  // The game was closed, and is so no more: without this no terminal state gives way to one that is not. A game that is
  // done stays done all the same.
  bool reopens = false;
};

class ledger_store {
 public:
  virtual ~ledger_store() = default;

  // Upserts `schedule_games`, and adds ledger rows in state planned for games the ledger has not seen; a game whose
  // date moved gets the new date, and one with a result is noted as played. Existing states stay. One transaction.
  virtual result<void> write_plan(nba::season season, std::span<const planned_game> games) = 0;
  virtual result<std::vector<planned_game>> read_plan(nba::season season) = 0;
  // Notes that the season's schedule was read; what the reading before it left out is forgotten.
  virtual result<void> write_reading(const schedule_reading& reading) = 0;
  // The last one; nullopt when no schedule of the season was ever read (by this version).
  virtual result<std::optional<schedule_reading>> read_reading(nba::season season) = 0;
  // Rows of the season in id order. A row that cannot be read (unknown state, bad id) is reported as state planned.
  virtual result<std::vector<ledger_entry>> read_ledger(nba::season season) = 0;
  // One transaction. A terminal state in the database is never overwritten by a non-terminal one, except done by loaded
  // through core_write, and a closed one by a change that `reopens`.
  virtual result<void> write_states(std::span<const state_change> changes, const std::string& run_id) = 0;
};

}  // namespace nba
