// What a run has to do: plan and ledger in, work set and ledger changes out.
//
// Work set = plan - terminal, from the ledger. Never `id > watermark` alone: ids are not in date order, and games move.
// Every game of the scope ends up in exactly one place of the work plan, so a run can account for all of them.
// Why each rule is as it is: docs/adr/0020-work-set.md, 0021-limits-of-a-run.md.
// Threads: pure functions.
#pragma once

#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/daily.hpp"
#include "pipeline/plan/derive_target.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/result.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// Which games of the scope a run takes on.
enum class reprocess {
  missing,  // every game that is not terminal (parked ones included: another run is another chance)
  parked,   // only games whose ledger state is parked; nothing else is touched
  all,      // everything that should be final, terminal or not (unchanged digests are not rewritten)
};
std::optional<reprocess> parse_reprocess(std::string_view name);
std::string_view to_string(reprocess value);

// The limits hold for everything a run does: a game outside them is neither fetched nor derived nor changed in the
// ledger, even when it is found `loaded`. They declare nothing finished.
struct scope {
  std::set<game_type> types{game_type::regular, game_type::cup, game_type::play_in, game_type::playoffs};
  std::optional<et_date> from;  // inclusive; by the date the schedule has now
  std::optional<et_date> to;    // inclusive
  // Only ids greater than this, in its own lane; other lanes are not limited.
  std::optional<game_id> since;
  nba::reprocess reprocess = nba::reprocess::missing;
  // Exactly these games, beside all other limits; an empty set: none. Not set: no limit.
  std::optional<std::set<game_id>> only = {};
  // Closed games of `only` are opened again: a person asked for them by name.
  bool reopens = false;
  // Set: also games before `from` that could be finished and are not: open ones that were played, closed ones whose
  // evidence changed or that are due to be asked about again. Those that no run has tried only on these dates.
  std::optional<std::set<et_date>> earlier_untried = {};
  // Set: games of the scope that are stored, by what is derived of each again. Nothing else is done with any game.
  std::optional<derive_targets> derive_again = {};

  bool includes(const planned_game& game) const { return includes(game.id, game.date); }
  bool includes(const game_id& id, et_date date) const;
};
// Class configuration for limits that cannot be meant: no game type, `from` after `to`, `since` of another season or of
// a game type that is not in the scope. plan_work checks this too.
result<void> check_scope(const scope& limits, season in_season);

// A game of the scope that the run does not try, with the reason for the report.
struct not_ready_game {
  game_id id;
  et_date date{};
  game_state state = game_state::not_final;  // not_final, postponed or cancelled
  std::string reason;                        // "scheduled for 2026-12-01", "postponed from 2025-01-11, ...", ...
  // Of a closed one: on what ground. Inferred ones are alarms.
  std::optional<closing_ground> ground = {};
  // Absence or "PPD" was seen, and not often enough to count: the game holds everything it held.
  bool suspicion = false;
};

// A ledger row that follows the schedule. Written before the run admits games; `attempts` is the row's own, unchanged
// (0 when the game was reopened).
struct ledger_update {
  game_id id;
  // planned (a postponed game has a date again, a closed one was opened), postponed, cancelled; or as it is, when only
  // the evidence has changed.
  game_state state = game_state::planned;
  int attempts = 0;
  std::optional<failure_class> error_class = {};
  std::string error = {};
  std::optional<closing_evidence> closing = {};  // from now on
  bool reopens = false;
};

// All lists in (date, id) order.
struct work_plan {
  std::vector<planned_game> to_fetch;           // the whole way: fetch, transform, load, derive
  std::vector<planned_game> to_derive;          // found `loaded`: derive from the database, do not fetch again
  std::vector<not_ready_game> not_ready;        // named in the report
  std::vector<not_ready_game> newly_cancelled;  // terminal from now on
  std::vector<not_ready_game> reopened;         // were closed; each is in one of the other lists too, or was not ready
  // Every row that has to change before the run: all of newly_cancelled and reopened, those that became postponed or
  // ceased to be, and those for whose closing more, or nothing any more, speaks.
  std::vector<ledger_update> ledger_updates;
  // Games that are stored and that the schedule does not list: they stay what they are.
  std::vector<game_id> unlisted_stored;
  std::size_t already_terminal = 0;  // games of the scope that need nothing
  std::size_t already_closed = 0;    // of these: without rows
  std::size_t not_selected = 0;      // open, but `--reprocess parked` or `derive` does not ask for them

  // Games of the scope: the schedule's, and those of the ledger that the schedule no longer lists.
  std::size_t in_scope() const noexcept {
    return to_fetch.size() + to_derive.size() + not_ready.size() + newly_cancelled.size() + already_terminal +
           not_selected;
  }
};

// The season counts as over this long after the last date of its schedule.
inline constexpr int cancelled_after_days = 7;
// More games than this are never cancelled in one run on the ground that they are missing, off their date or without
// teams: that many at once is a broken or outdated schedule. 45 playoff games of a season are played only if needed.
inline constexpr std::size_t cancelled_by_inference_max = 50;

// A schedule that lacks more games than this that are stored is refused: it is cut off.
inline constexpr std::size_t unlisted_stored_max = 5;

// `now`: dates are those of New York then. `ledger`: rows of the season; rows of other seasons are ignored, a missing
// row means not done.
//
// A listed game is
//   fetched      when it has a final score, or its date lies before today, or it is today and live or over: the
//                schedule may be stale, and the payload decides. So is one that was ever shown to have been played,
//                whatever the schedule says of it now. Mode all fetches terminal and loaded ones by the same rule.
//   derived      when found loaded (in modes missing and all, unless all fetches it)
//   not ready    when it lies ahead, is off its date, or its date has passed without teams
//   postponed    when it is off its date ("PPD") for the second day that a run sees it; not ready until then
//   cancelled    when the schedule says so; when it was needed only if its series was not decided, and it was; when the
//                season is over and it is postponed or has no teams
// A game of the ledger that the schedule no longer lists is off its date from its date on. It is fetched when it was
// ever shown to have been played and schedule::unlisted has it.
//
// A closed game (unavailable, cancelled) is opened again when the schedule says something that it could not have been
// closed against: cancelled, and listed to be played; unavailable, and not final. Else it is asked about again when
// is_check_due. Done and waived games stay what they are.
//
// A schedule that may not close (schedule::may_close) changes nobody's state and adds to nobody's evidence.
//
// Errors: contract_drift when the schedule lacks more than unlisted_stored_max games that the ledger knows as done or
// loaded: it is truncated;
// configuration from check_scope.
result<work_plan> plan_work(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                            const scope& limits, utc_time now);
// At noon of that day.
result<work_plan> plan_work(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                            const scope& limits, et_date today);

}  // namespace nba
