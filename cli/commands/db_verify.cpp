#include "cli/commands/db_faults.hpp"
#include "cli/commands/db_stored.hpp"
#include "cli/commands/db_stored_games.hpp"
#include "cli/database.hpp"
#include "cli/progress.hpp"
#include "cli/read_pool.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace nba::cli {
namespace {

constexpr std::size_t listed_max = 40;

std::vector<std::string> problems_of(const stored_check& check) {
  auto all = check.core;
  all.insert(all.end(), check.derived.begin(), check.derived.end());
  return all;
}

int report_damaged_file(const context& with, const db_verify_options& options,
                        const std::vector<std::string>& problems) {
  if (options.json) with.print_json({{"integrity", problems}});
  return with.fail(exit_database,
                   fmt::format("the database file is damaged: {}\n"
                               "  Nothing in it can be relied on. Restore it from a backup, or move it away and fill a "
                               "new one: `nba-scraper schedule backfill --season SEASON`",
                               problems.front()));
}

// Games whose rows are whole, but of which an earlier build kept no digest.
result<std::int64_t> adopt(game_store& database, const std::vector<stored_check>& checks) {
  std::int64_t adopted = 0;
  for (const auto& check : checks) {
    if (check.kept || !check.good()) continue;
    const auto noted = database.adopt_stored(check.game_id);
    if (!noted) return noted.error();
    if (*noted) ++adopted;
  }
  return adopted;
}

}  // namespace

result<std::vector<nba::season>> asked_seasons(nba::store& database, const std::string& wanted) {
  if (!wanted.empty()) return std::vector{*parse_season(wanted)};
  const auto lanes = database.read_progress(std::nullopt);
  if (!lanes) return lanes.error();
  std::vector<nba::season> seasons;
  for (const auto& lane : *lanes)
    if (std::find(seasons.begin(), seasons.end(), lane.season) == seasons.end()) seasons.push_back(lane.season);
  return seasons;
}

result<std::vector<stored_check>> check_games(const context& with, nba::store& database, const std::string& season,
                                              int threads) {
  const auto seasons = asked_seasons(database, season);
  if (!seasons) return seasons.error();
  std::vector<game_id> games;
  for (const auto& each : *seasons) {
    const auto states = database.read_derived_states(each);
    if (!states) return states.error();
    for (const auto& state : *states) games.push_back(state.game_id);
  }
  using check_pool = read_pool<std::optional<stored_check>>;
  check_pool pool{threads, [&] { return open_another(with); }, games,
                  [](nba::store& from, const game_id& id) { return from.check_stored(id); }};
  progress_display display{with.screen, with.shows_progress(), with.unicode};
  run_snapshot progress;
  progress.job.games_total = static_cast<std::int64_t>(games.size());
  std::vector<stored_check> checks;
  while (auto one = pool.next()) {
    if (!one->value) return one->value.error();
    ++progress.job.games_done;
    if (auto& check = *one->value) checks.push_back(std::move(*check));
    display.update(progress);
  }
  std::sort(checks.begin(), checks.end(), [](const auto& a, const auto& b) { return a.game_id < b.game_id; });
  return checks;
}

void print_wrong_games(const context& with, const std::vector<stored_check>& wrong) {
  if (wrong.empty()) return;
  with.out << fmt::format("\nThe rows of {} are not as they were written:\n",
                          counted(static_cast<long long>(wrong.size()), "game", "games"));
  text_table table{{{"GAME"}, {"STATE"}, {"WHAT"}}};
  for (std::size_t i = 0; i < std::min(wrong.size(), listed_max); ++i)
    table.add_row({wrong[i].game_id.str(), std::string{to_string(wrong[i].state)},
                   fmt::format("{}", fmt::join(problems_of(wrong[i]), "; "))});
  table.print(with.out);
  if (wrong.size() > listed_max) with.out << fmt::format("and {} more; --json lists all\n", wrong.size() - listed_max);
  std::set<std::string> seasons;
  for (const auto& check : wrong) seasons.insert(to_string(check.game_id.in_season()));
  with.out << "To mend them:\n";
  for (const auto& season : seasons) with.out << fmt::format("  nba-scraper db repair --season {}\n", season);
}

nlohmann::ordered_json wrong_games_json(const std::vector<stored_check>& wrong) {
  auto out = nlohmann::ordered_json::array();
  for (const auto& check : wrong)
    out.push_back({{"game_id", check.game_id.str()},
                   {"season", to_string(check.game_id.in_season())},
                   {"state", to_string(check.state)},
                   {"core", check.core},
                   {"derived", check.derived}});
  return out;
}

int run_db_verify(const context& with, const db_verify_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto file = database.store->find_damage(true);
  if (!file) return with.fail(file.error());
  if (!file->empty()) return report_damaged_file(with, options, *file);
  const auto checks = check_games(with, *database.store, options.season, options.parallel);
  if (!checks) return with.fail(checks.error());
  std::vector<stored_check> wrong;
  std::int64_t unkept = 0;
  for (const auto& check : *checks) {
    if (!check.good()) wrong.push_back(check);
    if (check.good() && !check.kept) ++unkept;
  }
  const auto only = options.season.empty() ? std::nullopt : parse_season(options.season);
  auto faults = find_stored_faults(*database.store, only);
  if (!faults) return with.fail(faults.error());
  std::int64_t adopted = 0, people_adopted = 0;
  if (options.adopt) {
    const auto noted = adopt(*database.store, *checks);
    if (!noted) return with.fail(noted.error());
    adopted = *noted;
    unkept -= adopted;
    const auto people = adopt_people(*database.store);
    if (!people) return with.fail(people.error());
    people_adopted = *people;
    faults->people_without_digest -= people_adopted;
  }
  const int code = failures_exit_code(static_cast<std::int64_t>(wrong.size() + faults->count()));
  if (options.json) {
    nlohmann::ordered_json document{{"integrity", nlohmann::ordered_json::array()},
                                    {"games", checks->size()},
                                    {"wrong", wrong_games_json(wrong)},
                                    {"without_digest", unkept},
                                    {"adopted", adopted}};
    put_faults(document, *faults);
    document["people_adopted"] = people_adopted;
    with.print_json(document);
    return code;
  }
  with.out << fmt::format("{} checked: {} as they were written.\n",
                          counted(static_cast<long long>(checks->size()), "stored game", "stored games"),
                          with_thousands(static_cast<long long>(checks->size() - wrong.size())));
  if (adopted > 0)
    with.out << fmt::format("What is there was noted as right for {}.\n", counted(adopted, "game", "games"));
  if (unkept > 0)
    with.out << fmt::format(
        "{} written by an earlier version, which kept no digest: only looked at for what every "
        "game has.\nTo note what is there now as right: {}\n",
        counted(unkept, "game was", "games were"), with.command("db verify --adopt"));
  if (people_adopted > 0)
    with.out << fmt::format("And for {}.\n", counted(people_adopted, "team or player", "teams and players"));
  if (faults->people_without_digest > 0 && unkept == 0)
    with.out << fmt::format(
        "{} written by an earlier version, which kept no digest; to note what is there now as "
        "right: {}\n",
        counted(faults->people_without_digest, "team or player was", "teams and players were"),
        with.command("db verify --adopt"));
  print_wrong_games(with, wrong);
  print_faults(with, *faults);
  return code;
}

}  // namespace nba::cli
