// What becomes of a game that failed in this run: parked, not ready, or terminal.
//
// One place decides it for every failure class (design: "Failure classes"). Retries inside a stage are over when this
// is asked. Threads: pure functions.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/plan/planned_game.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace nba {

struct disposition_settings {
  // A game that the schedule calls final and the host has no data for becomes terminal `unavailable` after this many
  // refusals, each on another ET day ...
  int unavailable_confirmations = 3;
  // ... and at least this long after the one before.
  std::chrono::milliseconds unavailable_spacing{std::chrono::minutes{60}};
  // A game that was played and whose documents are still not final this many days after its date is parked.
  int patience_days = 3;
};

// A failed game, with what is known about it.
struct failed_game {
  planned_game game;   // as the schedule of this run has it
  ledger_entry known;  // as this run found it
  // What the documents of this try show ("the play-by-play has the end of the game"); empty when nothing.
  std::string played_evidence = {};
  // Whether the schedule may close games (schedule::may_close).
  bool may_close = true;
  // Why the game is not to blame: many others suffered the same (common_trouble.hpp). Empty: it is looked at alone.
  std::string shared = {};
  // Its rows came from the database, and are refused or not as they were written: that says nothing of its documents.
  bool from_store = false;
};

struct disposition {
  enum class kind {
    park,       // dead letter, ledger `parked`: counts as a failure of the run
    terminal,   // the ledger gets a terminal state, or has it already and has been asked about once more
    not_ready,  // stays in the plan; named in the report
  } what = kind::not_ready;
  game_state state = game_state::planned;  // ledger state from now on
  int attempts = 0;
  std::optional<closing_evidence> closing = {};  // of the ledger row from now on
  bool reopens = false;                          // it was closed, and is so no more
  bool newly_closed = false;                     // terminal since this try: an alarm
  bool counts_refusal = false;                   // the host has nothing for a final game: another occasion, or the last
  bool writes_ledger = true;                     // false: the ledger row stays as it is
  bool counts_as_failure = false;                // for the exit code
  std::string reason;                            // for the ledger and the log
  std::string summary;  // for the report on the screen: shorter where the reason quotes an answer
};

disposition dispose(const failure& why, const failed_game& of, utc_time now, const disposition_settings& settings);

}  // namespace nba
