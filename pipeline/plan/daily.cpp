#include "pipeline/plan/daily.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

namespace nba {

open_dates find_open_dates(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                           const std::set<game_type>& types) {
  std::unordered_map<game_id, const ledger_entry*> rows;
  for (const auto& entry : ledger) rows[entry.id] = &entry;
  open_dates dates;
  const auto note = [&dates](et_date date, int attempts) {
    dates.open.insert(date);
    if (attempts == 0) dates.untried.insert(date);
  };
  std::unordered_set<game_id> listed;
  for (const auto& game : season_schedule.games) {
    listed.insert(game.id);
    if (!types.contains(game.id.type())) continue;
    const auto row = rows.find(game.id);
    // One that was played is fetched whatever the schedule says of it now, and holds its date until it is done.
    if (game.cancelled && !shows_played(game, row == rows.end() ? nullptr : row->second)) continue;
    if (row == rows.end())
      note(game.date, 0);
    else if (!is_terminal(row->second->state) && !(game.postponed && row->second->state == game_state::postponed))
      note(game.date, row->second->attempts);
  }
  for (const auto& [id, entry] : rows) {
    if (listed.contains(id) || id.in_season() != season_schedule.season || !types.contains(id.type())) continue;
    if (!is_terminal(entry->state) && entry->state != game_state::postponed) note(entry->date, entry->attempts);
  }
  return dates;
}

namespace {

bool was_tried(const ledger_entry& entry) {
  return entry.state != game_state::planned || entry.attempts > 0 || entry.closing;
}

}  // namespace

std::optional<et_date> last_done_date(const std::vector<ledger_entry>& ledger, const std::set<game_type>& types) {
  std::optional<et_date> last;
  for (const auto& entry : ledger)
    if (entry.state == game_state::done && types.contains(entry.id.type()) && (!last || entry.date > *last))
      last = entry.date;
  return last;
}

std::set<et_date> earlier_untried_dates(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                                        const std::set<game_type>& types, et_date before, int dates_max) {
  std::optional<et_date> begin;
  std::unordered_set<game_id> untried;
  for (const auto& entry : ledger) {
    if (entry.id.in_season() != season_schedule.season || !types.contains(entry.id.type())) continue;
    if (!was_tried(entry))
      untried.insert(entry.id);
    else if (!begin || entry.date < *begin)
      begin = entry.date;
  }
  std::set<et_date> dates;
  if (!begin) return dates;
  for (const auto& game : season_schedule.games)
    if (game.date >= *begin && game.date < before && untried.contains(game.id) && has_result(game))
      dates.insert(game.date);
  while (dates.size() > static_cast<std::size_t>(std::max(dates_max, 0))) dates.erase(std::prev(dates.end()));
  return dates;
}

std::optional<et_date> first_date_held(const missing_season& missing, et_date from, const std::set<game_type>& types) {
  if (missing.why.kind != failure_class::rejected) return from;
  if (missing.ledger.empty()) {
    const auto begins = et_date{date::year{missing.season.start_year} / date::October / 1};
    const auto ends = et_date{date::year{missing.season.start_year + 1} / date::June / 30};
    return from > ends ? std::nullopt : std::optional{std::max(from, begins)};
  }
  nba::schedule nothing;
  nothing.season = missing.season;
  const auto open = find_open_dates(nothing, missing.ledger, types).open;
  const auto first = open.lower_bound(from);
  return first == open.end() ? std::nullopt : std::optional{*first};
}

std::optional<daily_window> plan_daily(std::optional<et_date> stored, et_date target, int catch_up_days,
                                       const std::set<et_date>& untried) {
  if (!stored) return daily_window{{target, target}, false};
  if (*stored >= target) return std::nullopt;
  daily_window window{{*stored + date::days{1}, target}, false};
  int taken = 0;
  for (auto next = untried.lower_bound(window.dates.first); next != untried.end() && *next <= target; ++next) {
    if (++taken <= std::max(catch_up_days, 1)) continue;
    window.dates.last = *next - date::days{1};
    window.truncated = true;
    break;
  }
  return window;
}

std::optional<daily_window> plan_daily(std::optional<et_date> stored, et_date target, int catch_up_days) {
  if (!stored) return daily_window{{target, target}, false};
  if (*stored >= target) return std::nullopt;
  const auto first = *stored + date::days{1};
  const auto last = std::min(target, first + date::days{std::max(catch_up_days, 1) - 1});
  return daily_window{{first, last}, last < target};
}

std::optional<et_date> daily_through_date(date_range window, const std::set<et_date>& open) {
  if (window.last < window.first) return std::nullopt;
  const auto first_open = open.lower_bound(window.first);
  if (first_open == open.end() || *first_open > window.last) return window.last;
  if (*first_open == window.first) return std::nullopt;
  return *first_open - date::days{1};
}

std::vector<season> seasons_of(et_date value) {
  const date::year_month_day day{value};
  const season starting{static_cast<int>(day.year())};
  const season before{starting.start_year - 1};
  const auto month_day = day.month() / day.day();
  if (month_day < date::September / 15) return {before};
  if (month_day <= date::October / 31) return {before, starting};
  return {starting};
}

std::set<season> seasons_of(const daily_window& window, et_date target) {
  std::set<season> out;
  const auto last = seasons_of(std::max(window.dates.last, target)).back();
  for (auto one = seasons_of(window.dates.first).front(); one <= last; ++one.start_year) out.insert(one);
  return out;
}

std::optional<et_date> through_date(const std::vector<ledger_entry>& ledger) {
  std::set<et_date> dates;
  std::optional<et_date> first_open;
  for (const auto& entry : ledger) {
    dates.insert(entry.date);
    if (!is_terminal(entry.state) && (!first_open || entry.date < *first_open)) first_open = entry.date;
  }
  const auto end = first_open ? dates.lower_bound(*first_open) : dates.end();
  if (end == dates.begin()) return std::nullopt;
  return *std::prev(end);
}

}  // namespace nba
