#include "pipeline/plan/work.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace nba {
namespace {

constexpr std::array<std::pair<reprocess, std::string_view>, 3> mode_names{{
    {reprocess::missing, "missing"},
    {reprocess::parked, "parked"},
    {reprocess::all, "all"},
}};

bool has_both_teams(const planned_game& game) { return game.home_team_id != 0 && game.away_team_id != 0; }

// What the schedule, the date and the last try say about a game, whatever the mode of the run.
struct prospect {
  enum class kind {
    ready,      // worth a request
    ahead,      // lies in the future, or today and not over
    postponed,  // off its date
    undecided,  // its date has passed, but nobody knows who plays
    cancelled,
  } what = kind::ready;
  // Concluded from what is missing rather than from what is said: subject to cancelled_by_inference_max.
  bool inferred = false;
  std::string reason = {};
};

class planner {
 public:
  planner(const schedule& season_schedule, const scope& limits, et_date today)
      : schedule_(season_schedule),
        limits_(limits),
        today_(today),
        season_over_(today > season_schedule.last_date + date::days{cancelled_after_days}) {}

  result<work_plan> plan(const std::vector<ledger_entry>& ledger) {
    for (const auto& entry : ledger)
      if (entry.id.in_season() == schedule_.season) rows_[entry.id] = &entry;
    for (const auto& game : schedule_.games) {
      const auto row = rows_.find(game.id);
      const auto* entry = row == rows_.end() ? nullptr : row->second;
      if (limits_.includes(game)) take(game, entry);
      if (row != rows_.end()) rows_.erase(row);
    }
    // What is left in rows_ the schedule no longer lists.
    if (auto truncated = check_complete()) return std::move(*truncated);
    for (const auto& [id, entry] : rows_)
      if (limits_.includes(id, entry->date)) take_vanished(*entry);
    settle_inferred();
    sort();
    return std::move(work_);
  }

 private:
  using kind = prospect::kind;

  prospect look(const planned_game& game, const ledger_entry* entry) const {
    if (has_result(game)) return {};
    if (game.cancelled) return {kind::cancelled, false, "the schedule says cancelled"};
    const auto on_date = format_date(game.date);
    if (game.postponed) {
      if (season_over_)
        return {kind::cancelled, false, "postponed from " + on_date + " and not played by the season's end"};
      return {kind::postponed, false, "postponed from " + on_date + ", no new date yet"};
    }
    const bool over_or_live_today = game.date == today_ && game.status != game_status::scheduled;
    if (game.date >= today_ && !over_or_live_today) {
      std::string reason = "scheduled for " + on_date;
      if (game.date == today_) reason += " (today)";
      if (game.if_necessary) reason += ", if necessary";
      if (!has_both_teams(game)) reason += ", teams not decided";
      return {kind::ahead, false, std::move(reason)};
    }
    if (!has_both_teams(game)) {
      if (season_over_) return {kind::cancelled, true, "planned for " + on_date + " but its teams were never decided"};
      return {kind::undecided, false, "planned for " + on_date + ", teams not decided"};
    }
    if (season_over_ && found_not_final_after_season(entry))
      return {kind::cancelled, false, "planned for " + on_date + " and without a final score after the season's end"};
    return {};
  }

  // The UTC day is at most one ahead of the ET date, so a day more makes sure.
  bool found_not_final_after_season(const ledger_entry* entry) const {
    if (!entry || entry->state != game_state::not_final || entry->attempts == 0) return false;
    const auto tried_on = date::floor<date::days>(entry->updated_at).time_since_epoch();
    return tried_on > (schedule_.last_date + date::days{1}).time_since_epoch();
  }

  void take(const planned_game& game, const ledger_entry* entry) {
    const auto state = entry ? entry->state : game_state::planned;
    if (limits_.reprocess == reprocess::parked && state != game_state::parked) {
      ++(is_terminal(state) ? work_.already_terminal : work_.not_selected);
      return;
    }
    const auto outlook = look(game, entry);
    const bool again = limits_.reprocess == reprocess::all && outlook.what == kind::ready;
    if (is_terminal(state)) {
      const bool played_after_all = state == game_state::cancelled && has_result(game);
      if (again || played_after_all)
        work_.to_fetch.push_back(game);
      else
        ++work_.already_terminal;
    } else if (state == game_state::loaded) {
      (again ? work_.to_fetch : work_.to_derive).push_back(game);
    } else if (outlook.what == kind::ready) {
      work_.to_fetch.push_back(game);
    } else {
      leave(game.id, game.date, entry, outlook);
    }
  }

  // A game that is not tried: report it, and let the ledger follow.
  void leave(const game_id& id, et_date date, const ledger_entry* entry, const prospect& outlook) {
    const auto state = entry ? entry->state : game_state::planned;
    switch (outlook.what) {
      case kind::cancelled:
        if (outlook.inferred)
          inferred_.push_back({{id, date, game_state::cancelled, outlook.reason}, entry});
        else
          cancel({id, date, game_state::cancelled, outlook.reason}, entry);
        return;
      case kind::postponed:
        work_.not_ready.push_back({id, date, game_state::postponed, outlook.reason});
        if (state != game_state::postponed)
          update(id, game_state::postponed, entry, failure_class::postponed, outlook.reason);
        return;
      case kind::ready:
      case kind::ahead:
      case kind::undecided:
        work_.not_ready.push_back({id, date, game_state::not_final, outlook.reason});
        if (state == game_state::postponed) update(id, game_state::planned, entry, std::nullopt, {});
        return;
    }
  }

  void cancel(not_ready_game game, const ledger_entry* entry) {
    update(game.id, game_state::cancelled, entry, failure_class::cancelled, game.reason);
    work_.newly_cancelled.push_back(std::move(game));
  }

  void update(const game_id& id, game_state state, const ledger_entry* entry, std::optional<failure_class> error_class,
              std::string error) {
    work_.ledger_updates.push_back({id, state, entry ? entry->attempts : 0, error_class, std::move(error)});
  }

  std::optional<failure> check_complete() const {
    std::size_t lacking = 0;
    const ledger_entry* first = nullptr;
    for (const auto& [id, entry] : rows_) {
      if (entry->state != game_state::done && entry->state != game_state::loaded) continue;
      ++lacking;
      if (!first || id < first->id) first = entry;
    }
    if (!first) return std::nullopt;
    return failure{failure_class::contract_drift,
                   "the schedule of " + to_string(schedule_.season) + " lists " +
                       std::to_string(schedule_.games.size()) + " games but lacks " + std::to_string(lacking) +
                       " that were played and stored (the first is " + first->id.str() +
                       "): it is incomplete. Nothing was changed; try again later",
                   "leagueSchedule.gameDates"};
  }

  void take_vanished(const ledger_entry& entry) {
    if (is_terminal(entry.state)) {
      ++work_.already_terminal;
      return;
    }
    if (limits_.reprocess == reprocess::parked && entry.state != game_state::parked) {
      ++work_.not_selected;
      return;
    }
    const auto on_date = format_date(entry.date);
    const auto gone = "planned for " + on_date + ", no longer in the schedule";
    const bool known_postponed = entry.state == game_state::postponed;
    const bool of_series = entry.id.type() == game_type::playoffs && !known_postponed;
    const bool series_ended = of_series && today_ > entry.date + date::days{vanished_after_days};
    if (season_over_ || series_ended)
      leave(entry.id, entry.date, &entry, {kind::cancelled, true, gone});
    else if (known_postponed || (entry.date < today_ && !of_series))
      leave(entry.id, entry.date, &entry, {kind::postponed, false, gone});
    else
      leave(entry.id, entry.date, &entry, {kind::ahead, false, gone});
  }

  void settle_inferred() {
    const bool too_many = inferred_.size() > cancelled_by_inference_max;
    for (auto& [game, entry] : inferred_) {
      if (!too_many) {
        cancel(std::move(game), entry);
        continue;
      }
      game.state = game_state::not_final;
      game.reason += "; not cancelled, because " + std::to_string(inferred_.size()) +
                     " games at once look like a broken schedule (waive them if the league did cancel them)";
      work_.not_ready.push_back(std::move(game));
    }
  }

  void sort() {
    const auto by_date = [](const auto& a, const auto& b) { return std::tie(a.date, a.id) < std::tie(b.date, b.id); };
    std::sort(work_.to_fetch.begin(), work_.to_fetch.end(), by_date);
    std::sort(work_.to_derive.begin(), work_.to_derive.end(), by_date);
    std::sort(work_.not_ready.begin(), work_.not_ready.end(), by_date);
    std::sort(work_.newly_cancelled.begin(), work_.newly_cancelled.end(), by_date);
    std::sort(work_.ledger_updates.begin(), work_.ledger_updates.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
  }

  const schedule& schedule_;
  const scope& limits_;
  const et_date today_;
  const bool season_over_;
  std::unordered_map<game_id, const ledger_entry*> rows_;
  std::vector<std::pair<not_ready_game, const ledger_entry*>> inferred_;
  work_plan work_;
};

failure misconfigured(std::string message, std::string where) {
  return {failure_class::configuration, std::move(message), std::move(where)};
}

}  // namespace

std::optional<reprocess> parse_reprocess(std::string_view name) {
  for (const auto& [mode, known] : mode_names)
    if (known == name) return mode;
  return std::nullopt;
}

std::string_view to_string(reprocess value) {
  for (const auto& [mode, name] : mode_names)
    if (mode == value) return name;
  return "missing";
}

bool scope::includes(const game_id& id, et_date date) const {
  if (!types.contains(id.type()) || (only && !only->contains(id))) return false;
  if ((from && date < *from) || (to && date > *to)) return false;
  return !since || lane_of(id) != lane_of(*since) || id > *since;
}

result<void> check_scope(const scope& limits, season in_season) {
  if (limits.types.empty()) return misconfigured("no game type is selected; name at least one", "--game-types");
  if (limits.from && limits.to && *limits.from > *limits.to)
    return misconfigured("the first date " + format_date(*limits.from) + " lies after the last date " +
                             format_date(*limits.to) + "; exchange them",
                         "--from");
  if (!limits.since) return {};
  const auto of = lane_of(*limits.since);
  if (of.season != in_season)
    return misconfigured("game " + limits.since->str() + " is one of " + to_string(of.season) + ", not of " +
                             to_string(in_season) + "; name a game of that season",
                         "--since");
  if (!limits.types.contains(of.type))
    return misconfigured("game " + limits.since->str() + " is a " + std::string{to_string(of.type)} +
                             " game, and that type is not selected; add it to --game-types or name another game",
                         "--since");
  return {};
}

result<work_plan> plan_work(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                            const scope& limits, et_date today) {
  if (auto checked = check_scope(limits, season_schedule.season); !checked) return checked.error();
  return planner{season_schedule, limits, today}.plan(ledger);
}

}  // namespace nba
