// The canary: a game known to exist, asked before another one is called missing.
//
// The NBA's edge answers 403 for a missing game and 403 for a blocked client, with the same page. Only a game that is
// known to be there tells them apart.
// Threads: not thread-safe; owned by the fetch actor. Time is an argument.
#pragma once

#include "pipeline/plan/game_id.hpp"

#include <chrono>
#include <optional>

namespace nba {

// Opening night of 2024-25; on cdn.nba.com since October 2024.
inline constexpr const char* default_canary_game = "0022400061";

class canary {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  // How long an answer of the canary (or of any other game) speaks for the host.
  static constexpr std::chrono::seconds freshness{30};

  canary() = default;
  // `known_good`: a game the ledger knows as done. `fallback`: the configured id.
  canary(std::optional<game_id> known_good, std::optional<game_id> fallback)
      : known_good_(std::move(known_good)), fallback_(std::move(fallback)) {}

  // A game's box score was served: it is the best canary from now on.
  void answered_well(const game_id& id) { latest_ = id; }
  // The canary itself was asked and answered well: the host serves games, for a while.
  void vouched(time_point now) { vouched_at_ = now; }
  // Whether a refusal may be called `unavailable` without asking the canary again.
  bool is_fresh(time_point now) const { return vouched_at_ && now - *vouched_at_ <= freshness; }
  // The game to ask: the latest one that was served, else the ledger's, else the configured one; never `refused`
  // itself.
  std::optional<game_id> choose(const game_id& refused) const {
    for (const auto* candidate : {&latest_, &known_good_, &fallback_})
      if (*candidate && **candidate != refused) return *candidate;
    return std::nullopt;
  }

 private:
  std::optional<game_id> latest_, known_good_, fallback_;
  std::optional<time_point> vouched_at_;
};

}  // namespace nba
