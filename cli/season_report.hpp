// What `status`, `gaps` and the report of a run say about one season: plan and ledger, summed up by lane.
//
// Threads: reading belongs to the store's thread; the report is a plain value.
#pragma once

#include "cli/context.hpp"
#include "pipeline/plan/holders.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nba::cli {

struct lane_report {
  lane_summary summary;                         // computed from the ledger
  std::optional<std::string> stored_watermark;  // the row of `ingest_watermarks`
  std::string release;                          // the command that helps the holder; empty when only time does
};

struct season_report {
  nba::season season;
  std::vector<lane_report> lanes;      // of the game types asked for
  std::vector<lane_summary> left_out;  // the others
  std::vector<ledger_entry> ledger;    // of the game types asked for, one row per planned game, in id order
  std::vector<planned_game> plan;
  std::optional<schedule_reading> reading;  // of its schedule, the last one
  report_context reasons;
  std::optional<et_date> through_date;
  std::size_t derived_by_older_rules = 0;  // done games with a table that `derive --stale` would make anew

  std::size_t planned() const;
  std::size_t terminal() const;
  std::size_t done() const;    // with rows
  std::size_t closed() const;  // terminal without rows
};

// `today`: ET date of now.
result<season_report> read_season_report(nba::store& database, nba::season season, const std::set<game_type>& types,
                                         et_date today, int unavailable_confirmations);

// "2024-25 has no game of the types asked for, but 1,230 regular games and 1 cup game; to see them: --game-types ...":
// what to say when a report is empty because of its game types; empty when the season has no other game either.
std::string only_other_types(const season_report& report);

// The ET date of now; nullopt without time zone data (printed: install tzdata).
std::optional<et_date> today_in_new_york(const context& with);

}  // namespace nba::cli
