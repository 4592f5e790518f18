// What changes while a fake NBA is asked: a scenario as data.
//
// Purpose: games that become final between two requests, corrected payloads, games that move, hosts that turn hostile
// and recover, in a file (`simulate --script FILE`) or a test. Steps happen when so many requests have arrived, so a
// scenario does not depend on how fast anybody is.
// Threads: plain values.
// Errors: parse_script answers class configuration and names the line.
#pragma once

#include "bench/fake_nba/faults.hpp"
#include "pipeline/time.hpp"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace nba {

struct set_faults_step {
  std::vector<fault_rule> rules;  // in place of those before; empty: the host behaves
};
struct set_today_step {
  et_date today;  // games after this day are not played yet
};
// The game's box score is published again with another attendance: another digest, and every rule still kept.
struct correct_step {
  game_id game;
};
// The schedule lists the game on another date.
struct move_step {
  game_id game;
  et_date date;
};

struct script_step {
  std::uint64_t after_requests = 0;
  std::variant<set_faults_step, set_today_step, correct_step, move_step> what;
};

// One step a line; empty lines and what follows a # are skipped:
//   AFTER_REQUESTS faults RULE ...      0 faults 429:0.1:retry-after=1 drop:0.05
//   AFTER_REQUESTS today DATE           400 today 2024-12-24
//   AFTER_REQUESTS correct GAME         500 correct 0022400007
//   AFTER_REQUESTS move GAME DATE       600 move 0022400100 2025-02-03
// Answered in the order of AFTER_REQUESTS; steps of the same number in the order of their lines.
result<std::vector<script_step>> parse_script(std::string_view text);

}  // namespace nba
