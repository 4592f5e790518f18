#include "pipeline/plan/work.hpp"

#include "pipeline/enum_names.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace nba {
namespace {

constexpr enum_names<reprocess, 3> mode_names{{{
    {reprocess::missing, "missing"},
    {reprocess::parked, "parked"},
    {reprocess::all, "all"},
}}};

bool has_both_teams(const planned_game& game) { return game.home_team_id != 0 && game.away_team_id != 0; }

// What schedule and date say about a game, whatever the mode of the run.
struct prospect {
  enum class kind {
    ready,      // worth a request
    ahead,      // lies in the future, or today and not over
    undecided,  // its date has passed, but nobody knows who plays
    lost,       // it was played, and nothing is known that a request could be made of
    off_date,   // absent, or "PPD": counts on the second day
    closed,     // never to be played, on `ground`
  } what = kind::ready;
  std::string reason = {};
  closing_ground ground = closing_ground::absent;  // of the last two
};

class planner {
 public:
  planner(const schedule& season_schedule, const scope& limits, utc_time now)
      : schedule_(season_schedule),
        limits_(limits),
        now_(now),
        today_(et_date_of(now)),
        season_over_(today_ > season_schedule.last_date + date::days{cancelled_after_days}) {}

  result<work_plan> plan(const std::vector<ledger_entry>& ledger) {
    for (const auto& entry : ledger)
      if (entry.id.in_season() == schedule_.season) rows_[entry.id] = &entry;
    for (const auto& game : schedule_.games) {
      const auto row = rows_.find(game.id);
      const auto* entry = row == rows_.end() ? nullptr : row->second;
      if (row != rows_.end()) rows_.erase(row);
      const auto outlook = look(game, entry);
      if (is_in_scope(game, entry, outlook)) take(game, entry, outlook);
    }
    // What is left in rows_ the schedule no longer lists.
    if (auto truncated = check_complete()) return std::move(*truncated);
    for (const auto& game : schedule_.unlisted) unlisted_[game.id] = &game;
    for (const auto& [id, entry] : rows_) {
      const auto known = unlisted_.find(id);
      planned_game game;
      if (known != unlisted_.end()) game = *known->second;
      game.id = id;
      game.date = entry->date;
      const auto outlook = look_for_vanished(game, *entry, known != unlisted_.end());
      if (is_in_scope(game, entry, outlook)) take(game, entry, outlook);
    }
    settle_inferred();
    sort();
    return std::move(work_);
  }

 private:
  using kind = prospect::kind;

  prospect look(const planned_game& game, const ledger_entry* entry) const {
    if (has_result(game)) return {};
    const bool played = shows_played(game, entry);
    const auto on_date = format_date(game.date);
    if (game.cancelled && !played) return {kind::closed, "the schedule says cancelled", closing_ground::cancelled};
    if (game.postponed && !played)
      return {kind::off_date, "postponed from " + on_date + ", no new date yet", closing_ground::postponed};
    const bool over_or_live_today = game.date == today_ && game.status != game_status::scheduled;
    if (game.date >= today_ && !over_or_live_today) {
      std::string reason = "scheduled for " + on_date;
      if (game.date == today_) reason += " (today)";
      if (game.if_necessary) reason += ", if necessary";
      if (!has_both_teams(game)) reason += ", teams not decided";
      return {kind::ahead, std::move(reason)};
    }
    if (played) return {};
    if (game.if_necessary && game.status == game_status::scheduled && is_series_decided(game.id, schedule_.games))
      return {kind::closed, not_needed(on_date), closing_ground::not_needed};
    if (has_both_teams(game)) return {};
    if (season_over_)
      return {kind::closed, "planned for " + on_date + " but its teams were never decided", closing_ground::undecided};
    return {kind::undecided, "planned for " + on_date + ", teams not decided"};
  }

  prospect look_for_vanished(const planned_game& game, const ledger_entry& entry, bool is_known) const {
    const auto on_date = format_date(entry.date);
    const auto gone = "planned for " + on_date + ", no longer in the schedule";
    const bool past = entry.date < today_;
    if (shows_played(game, &entry)) {
      if (is_known) return {};
      return {kind::lost, gone + ", and played all the same (" + entry.played_evidence + ")"};
    }
    // Its entry was left out of the plan, and is named as such: that is no absence.
    if (!is_closed(entry.state) && mentions(schedule_, entry.id))
      return {kind::lost, "planned for " + on_date + ", and listed in a way that cannot be used"};
    if ((past || season_over_) && is_series_decided(entry.id, schedule_.games))
      return {kind::closed, not_needed(on_date), closing_ground::not_needed};
    if (past || season_over_ || entry.state == game_state::postponed)
      return {kind::off_date, gone, closing_ground::absent};
    return {kind::ahead, gone};
  }

  static std::string not_needed(const std::string& on_date) {
    return "planned for " + on_date + " if necessary: its series was decided without it";
  }

  // ---- which games ---------------------------------------------------------------------------------------------

  bool is_in_scope(const planned_game& game, const ledger_entry* entry, const prospect& outlook) const {
    if (limits_.includes(game)) return true;
    if (!limits_.earlier_untried || !entry || !limits_.from || game.date >= *limits_.from) return false;
    if (!limits_.types.contains(game.id.type()) || (limits_.only && !limits_.only->contains(game.id))) return false;
    switch (entry->state) {
      case game_state::done:
      case game_state::waived:
        return false;
      case game_state::loaded:
        return true;
      case game_state::unavailable:
      case game_state::cancelled:
        return is_refuted(game, *entry, outlook) || may_be_asked_again(*entry, outlook);
      case game_state::postponed:
        return season_over_ || outlook.what != kind::off_date;
      case game_state::parked:
      case game_state::not_final:
      case game_state::planned:
        break;
    }
    if (outlook.what != kind::ready || !shows_played(game, entry)) return false;
    const bool untried = entry->state == game_state::planned && entry->attempts == 0 && !entry->closing;
    return !untried || limits_.earlier_untried->contains(game.date);
  }

  // Whether the schedule says something against which nobody would have closed the game.
  bool is_refuted(const planned_game& game, const ledger_entry& entry, const prospect& outlook) const {
    if (!schedule_.may_close) return false;
    if (entry.state == game_state::unavailable) {
      const bool expected =
          outlook.what == kind::ready || outlook.what == kind::ahead || outlook.what == kind::undecided;
      return expected && game.status != game_status::final;
    }
    switch (outlook.what) {
      case kind::ready:
      case kind::ahead:
      case kind::undecided:
      case kind::lost:
        return true;
      case kind::off_date:
        // One that was called off may leave the schedule.
        return !season_over_ &&
               (outlook.ground == closing_ground::postponed || (entry.closing && is_off_date(entry.closing->ground)));
      case kind::closed:
        return false;
    }
    return false;
  }

  bool may_be_asked_again(const ledger_entry& entry, const prospect& outlook) const {
    const bool askable =
        outlook.what == kind::ready || outlook.ground == closing_ground::postponed || unlisted_.contains(entry.id);
    return askable && entry.closing && is_check_due(*entry.closing, today_);
  }

  // ---- where they go ---------------------------------------------------------------------------------------------

  void take(const planned_game& game, const ledger_entry* entry, const prospect& outlook) {
    const auto state = entry ? entry->state : game_state::planned;
    if (limits_.derive_again && limits_.derive_again->contains(game.id)) return work_.to_derive.push_back(game);
    if (limits_.derive_again || (limits_.reprocess == reprocess::parked && state != game_state::parked)) {
      if (is_terminal(state))
        need_nothing(state);
      else
        ++work_.not_selected;
      return;
    }
    if (is_terminal(state)) return take_terminal(game, *entry, outlook);
    const bool again = limits_.reprocess == reprocess::all && outlook.what == kind::ready;
    if (state == game_state::loaded) {
      (again ? work_.to_fetch : work_.to_derive).push_back(game);
      return;
    }
    place(game, entry, outlook);
  }

  void need_nothing(game_state state) {
    ++work_.already_terminal;
    if (is_closed(state)) ++work_.already_closed;
  }

  void take_terminal(const planned_game& game, const ledger_entry& entry, const prospect& outlook) {
    const bool again = limits_.reprocess == reprocess::all && outlook.what == kind::ready;
    const bool by_hand = is_closed(entry.state) && limits_.reopens && limits_.only;
    const bool inferable = entry.state == game_state::unavailable || entry.state == game_state::cancelled;
    if (by_hand || (inferable && is_refuted(game, entry, outlook))) return reopen(game, entry, outlook, by_hand);
    if (again || (inferable && may_be_asked_again(entry, outlook)))
      work_.to_fetch.push_back(game);
    else
      need_nothing(entry.state);
  }

  void reopen(const planned_game& game, const ledger_entry& entry, const prospect& outlook, bool by_hand) {
    const auto why = by_hand ? std::string{"asked for by name"} : refutation(game, outlook);
    work_.reopened.push_back({game.id, game.date, entry.state, why});
    ledger_update change{game.id, game_state::planned, 0};
    change.reopens = true;
    work_.ledger_updates.push_back(std::move(change));
    auto& opened = opened_.emplace_back(std::make_unique<ledger_entry>(entry));
    opened->state = game_state::planned;
    opened->attempts = 0;
    opened->error_class.reset();
    opened->error.clear();
    opened->closing.reset();
    // Who asks by name wants the host asked, whatever the schedule says of the game.
    const bool askable = outlook.what == kind::closed || outlook.what == kind::off_date;
    const bool listed = !rows_.contains(game.id) || unlisted_.contains(game.id);
    if (by_hand && askable && listed)
      work_.to_fetch.push_back(game);
    else
      place(game, opened.get(), outlook);
  }

  static std::string refutation(const planned_game& game, const prospect& outlook) {
    if (has_result(game))
      return "the schedule has a result: " + std::to_string(*game.home_score) + "-" + std::to_string(*game.away_score);
    if (outlook.reason.empty()) return "the schedule lists it to be played";
    return outlook.reason;
  }

  // An open game.
  void place(const planned_game& game, const ledger_entry* entry, const prospect& outlook) {
    switch (outlook.what) {
      case kind::off_date:
        return take_off_date(game, entry, outlook);
      case kind::closed:
        return take_closed(game, entry, outlook);
      case kind::ready:
        back_on_date(game.id, entry);
        work_.to_fetch.push_back(game);
        return;
      case kind::ahead:
      case kind::undecided:
      case kind::lost:
        back_on_date(game.id, entry);
        work_.not_ready.push_back(
            {game.id, game.date, game_state::not_final, outlook.reason, {}, outlook.what == kind::lost});
        return;
    }
  }

  // What was said of its absence does not hold any more.
  void back_on_date(const game_id& id, const ledger_entry* entry) {
    if (!entry || !schedule_.may_close) return;
    const bool was_postponed = entry->state == game_state::postponed;
    const bool suspected = entry->closing && is_off_date(entry->closing->ground);
    if (was_postponed)
      update(id, game_state::planned, entry, std::nullopt, {}, std::nullopt);
    else if (suspected)
      update(id, entry->state, entry, entry->error_class, entry->error, std::nullopt);
  }

  void take_off_date(const planned_game& game, const ledger_entry* entry, const prospect& outlook) {
    const auto state = entry ? entry->state : game_state::planned;
    const bool known = state == game_state::postponed;
    if (!schedule_.may_close) {
      work_.not_ready.push_back({game.id, game.date, known ? state : game_state::not_final, outlook.reason});
      return;
    }
    const auto before = entry ? entry->closing : std::nullopt;
    auto evidence = seen_again(before, outlook.ground, outlook.reason, now_);
    const bool counts = known || evidence.occasions >= off_date_occasions;
    if (counts && season_over_) {
      const auto reason = outlook.reason + (outlook.ground == closing_ground::postponed ? "; not" : ", and not") +
                          " played by the season's end";
      not_ready_game closed{game.id, game.date, game_state::cancelled, reason, outlook.ground};
      inferred_.push_back({std::move(closed), entry, std::move(evidence)});
    } else if (counts) {
      work_.not_ready.push_back({game.id, game.date, game_state::postponed, outlook.reason});
      if (!known)
        update(game.id, game_state::postponed, entry, failure_class::postponed, outlook.reason, std::move(evidence));
    } else {
      const auto seen = " (seen on " + std::to_string(evidence.occasions) + " of " +
                        std::to_string(off_date_occasions) + " days: it stays expected)";
      work_.not_ready.push_back({game.id, game.date, game_state::not_final, outlook.reason + seen, {}, true});
      if (before == evidence) return;
      update(game.id, state, entry, entry ? entry->error_class : std::nullopt, entry ? entry->error : std::string{},
             std::move(evidence));
    }
  }

  void take_closed(const planned_game& game, const ledger_entry* entry, const prospect& outlook) {
    if (!schedule_.may_close) {
      work_.not_ready.push_back({game.id, game.date, game_state::not_final, outlook.reason});
      return;
    }
    not_ready_game closed{game.id, game.date, game_state::cancelled, outlook.reason, outlook.ground};
    if (outlook.ground == closing_ground::undecided)
      inferred_.push_back({std::move(closed), entry, std::nullopt});
    else
      cancel(std::move(closed), entry, std::nullopt);
  }

  void cancel(not_ready_game game, const ledger_entry* entry, const std::optional<closing_evidence>& evidence) {
    update(game.id, game_state::cancelled, entry, failure_class::cancelled, game.reason,
           closed_by(*game.ground, game.reason, now_, evidence));
    work_.newly_cancelled.push_back(std::move(game));
  }

  void update(const game_id& id, game_state state, const ledger_entry* entry, std::optional<failure_class> error_class,
              std::string error, std::optional<closing_evidence> closing) {
    ledger_update change{id, state, entry ? entry->attempts : 0, error_class, std::move(error), std::move(closing)};
    // A game that is opened and found elsewhere in one breath changes once.
    if (!work_.ledger_updates.empty() && work_.ledger_updates.back().id == id) {
      change.reopens = work_.ledger_updates.back().reopens;
      work_.ledger_updates.back() = std::move(change);
    } else {
      work_.ledger_updates.push_back(std::move(change));
    }
  }

  // A schedule that lacks many games that are stored is cut off. A few may be gone for good, and stay what they are.
  std::optional<failure> check_complete() {
    auto& lacking = work_.unlisted_stored;
    for (const auto& [id, entry] : rows_)
      if ((entry->state == game_state::done || entry->state == game_state::loaded) && !mentions(schedule_, id))
        lacking.push_back(id);
    if (lacking.empty()) return std::nullopt;
    std::sort(lacking.begin(), lacking.end());
    if (lacking.size() <= unlisted_stored_max) return std::nullopt;
    return failure{failure_class::contract_drift,
                   "the schedule of " + to_string(schedule_.season) + " lists " +
                       std::to_string(schedule_.games.size()) + " games but lacks " + std::to_string(lacking.size()) +
                       " that were played and stored (the first is " + lacking.front().str() +
                       "): it is incomplete. Nothing was changed; try again later",
                   "leagueSchedule.gameDates"};
  }

  void settle_inferred() {
    const bool too_many = inferred_.size() > cancelled_by_inference_max;
    for (auto& [game, entry, evidence] : inferred_) {
      if (!too_many) {
        cancel(std::move(game), entry, evidence);
        continue;
      }
      game.state = game_state::not_final;
      game.ground.reset();
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
    std::sort(work_.reopened.begin(), work_.reopened.end(), by_date);
    std::sort(work_.ledger_updates.begin(), work_.ledger_updates.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
  }

  struct inferred_closing {
    not_ready_game game;
    const ledger_entry* entry = nullptr;
    std::optional<closing_evidence> evidence;
  };

  const schedule& schedule_;
  const scope& limits_;
  const utc_time now_;
  const et_date today_;
  const bool season_over_;
  std::unordered_map<game_id, const ledger_entry*> rows_;
  std::unordered_map<game_id, const planned_game*> unlisted_;
  std::vector<inferred_closing> inferred_;
  std::vector<std::unique_ptr<ledger_entry>> opened_;  // rows as they will be; others point to them
  work_plan work_;
};

failure misconfigured(std::string message, std::string where) {
  return {failure_class::configuration, std::move(message), std::move(where)};
}

}  // namespace

std::optional<reprocess> parse_reprocess(std::string_view name) { return mode_names.value_of(name); }

std::string_view to_string(reprocess value) { return mode_names.name_of(value); }

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
                            const scope& limits, utc_time now) {
  if (auto checked = check_scope(limits, season_schedule.season); !checked) return checked.error();
  return planner{season_schedule, limits, now}.plan(ledger);
}

result<work_plan> plan_work(const schedule& season_schedule, const std::vector<ledger_entry>& ledger,
                            const scope& limits, et_date today) {
  // Noon in New York is 16 or 17 hours UTC.
  const utc_time noon{date::sys_days{today.time_since_epoch()} + std::chrono::hours{17}};
  return plan_work(season_schedule, ledger, limits, noon);
}

}  // namespace nba
