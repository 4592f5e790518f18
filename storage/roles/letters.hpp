// Dead letters: games that are parked, with everything that is known about why.
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// Everything that is known about a parked game. At most one unresolved dead letter per game: parking again adds to it
// (attempts add up, last_failed_at and last_error are the newest) and keeps the first evidence: stage, class, error and
// payload stay, unless the letter has no payload and the new failure has one.
struct dead_letter {
  std::int64_t dead_letter_id = 0;
  nba::game_id game_id;
  std::string stage;  // "fetch", "transform", "load", "derive"
  failure_class error_class = failure_class::internal;
  std::string error;  // describe() of the failure
  int attempts = 0;
  std::string payload_sha256;
  std::string payload;  // the payloads that failed, zlib-compressed; empty when nothing was fetched
  utc_time first_failed_at{};
  utc_time last_failed_at{};
  std::optional<utc_time> resolved_at;
  std::string resolution;  // "retried", "waived"
  std::string reason;
  // What went wrong at the last try; empty where that is `error`.
  std::string last_error = {};
  // For the ledger row, when parking: see state_change.
  std::string played_evidence = {};
  bool reopens = false;
};

class letter_store {
 public:
  virtual ~letter_store() = default;

  // Parks the game: dead letter and ledger row (state parked) in one transaction.
  virtual result<void> park(const dead_letter& letter, const std::string& run_id) = 0;
  // Unresolved first, newest first; without payloads.
  virtual result<std::vector<dead_letter>> read_dead_letters(bool include_resolved) = 0;
  virtual result<std::optional<dead_letter>> read_dead_letter(std::int64_t dead_letter_id) = 0;
  // Marks the unresolved dead letters of the game resolved ("retried" when it became done, "waived" by decree; waived
  // also moves the ledger row to waived). False when there was none.
  virtual result<bool> resolve_dead_letter(const game_id& id, std::string_view resolution, std::string_view reason) = 0;
};

}  // namespace nba
