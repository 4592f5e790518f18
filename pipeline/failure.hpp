// What can go wrong with a game, a request or a store, as values.
//
// Purpose: every failure in the engine is one of these classes; what follows from the class alone is in one table.
// Library exceptions stop at the library's edge and become a `failure`. Threads: plain values, freely copied between
// threads.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

enum class failure_class {
  throttled,
  transient,
  edge_blocked,
  unavailable,
  not_final,
  postponed,
  cancelled,
  contract_drift,
  rejected,
  storage,
  configuration,
  internal,
};

// What becomes of a game that fails with it, unless more is known of the game (pipeline/plan/disposition.hpp).
enum class game_fate {
  parks,     // a dead letter; counts in the exit code; asked for again when somebody wants it
  stays,     // its ledger row stays: the run did not do its job, and says so in the exit code
  is_asked,  // no verdict yet: what schedule and host say on other days decides
};

struct failure_traits {
  failure_class kind;
  std::string_view name;  // in the ledger, the logs and labels of metrics
  game_fate fate;
  bool host_refuses;  // whoever has another host for the same document asks there
  std::string_view meaning;
};

// Every class, with all that is decided by the class alone. In the order of the enumeration.
inline constexpr failure_traits failure_table[] = {
    {failure_class::throttled, "throttled", game_fate::stays, true,
     "the host asked for a slower pace: 429, 503 with Retry-After, stalls in bursts"},
    {failure_class::transient, "transient", game_fate::parks, true,
     "timeout, reset, 5xx, truncated body, no name, no connection; parked when the tries are used up"},
    {failure_class::edge_blocked, "edge_blocked", game_fate::stays, true,
     "the host refuses everything, the canary included"},
    {failure_class::unavailable, "unavailable", game_fate::is_asked, true, "the host answers, but not for this id"},
    {failure_class::not_final, "not_final", game_fate::is_asked, false,
     "the game is not over, or its documents do not say so yet"},
    {failure_class::postponed, "postponed", game_fate::is_asked, false, "moved to another date"},
    {failure_class::cancelled, "cancelled", game_fate::is_asked, false, "never played"},
    {failure_class::contract_drift, "contract_drift", game_fate::parks, true,
     "a document is not shaped as agreed: missing path, wrong type, HTML"},
    {failure_class::rejected, "rejected", game_fate::parks, false,
     "a document is well-formed and contradicts itself, the schedule or its neighbour"},
    {failure_class::storage, "storage", game_fate::stays, false,
     "the database: serialization failure, connection lost, disk full"},
    {failure_class::configuration, "configuration", game_fate::stays, false,
     "a setting, argument or data file of ours is wrong"},
    {failure_class::internal, "internal", game_fate::parks, false, "a bug of the engine itself"},
};
constexpr const failure_traits& traits_of(failure_class kind) { return failure_table[static_cast<std::size_t>(kind)]; }

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
