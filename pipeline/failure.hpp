// What can go wrong with a game, a request or a store, as values.
//
// Purpose: every failure in the engine is one of these classes; each class has its own retry, budget effect, ledger
// state and alert level (docs/architecture.md, "Failure classes"). Library exceptions stop at the library's edge and
// become a `failure`.
// Threads: plain values, freely copied between threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nba {

enum class failure_class {
  throttled,       // the host asked us to slow down: 429, 503 with Retry-After, stalls in bursts
  transient,       // worth another try: timeout, reset, 5xx, truncated body, DNS
  edge_blocked,    // the edge refuses everything, the canary included: pause the host, blame no game
  unavailable,     // the host answers, but not for this id
  not_final,       // the game is not over yet (or its payload does not say so yet)
  postponed,       // moved to another date
  cancelled,       // never played
  contract_drift,  // the payload is not shaped as agreed: missing path, wrong type, HTML where JSON was due
  rejected,        // the payload is well-formed but its numbers contradict each other
  storage,         // the database: serialization failure, connection lost, disk full
  configuration,   // a setting, argument or data file of ours is wrong
  internal,        // a bug: a broken invariant of the engine itself
};

// Stable lower-case name, as written to the ledger, the logs and metrics labels ("contract_drift").
std::string_view to_string(failure_class value);
// Inverse of to_string; nullopt for an unknown name.
std::optional<failure_class> parse_failure_class(std::string_view name);

struct failure {
  failure_class kind = failure_class::internal;
  // One sentence for a person: what is wrong, with the offending value; names the fix where there is one.
  std::string message;
  // Where: a JSON path ("game.homeTeam.players[3].statistics.points"), a rule name ("team_points_reconcile"),
  // an SQL object, a file. Empty when there is nothing to point at.
  std::string where = {};
};

// "contract_drift: expected an integer, found a string (game.homeTeam.score)"
std::string describe(const failure& value);

}  // namespace nba
