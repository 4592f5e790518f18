#include "pipeline/plan/job_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace nba {
namespace {

// Games of the scope by date, done ones included, and the dates from the first to the last.
struct dates_in_scope {
  std::map<et_date, std::size_t> games;
  date_range range;
};
dates_in_scope dates_of(const job_plan& plan, const std::vector<planned_game>& work) {
  std::map<game_id, et_date> all;  // what is to be done may be missing in the schedule
  for (const auto& one : plan.seasons)
    for (const auto& game : one.schedule.games)
      if (one.limits.includes(game)) all.emplace(game.id, game.date);
  for (const auto& game : work) all.insert_or_assign(game.id, game.date);
  dates_in_scope out;
  for (const auto& [id, date] : all) ++out.games[date];
  out.range = {out.games.begin()->first, out.games.rbegin()->first};
  return out;
}

// "by games: some 50 a chunk, 14 days at most; 27 chunks of 21 to 56"
std::string why_by_games(const std::vector<chunk>& chunks, const chunk_settings& rule) {
  const auto [least, most] = std::minmax_element(
      chunks.begin(), chunks.end(), [](const auto& a, const auto& b) { return a.games.size() < b.games.size(); });
  return fmt::format("by games: some {} a chunk, {} days at most; {} to {} of each are to be done", rule.games_target,
                     rule.days_max, least->games.size(), most->games.size());
}

std::string why_so_many(const job_plan& plan, std::size_t games_in_flight_max) {
  if (static_cast<std::size_t>(plan.parallel) == plan.chunks.size()) return "that is all of them";
  return fmt::format("the engine can have {} games under way: enough chunks to hold them, and one more",
                     games_in_flight_max);
}

}  // namespace

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
                                                "; first run: `nba-scraper schedule backfill --season " +
                                                to_string(of) + '`'};
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
  return plan_chunks(plan, now, chunk_order{chunk_days});
}

result<void> plan_chunks(job_plan& plan, utc_time now, const chunk_order& order) {
  std::vector<planned_game> games;
  for (auto& one : plan.seasons) {
    auto work = plan_work(one.schedule, one.ledger, one.limits, now);
    if (!work) return work.error();
    one.work = std::move(*work);
    games.insert(games.end(), one.work.to_fetch.begin(), one.work.to_fetch.end());
    games.insert(games.end(), one.work.to_derive.begin(), one.work.to_derive.end());
  }
  plan.parallel = std::max(order.parallel, 1);
  if (games.empty()) return {};
  const auto dates = dates_of(plan, games);
  if (order.days == chunk_days_auto) {
    plan.chunks =
        chunk_games(std::move(games), cut_chunks(dates.range.first, dates.range.last, dates.games, order.by_games));
    plan.chunks_why = why_by_games(plan.chunks, order.by_games);
  } else {
    plan.chunks = chunk_games(std::move(games), dates.range, order.days);
  }
  if (order.parallel == parallel_auto) {
    plan.parallel = choose_parallel(plan.chunks, order.games_in_flight_max);
    plan.parallel_why = why_so_many(plan, order.games_in_flight_max);
  }
  return {};
}

}  // namespace nba
