#include "pipeline/plan/job_plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace nba {
std::size_t job_plan::games_to_fetch() const {
  std::size_t sum = 0;
  for (const auto& one : seasons) sum += one.work.to_fetch.size();
  return sum;
}
std::size_t job_plan::games_to_derive() const {
  std::size_t sum = 0;
  for (const auto& one : seasons) sum += one.work.to_derive.size();
  return sum;
}
std::size_t job_plan::already_terminal() const {
  std::size_t sum = 0;
  for (const auto& one : seasons) sum += one.work.already_terminal;
  return sum;
}

std::size_t job_plan::already_closed() const {
  std::size_t sum = 0;
  for (const auto& one : seasons) sum += one.work.already_closed;
  return sum;
}

result<schedule> schedule_of_plan(season of, std::vector<planned_game> games) {
  if (games.empty())
    return failure{failure_class::rejected, "this database knows no games of " + to_string(of) +
                                                "; first run: nba-scraper schedule backfill --season " + to_string(of)};
  schedule out;
  out.season = of;
  out.games = std::move(games);
  std::sort(out.games.begin(), out.games.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto [first, last] = std::minmax_element(out.games.begin(), out.games.end(),
                                                 [](const auto& a, const auto& b) { return a.date < b.date; });
  out.first_date = first->date;
  out.last_date = last->date;
  out.origin = schedule_origin::stored;
  out.may_close = false;
  return out;
}

std::vector<season_scope> scopes_of(const std::set<game_id>& games) {
  std::map<season, scope> seasons;
  for (const auto& id : games) {
    auto& limits = seasons.try_emplace(id.in_season()).first->second;
    if (!limits.only) {
      limits.types.clear();
      limits.only.emplace();
    }
    limits.types.insert(id.type());
    limits.only->insert(id);
  }
  std::vector<season_scope> out;
  for (auto& [of, limits] : seasons) out.push_back({of, std::move(limits)});
  return out;
}

std::vector<not_ready_game> named_for_nothing(const job_plan& plan) {
  std::vector<not_ready_game> out;
  for (const auto& one : plan.seasons) {
    if (!one.limits.only) continue;
    auto left = *one.limits.only;
    for (const auto* planned : {&one.work.to_fetch, &one.work.to_derive})
      for (const auto& game : *planned) left.erase(game.id);
    for (const auto& game : one.work.not_ready) left.erase(game.id);
    for (const auto& game : one.work.newly_cancelled)
      if (left.erase(game.id) > 0) out.push_back(game);
    for (const auto& entry : one.ledger)
      if (left.erase(entry.id) > 0)
        out.push_back({entry.id, entry.date, entry.state, "is " + std::string{to_string(entry.state)} + " already"});
    for (const auto& id : left)
      out.push_back({id, {}, game_state::planned, "neither the stored schedule nor the ledger knows it"});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

std::vector<game_id> unknown_games(const job_plan& plan) {
  std::set<game_id> left;
  for (const auto& one : plan.seasons) {
    if (!one.limits.only) continue;
    left.insert(one.limits.only->begin(), one.limits.only->end());
    for (const auto* listed : {&one.schedule.games, &one.schedule.unlisted})
      for (const auto& game : *listed) left.erase(game.id);
    for (const auto& entry : one.ledger) left.erase(entry.id);
  }
  return {left.begin(), left.end()};
}

open_dates find_open_dates(const std::vector<season_plan>& seasons) {
  open_dates all;
  for (const auto& one : seasons) {
    auto found = find_open_dates(one.schedule, one.ledger, one.limits.types);
    all.open.merge(found.open);
    all.untried.merge(found.untried);
  }
  return all;
}

std::set<et_date> dates_held(const job_plan& plan, et_date from, const std::set<game_type>& types) {
  auto held = find_open_dates(plan.seasons).open;
  // A plan that an earlier run stored does not know every game of these dates.
  for (const auto& one : plan.seasons)
    if (!one.schedule.may_close) held.insert(from);
  for (const auto& one : plan.missing)
    if (const auto first = first_date_held(one, from, types)) held.insert(*first);
  return held;
}

date_range narrow_daily(std::vector<season_plan>& seasons, std::optional<et_date> stored, et_date target,
                        int catch_up_days) {
  auto begin = stored;
  if (!begin)
    for (const auto& one : seasons)
      if (const auto last = last_done_date(one.ledger, one.limits.types); last && (!begin || *last > *begin))
        begin = last;
  const auto open = find_open_dates(seasons);
  auto window = plan_daily(begin, target, catch_up_days, open.untried);
  if (!window) window = daily_window{{target, target}, false};
  const auto& dates = window->dates;
  int left = std::max(catch_up_days, 1);
  for (auto date = open.untried.lower_bound(dates.first); date != open.untried.end() && *date <= dates.last; ++date)
    --left;
  for (auto& one : seasons) {
    one.limits.from = dates.first;
    one.limits.to = dates.last;
    one.limits.earlier_untried =
        earlier_untried_dates(one.schedule, one.ledger, one.limits.types, dates.first, std::max(left, 0));
    left -= static_cast<int>(one.limits.earlier_untried->size());
  }
  return dates;
}

void note_unlisted(schedule& listed, std::vector<planned_game> stored) {
  std::set<game_id> known;
  for (const auto& game : listed.games) known.insert(game.id);
  listed.unlisted.clear();
  for (auto& game : stored)
    if (!known.contains(game.id)) listed.unlisted.push_back(std::move(game));
}

result<void> plan_chunks(job_plan& plan, et_date today, int chunk_days) {
  return plan_chunks(plan, utc_time{date::sys_days{today.time_since_epoch()} + std::chrono::hours{17}}, chunk_days);
}

result<void> plan_chunks(job_plan& plan, utc_time now, int chunk_days) {
  std::vector<planned_game> games;
  for (auto& one : plan.seasons) {
    auto work = plan_work(one.schedule, one.ledger, one.limits, now);
    if (!work) return work.error();
    one.work = std::move(*work);
    games.insert(games.end(), one.work.to_fetch.begin(), one.work.to_fetch.end());
    games.insert(games.end(), one.work.to_derive.begin(), one.work.to_derive.end());
  }
  if (games.empty()) return {};
  date_range range{games.front().date, games.front().date};
  const auto widen = [&](et_date date) {
    range.first = std::min(range.first, date);
    range.last = std::max(range.last, date);
  };
  for (const auto& one : plan.seasons)
    for (const auto& game : one.schedule.games)
      if (one.limits.includes(game)) widen(game.date);
  for (const auto& game : games) widen(game.date);
  plan.chunks = chunk_games(std::move(games), range, chunk_days);
  return {};
}

}  // namespace nba
