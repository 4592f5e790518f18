// `dlq retry`, `dlq waive` and `dlq reopen` are jobs, so that locks, ledger and watermarks work as for any other run.
#include "actors/jobs/decree_jobs.hpp"
#include "actors/jobs/retry_job.hpp"
#include "cli/commands/dlq.hpp"
#include "cli/database.hpp"
#include "cli/job_setup.hpp"
#include "cli/run_summary.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <set>

namespace nba::cli {
namespace {

retry_order order_of(const dlq_retry_options& options) {
  retry_order order{options.ids, parse_season(options.season), parse_failure_class(options.error_class)};
  order.refetch = options.refetch;
  return order;
}

// Why games of the choice are not tried now, as the run would find it.
result<std::map<game_id, std::string>> reasons_not_to_try(ledger_store& database, const std::set<game_id>& games) {
  job_plan plan;
  std::map<game_id, std::string> out;
  for (auto& [of, limits] : scopes_of(games)) {
    auto planned = database.read_plan(of);
    if (!planned) return planned.error();
    auto listed = schedule_of_plan(of, std::move(*planned));
    if (!listed) {
      for (const auto& id : *limits.only) out.emplace(id, listed.error().message);
      continue;
    }
    auto ledger = database.read_ledger(of);
    if (!ledger) return ledger.error();
    plan.seasons.push_back({of, std::move(limits), std::move(*listed), std::move(*ledger), {}});
  }
  if (auto done = plan_chunks(plan, et_date_of(utc_now()), job_request{}.chunk_days); !done) return done.error();
  for (const auto& one : plan.seasons)
    for (const auto& game : one.work.not_ready) out.emplace(game.id, game.reason);
  for (const auto& game : named_for_nothing(plan)) out.emplace(game.id, game.reason);
  return out;
}

int print_choice(const context& with, nba::store& database, const retry_order& order) {
  const auto chosen = choose_letters(database, order);
  if (const auto* error = std::get_if<job_error>(&chosen)) return fail_job(with, *error);
  const auto& letters = std::get<0>(chosen);
  if (letters.empty()) {
    if (!with.settings.quiet) with.out << "Nothing to do: no unresolved dead letter fits.\n";
    return exit_success;
  }
  const auto reasons = reasons_not_to_try(database, games_of(letters));
  if (!reasons) return with.fail(reasons.error());
  const auto stored = readable_payloads(database, letters, order);
  with.out << "Dry run: nothing is written.\n";
  text_table table{{{"ID", align::right}, {"GAME"}, {"STAGE"}, {"FROM"}, {"ERROR"}}};
  for (const auto& letter : letters) {
    std::string from = stored.contains(letter.game_id) ? "stored payload" : "the host";
    if (reasons->contains(letter.game_id)) from = "not tried";
    table.add_row({std::to_string(letter.dead_letter_id), letter.game_id.str(), letter.stage, from, letter.error});
  }
  table.print(with.out);
  for (const auto& [id, reason] : *reasons) with.out << fmt::format("Game {} is not tried: {}\n", id.str(), reason);
  return exit_success;
}

// Opened once before the run: what is not there is told with the command that makes it.
int run_on_existing(const context& with, job& wanted, const report_printer& print = nullptr) {
  if (const auto database = open_existing(with); !database) return database.exit_code;
  return run_job_on_screen(with, wanted, print);
}

// One line a game, then the marks.
report_printer tell_games(const context& with, const decree_job& decreed,
                          std::function<std::string(const ledger_entry&)> line) {
  return [&with, &decreed, line = std::move(line)](const job_outcome& done, const summary_options& options) {
    for (const auto& [id, entry] : decreed.games()) with.out << line(entry) << '\n';
    print_watermarks(with.out, done, options, et_date_of(utc_now()));
  };
}

}  // namespace

int run_dlq_retry(const context& with, const dlq_retry_options& options) {
  const auto order = order_of(options);
  if (options.dry_run) {
    auto database = open_existing(with);
    return database ? print_choice(with, *database.store, order) : database.exit_code;
  }
  retry_job wanted{order};
  return run_on_existing(with, wanted);
}

int run_dlq_waive(const context& with, const dlq_waive_options& options) {
  if (options.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return with.fail(exit_usage, "--reason is empty; say why the game is given up, for whoever asks later");
  waive_job wanted{options.ids, options.reason};
  return run_on_existing(with, wanted, tell_games(with, wanted, [&](const ledger_entry& game) {
                           return fmt::format("Waived {}: {}", game.id.str(), options.reason);
                         }));
}

int run_dlq_reopen(const context& with, const dlq_reopen_options& options) {
  reopen_job wanted{options.ids};
  return run_on_existing(with, wanted, tell_games(with, wanted, [&with](const ledger_entry& game) {
                           return fmt::format("Opened {} again (was {}). To ask the host now: {}", game.id.str(),
                                              to_string(game.state),
                                              with.command(fmt::format("schedule backfill --season {} --game {}",
                                                                       to_string(game.id.in_season()), game.id.str())));
                         }));
}

}  // namespace nba::cli
