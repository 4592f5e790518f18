// What holds a lane, and which games are missing: the reports of `status`, `gaps` and the end of a run.
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/time.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace nba {

// What the explanations need to know beside the ledger.
struct report_context {
  et_date today{};  // ET date of now
  // Confirmations after which a game counts as unavailable.
  int unavailable_confirmations = 3;
  // Stage that parked a game, from its unresolved dead letter; games without an entry are just "parked".
  std::unordered_map<game_id, std::string> parked_stages = {};
};

// The ledger as the plan wants it: one row per planned game, state planned where the ledger has none; rows of games
// that the schedule no longer lists stay. In id order.
std::vector<ledger_entry> complete_ledger(std::span<const planned_game> plan, std::span<const ledger_entry> ledger);

// Why a game that is not terminal is not done: "not played yet: scheduled for 2026-12-01", "parked in transform:
// rejected: ... (attempts 2)", "the host has no data for it (1 of 3 confirmations)", "never tried". For a closed game
// its state and the evidence, for a done one "done".
std::string explain(const ledger_entry& entry, const report_context& context);

struct lane_summary {
  nba::lane lane;
  std::size_t planned = 0;
  std::size_t terminal = 0;
  std::size_t done = 0;  // with rows; the other terminal ones are closed
  std::size_t closed() const { return terminal - done; }
  std::map<game_state, std::size_t> by_state;
  // Computed from the ledger; the stored row may lag behind until the next run heals it.
  std::optional<game_id> watermark;
  std::size_t lag = 0;  // planned games above the watermark
  // The first game that is not terminal, and why.
  std::optional<ledger_entry> holder;
  std::string holder_reason;
  // Terminal games above the holder: they would pass the mark at once if it were released.
  std::size_t terminal_above_holder = 0;
  std::optional<et_date> through_date;
};
// One per lane that the ledger has games of, in lane order.
std::vector<lane_summary> summarize_lanes(std::span<const ledger_entry> ledger, const report_context& context);

struct gap {
  game_id id;
  et_date date{};
  game_state state = game_state::planned;
  int attempts = 0;
  std::string reason;
};
// Planned games that are not terminal, in (date, id) order.
std::vector<gap> find_gaps(std::span<const ledger_entry> ledger, const report_context& context);

// A game that was taken out of the expected set without its rows.
struct closed_game {
  game_id id;
  et_date date{};
  game_state state = game_state::cancelled;  // waived, unavailable, cancelled
  std::optional<closing_evidence> evidence;  // none for one that an older version closed
  std::string reason;                        // the evidence in a sentence
  std::optional<et_date> next_check;         // when the host is asked again
};
// In (date, id) order.
std::vector<closed_game> find_closed(std::span<const ledger_entry> ledger);

// A way to release the game that holds a lane.
struct release_way {
  std::string what;     // "try it again", "run a backfill without --since"
  std::string command;  // "nba-scraper dlq retry 0022400061"
};
// All ways there are, the best one first. Empty when nothing holds the lane or only time helps.
std::vector<release_way> release_ways(const lane_summary& summary, const report_context& context,
                                      const std::optional<game_id>& since = std::nullopt);

}  // namespace nba
