#include "actors/job_planning.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace nba {
namespace {

std::vector<lane_tracker> make_trackers(const season_plan& plan, const std::vector<watermark_row>& marks) {
  std::map<lane, std::pair<std::vector<game_id>, std::vector<game_id>>> lanes;  // planned, terminal
  for (const auto& game : plan.schedule.games) lanes[lane_of(game.id)].first.push_back(game.id);
  for (const auto& entry : plan.ledger) {
    auto& [planned, terminal] = lanes[lane_of(entry.id)];
    planned.push_back(entry.id);
    if (is_terminal(entry.state)) terminal.push_back(entry.id);
  }
  std::vector<lane_tracker> out;
  for (auto& [name, ids] : lanes) {
    lane_tracker one{name, contiguous_tracker{std::move(ids.first), ids.second}, ""};
    for (const auto& mark : marks)
      if (mark.stage == lane_stage && mark.key == watermark_key(name)) one.durable = mark.value;
    out.push_back(std::move(one));
  }
  return out;
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

bool starts_from_payload(const dead_letter& letter) {
  return letter.stage != "fetch" && !letter.payload_sha256.empty();
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
  for (const auto& one : plan.missing)
    if (const auto first = first_date_held(one, from, types)) held.insert(*first);
  return held;
}

result<void> plan_chunks(job_plan& plan, et_date today, int chunk_days) {
  std::vector<planned_game> games;
  for (auto& one : plan.seasons) {
    auto work = plan_work(one.schedule, one.ledger, one.limits, today);
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

std::vector<state_change> planned_changes(const work_plan& work) {
  std::vector<state_change> changes;
  for (const auto& update : work.ledger_updates)
    changes.push_back({update.id, update.state, update.attempts, update.error_class, update.error});
  return changes;
}

run_input make_input(std::string run_id, int parallel, const job_plan& plan, const std::vector<watermark_row>& marks) {
  run_input input;
  input.run_id = std::move(run_id);
  input.chunks = plan.chunks;
  input.parallel = parallel;
  for (const auto& one : plan.seasons) {
    for (const auto& entry : one.ledger) input.known.emplace(entry.id, entry);
    for (const auto& game : one.work.to_derive) input.recover.insert(game.id);
    input.travel.emplace(one.season, std::make_shared<season_travel>(one.schedule.games));
    for (auto& tracker : make_trackers(one, marks)) input.lanes.push_back(std::move(tracker));
  }
  return input;
}

}  // namespace nba
