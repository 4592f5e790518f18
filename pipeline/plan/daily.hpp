// The daily date: which dates a daily run processes and how far its mark may move.
//
// The mark is the row ("schedule", "daily") of `ingest_watermarks`: the last ET date up to which every date's games are
// all terminal or postponed. See docs/adr/0023-daily-window.md.
// Threads: pure functions.
#pragma once

#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/plan/schedule.hpp"

#include <optional>
#include <set>
#include <vector>

namespace nba {

struct daily_window {
  date_range dates;
  bool truncated = false;  // catch_up_days cut it short: the next run continues
};

// Dates with games that are neither terminal nor postponed. A game that the schedule calls postponed counts as that
// once the ledger does: a single sight holds its date.
struct open_dates {
  std::set<et_date> open;
  // Those of them with a game that no run has tried yet (attempts 0).
  std::set<et_date> untried;
};
// Of one season, by the schedule's dates; a game that the schedule no longer lists counts on the ledger's date.
open_dates find_open_dates(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                           const std::set<game_type>& types);

// The last date with a done game: where a daily run without a mark goes on.
std::optional<et_date> last_done_date(const std::vector<ledger_entry>& ledger, const std::set<game_type>& types);
// Dates before `before`, oldest first and at most `dates_max` of them, with games that were played and that no run has
// tried, although runs have tried others of that day or of days before: a backfill that was stopped left them. What
// lies before the first date that a run tried was never asked for.
std::set<et_date> earlier_untried_dates(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                                        const std::set<game_type>& types, et_date before, int dates_max);

// A season that belongs to a daily run but whose schedule did not come. Its games are unknown, so the mark may not pass
// the dates on which it may have any.
struct missing_season {
  nba::season season;
  failure why;
  std::vector<ledger_entry> ledger;  // what earlier runs planned of it
};
// The first date not before `from` that the season holds; nullopt when it holds none.
// - The host failed to answer: every date from `from` on.
// - The host answered that there is no such schedule (class rejected): dates of open games that the ledger knows. With
//   an empty ledger the months in which a season is under way for certain, October to June: what is not published in
//   September is no hole yet, and a season of long ago that a host does not have never becomes one.
std::optional<et_date> first_date_held(const missing_season& missing, et_date from, const std::set<game_type>& types);

// Dates that a daily run processes: with a stored date every date after it up to `target`, oldest first; without one
// only `target`. Empty optional: nothing to do (stored >= target). The window ends before its (catch_up_days + 1)-th
// date in `untried` (catch_up_days < 1 counts as 1). Only untried dates count, because the mark stays before a date
// that is held by a parked game: bounded by calendar days, such a window would repeat the same days for ever and never
// reach yesterday. Dates already complete cost nothing, and a parked game costs its two requests.
std::optional<daily_window> plan_daily(std::optional<et_date> stored, et_date target, int catch_up_days,
                                       const std::set<et_date>& untried);
// The same with every date counting, for when no ledger is at hand (which seasons to load, a first dry run): at most
// `catch_up_days` dates.
std::optional<daily_window> plan_daily(std::optional<et_date> stored, et_date target, int catch_up_days);

// The last date of the window up to which every date's games are all terminal or postponed; empty when already the
// first date is not. `open`: dates that have a game that is neither (open_dates::open of every season involved, after
// the run).
std::optional<et_date> daily_through_date(date_range window, const std::set<et_date>& open);

// Seasons whose games may fall on an ET date, older first: one, or two between 15 September and 31 October (the finals
// of 2019-20 ended on 11 October 2020).
std::vector<season> seasons_of(et_date value);
// The same of a daily run, which may widen its window up to the target: every season from the window's first date to
// the target, those that lie wholly between among them.
std::set<season> seasons_of(const daily_window& window, et_date target);

// The last game date before the first game that is not terminal; the last date of all when every game is. Empty when
// the first date already has an open game, and for an empty ledger. Postponed games are open and count on the date the
// ledger has. For people: the daily mark follows daily_through_date.
std::optional<et_date> through_date(const std::vector<ledger_entry>& ledger);

}  // namespace nba
