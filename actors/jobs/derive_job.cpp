#include "actors/jobs/derive_job.hpp"

#include <algorithm>
#include <unordered_map>

namespace nba {
namespace {

// Of a whole season one chunk: dates mean nothing to games that are here already.
constexpr int one_chunk_days = 366;

derived_table_set without(derived_table_set from, derived_table_set what) {
  derived_table_set left;
  for (const auto& each : derived_tables)
    if (from.contains(each.table) && !what.contains(each.table)) left.insert(each.table);
  return left;
}

}  // namespace

derive_targets choose_targets(const derive_order& order, const std::vector<ledger_entry>& ledger,
                              const std::vector<derived_state>& states, std::vector<reported_game>& failed) {
  std::unordered_map<game_id, const ledger_entry*> known;
  for (const auto& entry : ledger) known.emplace(entry.id, &entry);
  std::unordered_map<game_id, const derived_state*> stored;
  for (const auto& game : states) stored.emplace(game.game_id, &game);
  derive_targets chosen;
  const auto choose = [&](const derived_state& game) {
    // A game that is not done yet has none of its tables.
    auto tables = game.state == game_state::done ? order.tables : derived_table_set::all();
    if (order.stale && game.state == game_state::done) tables = without(tables, game.current);
    if (tables.empty()) return;
    const bool all_current = (game.current | tables) == derived_table_set::all();
    const auto entry = known.find(game.game_id);
    const int before = entry == known.end() ? 0 : entry->second->rules_version;
    chosen[game.game_id] = {tables, all_current ? derive_rules_version : std::max(before, 1)};
  };
  if (order.games.empty())
    for (const auto& game : states) choose(game);
  for (const auto& id : order.games) {
    if (const auto found = stored.find(id); found != stored.end()) {
      choose(*found->second);
      continue;
    }
    const auto& entry = *known.at(id);
    failed.push_back({id, entry.date, entry.state, "",
                      "its rows are not stored: the ledger says " + std::string{to_string(entry.state)}});
  }
  return chosen;
}

std::vector<game_id> unknown_games(const derive_order& order, const std::vector<ledger_entry>& ledger) {
  std::vector<game_id> unknown;
  for (const auto& id : order.games)
    if (std::none_of(ledger.begin(), ledger.end(), [&](const ledger_entry& entry) { return entry.id == id; }))
      unknown.push_back(id);
  return unknown;
}

job_step<job_request> derive_job::prepare(const job_site& site) {
  const auto ledger = site.database->read_ledger(order_.season);
  if (!ledger) return database_error(ledger.error());
  if (ledger->empty()) return refuse(exit_no_schedule, schedule_of_plan(order_.season, {}).error().message);
  if (const auto unknown = unknown_games(order_, *ledger); !unknown.empty())
    return refuse_unknown(unknown, "this database has no such game in " + to_string(order_.season),
                          "Nothing was derived");
  const auto states = site.database->read_derived_states(order_.season);
  if (!states) return database_error(states.error());
  job_request asked;
  auto targets = choose_targets(order_, *ledger, *states, asked.failed);
  asked.stored_schedule = true;
  asked.chunk_days = one_chunk_days;
  asked.parallel = 1;
  asked.announced = {{"season", to_string(order_.season)}, {"games", static_cast<std::int64_t>(targets.size())}};
  if (targets.empty()) {
    asked.nothing = order_.stale
                        ? "every stored game of " + to_string(order_.season) +
                              " is derived by the current rules (version " + std::to_string(derive_rules_version) + ")"
                        : "no game that was asked for is stored";
    return asked;
  }
  std::set<game_id> games;
  for (const auto& [id, target] : targets) games.insert(id);
  asked.seasons = scopes_of(games);
  asked.seasons.front().limits.derive_again = std::move(targets);
  return asked;
}

result<void> derive_job::equip(engine_settings& settings, engine_services&) {
  settings.asks_hosts = false;
  settings.load_readers = order_.parallel;
  settings.recover_games_max = std::max(settings.recover_games_max, 2 * order_.parallel);
  settings.derive_workers = static_cast<std::size_t>(order_.parallel);
  return {};
}

}  // namespace nba
