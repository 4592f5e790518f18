// What a run has to do: plan and ledger in, work set and state changes out.
//
// Work set = plan - terminal, from the ledger. Never `id > watermark` alone: ids are not in date order, and games move.
// Threads: pure functions.
#pragma once

#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/result.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nba {

// Which games of the scope a run takes on.
enum class reprocess {
  missing,  // every game that is not terminal (parked ones included: another run is another chance)
  parked,   // only games whose ledger state is parked
  all,      // everything that should be final, terminal or not (unchanged digests are not rewritten)
};
std::optional<reprocess> parse_reprocess(std::string_view name);

struct scope {
  std::set<game_type> types{game_type::regular, game_type::cup, game_type::play_in, game_type::playoffs};
  std::optional<et_date> from;  // inclusive
  std::optional<et_date> to;    // inclusive
  // Only ids greater than this, in its own lane; other lanes are not limited. Declares nothing finished.
  std::optional<game_id> since;
  nba::reprocess reprocess = nba::reprocess::missing;
  bool includes(const planned_game& game) const;
};

// A game of the scope that the run does not try, with the reason for the report.
struct not_ready_game {
  game_id id;
  et_date date{};
  game_state state = game_state::not_final;  // not_final, postponed or cancelled
  std::string reason;                        // "scheduled for 2026-12-01", "postponed", ...
};

struct work_plan {
  std::vector<planned_game> to_fetch;           // not loaded: the whole way
  std::vector<planned_game> to_derive;          // found `loaded`: derive from the database, do not fetch again
  std::vector<not_ready_game> not_ready;        // named in the report
  std::vector<not_ready_game> newly_cancelled;  // terminal from now on; to be written to the ledger
  std::size_t already_terminal = 0;             // games of the scope that need nothing
};

// `today`: ET date of now. A game that the schedule calls final is fetched; one whose date lies before `today` or is
// `today` with status live is fetched too (the schedule may be stale; its payload decides); others are not ready.
// Cancelled: a non-terminal ledger game that the schedule no longer lists, or one without a score
// `cancelled_after_days` after the season's last date. A schedule that lacks a game the ledger knows as done is refused
// (contract_drift): it is truncated.
inline constexpr int cancelled_after_days = 7;
result<work_plan> plan_work(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                            const scope& limits, et_date today);

// ---- the daily date
// --------------------------------------------------------------------------------------------------

// Dates that a daily run processes: with a stored date every date after it up to `target`, oldest first, at most
// `catch_up_days` of them; without one only `target`. Empty optional: nothing to do (stored >= target).
struct daily_window {
  date_range dates;
  bool truncated = false;  // catch_up_days cut it short: the next run continues
};
std::optional<daily_window> plan_daily(std::optional<et_date> stored, et_date target, int catch_up_days);

// The last date of the window up to which every date's games are all terminal or postponed; empty when already the
// first date is not. `open`: dates that have a game that is neither.
std::optional<et_date> daily_through_date(date_range window, const std::set<et_date>& open);

// Seasons whose games may fall on an ET date: one, or two between 15 September and 31 October (the finals of 2019-20
// ended on 11 October 2020).
std::vector<season> seasons_of(et_date value);

// The last ET date up to which every planned game is terminal; empty when the first date already has an open game.
// `terminal` and `open` games of one season; open games in the future do not count against dates before them.
std::optional<et_date> through_date(const std::vector<ledger_entry>& ledger);

}  // namespace nba
