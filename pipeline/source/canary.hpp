// The canary: a game known to exist, asked before another one is blamed.
//
// The NBA's edge answers 403 for a missing game and 403 for a blocked client, with the same page; and whatever else is
// wrong with an answer may be wrong with one game or with the host. Only a game that is known to be there tells them
// apart. It is also the probe of a half-open host (host_budget.hpp). host_judge.hpp uses it.
//
// Refusals that wait for the canary share its answer. Those that come after it may share it too, but it is older than
// they are and a block may have begun in between: so only for `freshness`, and only `shares_max` of them. A good answer
// for some game is no verdict: when a block begins, the last one is always a moment old. Threads: not thread-safe;
// owned by the request book. Time is an argument.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace nba {

// Opening night of 2024-25; on cdn.nba.com since October 2024.
inline constexpr const char* default_canary_game = "0022400061";

class canary {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  // How long, and for how many later refusals, an answer of the canary speaks for the host.
  static constexpr std::chrono::seconds freshness{30};
  static constexpr int shares_max = 4;

  canary() = default;
  // `known_good`: games the ledger knows as done, the best first (draw_known_good). `fallback`: the configured id, for
  // a ledger that knows none: a host may serve a well-known document and nothing else, so it proves less.
  canary(const std::vector<game_id>& known_good, std::optional<game_id> fallback);

  // A game's document was served: it is the best canary from now on.
  void answered_well(const game_id& id);
  // The games to ask, the best first: those served lately, the ledger's, the configured one.
  const std::vector<game_id>& candidates() const noexcept { return candidates_; }
  // The first of them; never `refused` itself.
  std::optional<game_id> choose(const game_id& refused) const;

  // The canary itself was asked and answered well: the host serves games, for a while.
  void vouched(time_point now);
  // The canary was asked and did not answer well. It goes behind the other candidates, so that one that is no longer
  // there does not condemn the host for good; what was vouched before is void.
  void did_not_answer(const game_id& asked);

  // Whether a refusal may be called `unavailable` without asking the canary again.
  bool is_fresh(time_point now) const;
  // The same for one refusal that makes use of it.
  bool share(time_point now);

 private:
  std::vector<game_id> candidates_;  // best first, at most candidates_max
  std::optional<time_point> vouched_at_;
  int shares_ = 0;
};

struct done_game {
  game_id id;
  et_date date{};
};
// So many games of the database are asked before its host counts as down (judge_settings::opinions).
inline constexpr std::size_t known_good_max = 3;
// They are drawn from so many that were played last.
inline constexpr std::size_t known_good_pool = 64;
// Done games to compare with, in an order that the seed decides. No single document may vouch for a host day after day:
// the seed is to be another one every day (seed_of).
std::vector<game_id> draw_known_good(std::vector<done_game> done, std::uint64_t seed);
std::uint64_t seed_of(et_date today);
// The same from what a run knows of its games.
std::vector<game_id> draw_known_good(const std::unordered_map<game_id, ledger_entry>& ledger, et_date today);

}  // namespace nba
