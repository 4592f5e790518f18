// What becomes of a game that failed in this run: parked, not ready, or terminal.
//
// One place decides it for every failure class (design: "Failure classes"). Retries inside a stage are over when this
// is asked. Threads: pure functions.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/plan/planned_game.hpp"

#include <chrono>
#include <string>

namespace nba {

struct disposition_settings {
  // A game the host has no data for becomes terminal `unavailable` after this many confirmations ...
  int unavailable_confirmations = 3;
  // ... on occasions at least this far apart.
  std::chrono::minutes unavailable_spacing{60};
};

struct disposition {
  enum class kind {
    park,       // dead letter, ledger `parked`: counts as a failure of the run
    terminal,   // the ledger gets a terminal state; no failure
    not_ready,  // stays in the plan; named in the report
  } what = kind::not_ready;
  game_state state = game_state::planned;  // ledger state from now on
  int attempts = 0;
  bool writes_ledger = true;       // false: the ledger row stays as it is
  bool counts_as_failure = false;  // for the exit code
  std::string reason;              // for the ledger and the log
  std::string summary;             // for the report on the screen: shorter where the reason quotes an answer
};

// `known`: the game's ledger row as this run found it.
disposition dispose(const failure& why, const ledger_entry& known, utc_time now, const disposition_settings& settings);

}  // namespace nba
