#include "actors/job_planning.hpp"
#include "cli/commands/db_stored.hpp"
#include "cli/commands/db_stored_games.hpp"
#include "cli/database.hpp"
#include "cli/job_setup.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>

#include <memory>
#include <set>
#include <tuple>

namespace nba::cli {
namespace {

void print_choice(const context& with, const std::vector<stored_check>& wrong) {
  with.out << "Dry run: nothing is written.\n";
  text_table table{{{"GAME"}, {"FROM"}, {"WHAT"}}};
  for (const auto& check : wrong)
    table.add_row({check.game_id.str(), check.core.empty() ? "derived again" : "the host",
                   fmt::format("{}", fmt::join(check.core.empty() ? check.derived : check.core, "; "))});
  table.print(with.out);
}

// A game found wrong is not done any more; then the run does what any run does with such a game. What was mended
// meanwhile is left alone: every one is looked at again under the locks.
job_definition definition_of(const context& with, const std::set<game_id>& games,
                             const std::shared_ptr<std::string>& run_id) {
  job_definition job;
  job.name = "repair";
  job.arguments = with.command_line;
  job.stored_schedule = true;
  job.seasons = scopes_of(games);
  for (const auto& one : job.seasons) job.further_locks.emplace_back("backfill", to_string(one.season));
  job.further_locks.emplace_back("schedule", "daily");
  std::tie(job.stage, job.key) = job.further_locks.front();
  job.further_locks.erase(job.further_locks.begin());
  job.announced = {{"games", static_cast<std::int64_t>(games.size())}};
  job.prepare = [&with, games, run_id](nba::store& database) -> result<void> {
    for (const auto& id : games) {
      const auto check = database.reopen_damaged(id, *run_id);
      if (!check) return check.error();
      if (check->good()) continue;
      with.events.write(events::game_damaged(
          id, fmt::format("{}", fmt::join(check->core.empty() ? check->derived : check->core, "; "))));
    }
    return {};
  };
  return job;
}

}  // namespace

int run_db_repair(const context& with, const db_repair_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto checks = check_games(with, *database.store, options.season, options.parallel);
  if (!checks) return with.fail(checks.error());
  std::vector<stored_check> wrong;
  for (const auto& check : *checks)
    if (!check.good()) wrong.push_back(check);
  if (wrong.empty()) {
    if (!with.settings.quiet) with.out << "Nothing to repair: every stored game is as it was written.\n";
    return exit_success;
  }
  if (options.dry_run) {
    print_choice(with, wrong);
    return exit_success;
  }
  database.store.reset();  // the job opens its own
  std::set<game_id> games;
  for (const auto& check : wrong) games.insert(check.game_id);
  const auto run_id = std::make_shared<std::string>();
  const auto job = definition_of(with, games, run_id);
  return run_job_on_screen(with, job, [&run_id](job_environment& environment) -> result<void> {
    *run_id = environment.run_id;
    return {};
  });
}

}  // namespace nba::cli
