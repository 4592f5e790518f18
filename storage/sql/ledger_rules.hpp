// What may happen to a row of the ledger. The rules of docs/data-model.md, in one place.
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "storage/store.hpp"

#include <string>
#include <string_view>

namespace nba::sql {

// The part of an `ingest_games` row that decides. A missing row is a planned game.
struct ledger_row {
  game_state state = game_state::planned;
  // Set exactly when the game's core rows are in the database.
  std::string payload_sha256;
  // Above 0 exactly when its derived rows are.
  int rules_version = 0;

  bool has_core_rows() const { return !payload_sha256.empty(); }
  bool has_derived_rows() const { return rules_version > 0; }
};

// What a core_write with this digest does to the game.
write_outcome decide_core_write(const ledger_row& game, std::string_view payload_sha256);
// The row after it. A game whose rows arrive is loaded, whatever was thought of it: unavailable, waived or cancelled
// games too. An unchanged game keeps `done`.
ledger_row after_core_write(const ledger_row& game, std::string_view payload_sha256);

// SQL condition on the stored row `ingest_games` under which a state change (or parking) may replace its state:
// nothing but new rows moves a done game, and no terminal state gives way to one that is not, unless the change says
// that it reopens a closed game.
std::string_view may_become(game_state wanted, bool reopens = false);

}  // namespace nba::sql
