// A game as the league's schedule knows it, and as the ledger remembers it.
//
// Threads: plain values.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/plan/closing.hpp"
#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

// `gameStatus` of the schedule and of box scores.
enum class game_status { scheduled = 1, live = 2, final = 3 };

// One game of the schedule. Rows of the table `schedule_games`.
struct planned_game {
  game_id id;
  // The ET date (`gameDateEst`); three quarters of games have another date in UTC.
  et_date date{};
  // `gameDateTimeUTC`; empty while the time is to be determined.
  std::optional<utc_time> tipoff_utc = {};
  game_status status = game_status::scheduled;
  // Off its date, new date not known yet. The status text decides ("PPD", "Postponed"); `postponedStatus` "Y" counts
  // only where there is no text: the flag is "A" or "N" in recorded seasons, moved games included, and a feed of
  // 2026-27 was reported to set it on every game (docs/adr/0022).
  bool postponed = false;
  // A playoff game that is played only if the series needs it.
  bool if_necessary = false;
  // 0 while the team is not decided.
  std::int64_t home_team_id = 0;
  std::int64_t away_team_id = 0;
  std::string home_tricode = {};
  std::string away_tricode = {};
  // Final score as the schedule has it; empty unless status is final.
  std::optional<int> home_score = {};
  std::optional<int> away_score = {};
  std::string arena_name = {};
  std::string arena_city = {};
  std::string arena_state = {};
  bool is_neutral = false;
  // The status text says so ("Cancelled"): never to be played. Not a column of `schedule_games`: the ledger keeps it.
  bool cancelled = false;

  bool operator==(const planned_game&) const = default;
};
// Final with a score. A "Final" without points is no evidence: postponed games were seen listed like that.
bool has_result(const planned_game& game);

// State of a game in the ledger (`ingest_games.state`).
enum class game_state { planned, loaded, done, parked, waived, unavailable, postponed, cancelled, not_final };
std::string_view to_string(game_state value);
std::optional<game_state> parse_game_state(std::string_view name);
// done, waived, cancelled, unavailable: no run has to come back to it.
bool is_terminal(game_state value);

// One row of `ingest_games`.
struct ledger_entry {
  game_id id;
  et_date date{};
  game_state state = game_state::planned;
  // Occasions on which the game was tried and did not become `done`.
  int attempts = 0;
  std::optional<failure_class> error_class = {};
  std::string error = {};
  // Lower-case hex SHA-256 over box score and play-by-play bodies; empty when the game was never loaded.
  std::string payload_sha256 = {};
  // Version of the derivation rules its derived rows were computed with; 0 = none.
  int rules_version = 0;
  utc_time updated_at{};
  // What speaks for closing the game, or what it was closed for. Empty for a game that nobody doubts, and for one that
  // is done.
  std::optional<closing_evidence> closing = {};
  // What once showed that the game was played ("the schedule: 110-101"); never forgotten, whatever is said later.
  std::string played_evidence = {};
};
// Terminal without rows: waived, cancelled or unavailable.
bool is_closed(game_state value);
// Whether anything has ever shown that the game was played. Such a game is never cancelled or postponed.
bool shows_played(const planned_game& game, const ledger_entry* known);

}  // namespace nba
