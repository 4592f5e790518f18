// A host's judge before whom games fail and come, and what a host can answer.
#pragma once

#include "pipeline/source/host_judge.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>

namespace nba::test::court_room {

using order = host_judge::order;

inline const host_judge::time_point start{std::chrono::hours{1}};

inline game_id game(int number) {
  const auto digits = std::to_string(number);
  return game_id::parse("00224" + std::string(5 - digits.size(), '0') + digits).value();
}
inline const game_id known = game(999);

inline classified answer(verdict what) {
  auto kind = failure_class::transient;
  if (what == verdict::contract_drift) kind = failure_class::contract_drift;
  if (what == verdict::refused) kind = failure_class::unavailable;
  if (what == verdict::another_game) kind = failure_class::rejected;
  if (what == verdict::throttled) kind = failure_class::throttled;
  return {what, {kind, "it answered " + std::string{to_string(what)}, "there"}};
}
inline const auto good = classified{};
inline const auto page = answer(verdict::contract_drift);
inline const auto broken = answer(verdict::transient);
inline const auto refusal = answer(verdict::refused);
inline const auto mixed_up = answer(verdict::another_game);
inline const auto slow_down = answer(verdict::throttled);

// The box score of game N has ticket 2 N, its play-by-play 2 N + 1.
struct court {
  explicit court(std::optional<game_id> witness = known, judge_settings settings = {})
      : judge(settings, canary{{}, std::move(witness)}) {}

  host_judge::ruling fails(int number, const classified& how, endpoint what = endpoint::boxscore) {
    const auto ticket = static_cast<host_judge::ticket>(2 * number + (what == endpoint::playbyplay ? 1 : 0));
    return judge.failed(ticket, game(number), what, how, start);
  }
  void comes(int number, endpoint what = endpoint::boxscore) {
    const auto ticket = static_cast<host_judge::ticket>(2 * number + (what == endpoint::playbyplay ? 1 : 0));
    judge.succeeded(ticket, game(number), what);
  }
  // Asks the canary and answers it.
  host_judge::verdict_of_canary canary_says(const classified& how) {
    REQUIRE(judge.next_question());
    return judge.canary_said(how, start);
  }
  host_judge judge;
};

inline order only_order(const host_judge::verdict_of_canary& verdict) {
  REQUIRE(verdict.rulings.size() == 1);
  return verdict.rulings.front().what;
}

}  // namespace nba::test::court_room
