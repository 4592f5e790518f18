#include "actors/run/run_input.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
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

// The schedule, and what it lacks of games that are stored or to be fetched: teams travelled to those, too.
std::vector<planned_game> played_on_the_way(const season_plan& plan) {
  auto games = plan.schedule.games;
  if (plan.schedule.unlisted.empty()) return games;
  std::set<game_id> stored(plan.work.unlisted_stored.begin(), plan.work.unlisted_stored.end());
  for (const auto& game : plan.work.to_fetch) stored.insert(game.id);
  for (const auto& game : plan.schedule.unlisted)
    if (stored.contains(game.id)) games.push_back(game);
  std::sort(games.begin(), games.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return games;
}

}  // namespace

std::vector<state_change> planned_changes(const work_plan& work) {
  std::vector<state_change> changes;
  for (const auto& update : work.ledger_updates)
    changes.push_back({update.id,
                       update.state,
                       update.attempts,
                       update.error_class,
                       update.error,
                       update.closing,
                       {},
                       update.reopens});
  return changes;
}

run_input make_input(std::string run_id, int parallel, const job_plan& plan, const std::vector<watermark_row>& marks) {
  run_input input;
  input.run_id = std::move(run_id);
  input.chunks = plan.chunks;
  input.parallel = parallel;
  for (const auto& one : plan.seasons) {
    if (!one.schedule.may_close) input.closes_nothing.insert(one.season);
    for (const auto& entry : one.ledger) input.known.emplace(entry.id, entry);
    for (const auto& game : one.work.to_derive) input.recover.insert(game.id);
    if (one.limits.derive_again)
      input.derive_again.insert(one.limits.derive_again->begin(), one.limits.derive_again->end());
    input.travel.emplace(one.season, std::make_shared<season_travel>(played_on_the_way(one)));
    for (auto& tracker : make_trackers(one, marks)) input.lanes.push_back(std::move(tracker));
  }
  return input;
}

}  // namespace nba
