#include "actors/jobs/decree_jobs.hpp"
#include "cli/commands/db_stored.hpp"
#include "cli/commands/db_stored_games.hpp"
#include "cli/database.hpp"
#include "cli/job_setup.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <set>

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
  repair_job wanted{std::move(games)};
  return run_job_on_screen(with, wanted);
}

}  // namespace nba::cli
