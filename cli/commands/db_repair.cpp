#include "actors/jobs/job.hpp"
#include "actors/run/run_session.hpp"
#include "cli/commands/db_faults.hpp"
#include "cli/commands/db_stored.hpp"
#include "cli/commands/db_stored_games.hpp"
#include "cli/database.hpp"
#include "cli/job_setup.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"
#include "storage/schema_drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

void print_choice(const context& with, const std::vector<stored_check>& wrong) {
  with.out << "Dry run: nothing is written.\n";
  if (wrong.empty()) return;
  text_table table{{{"GAME"}, {"FROM"}, {"WHAT"}}};
  for (const auto& check : wrong)
    table.add_row({check.game_id.str(), check.core.empty() ? "derived again" : "the host",
                   fmt::format("{}", fmt::join(check.core.empty() ? check.derived : check.core, "; "))});
  table.print(with.out);
}

// What was found, and what is done about it.
struct repair_work {
  std::optional<season> only;
  bool delete_orphans = false;
  std::set<game_id> damaged;  // their rows are not as they were written
  std::set<game_id> games;    // these, and what the other faults need fetched
  stored_faults faults;
};

std::vector<lock_name> locks_of(const repair_work& work) {
  std::set<season> seasons;
  const auto add = [&seasons](std::string_view text) {
    if (const auto id = game_id::parse(text)) seasons.insert(id->in_season());
  };
  for (const auto& id : work.games) seasons.insert(id.in_season());
  for (const auto& row : work.faults.ledger) add(row.game_id);
  for (const auto& game : work.faults.orphans) add(game.game_id);
  for (const auto& person : work.faults.people)
    if (person.source) seasons.insert(person.source->in_season());
  return nba::locks_of(seasons);
}

// A game found wrong is not done any more; then the run does what any run does with such a game. What was mended
// meanwhile is left alone: everything is looked at again under the locks.
result<void> set_back(const context& with, nba::store& database, const repair_work& work, const std::string& run_id) {
  if (work.faults.count() > 0) {
    const auto found = mend_stored_faults(database, work.only, work.delete_orphans, run_id);
    if (!found) return found.error();
    log_faults(with, *found, work.delete_orphans);
  }
  for (const auto& id : work.damaged) {
    const auto check = database.reopen_damaged(id, run_id);
    if (!check) return check.error();
    if (check->good()) continue;
    with.events.write(events::game_damaged(
        id, fmt::format("{}", fmt::join(check->core.empty() ? check->derived : check->core, "; "))));
  }
  return {};
}

// Games that are set back, and then done as in any run.
class repair_job final : public job {
 public:
  repair_job(const context& with, const repair_work& work) : with_(with), work_(work) {}
  std::string name() const override { return "repair"; }
  job_step<std::vector<lock_name>> locks(const job_site&) override { return locks_of(work_); }
  job_step<job_request> prepare(const job_site&) override { return request_of(work_.games); }
  result<void> decree(const job_site& site) override { return set_back(with_, *site.database, work_, site.run_id); }
  result<std::int64_t> failures_beside(const job_site& site) override {
    if (work_.faults.count() == 0) return std::int64_t{0};
    const auto rest = find_stored_faults(*site.database, work_.only);
    if (!rest) return rest.error();
    return static_cast<std::int64_t>(rest->count());
  }

 private:
  const context& with_;
  const repair_work& work_;
};

int run_games(const context& with, const repair_work& work) {
  repair_job wanted{with, work};
  return run_job_on_screen(with, wanted);
}

// Where no game has to be run: the same locks, and nothing but the changes.
int mend_without_games(const context& with, const repair_work& work) {
  auto database = open_to_change(with);
  if (!database) return database.exit_code;
  auto& store = *with.session->keep(std::move(database.store));
  if (const auto placed = place_locks(with); !placed) return with.fail(placed.error());
  for (const auto& [stage, key] : locks_of(work))
    if (const auto code = take_lock(with, store, stage, key)) return code;
  if (const auto started = with.session->start(store, {{"games", std::int64_t{0}}}); !started)
    return fail_database(with, started.error());
  if (const auto mended = set_back(with, store, work, with.session->run_id()); !mended)
    return fail_database(with, mended.error());
  return exit_success;
}

// Games that the stored schedule does not have cannot be run; nothing but their ledger row is changed.
result<void> leave_out_unplanned(nba::store& database, std::set<game_id>& games) {
  std::map<season, std::set<game_id>> planned;
  for (auto at = games.begin(); at != games.end();) {
    const auto of = at->in_season();
    if (!planned.contains(of)) {
      const auto plan = database.read_plan(of);
      if (!plan) return plan.error();
      for (const auto& game : *plan) planned[of].insert(game.id);
    }
    at = planned[of].contains(*at) ? std::next(at) : games.erase(at);
  }
  return {};
}

// What is still wrong after all: told, and counted where no run has done that.
int report_rest(const context& with, const repair_work& work, int code) {
  if (work.faults.count() == 0 || code >= exit_usage) return code;
  const bool is_counted = !work.games.empty();
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto rest = find_stored_faults(*database.store, work.only);
  if (!rest) return fail_database(with, rest.error());
  const auto left = static_cast<std::int64_t>(rest->count());
  if (left == 0) {
    if (!with.settings.quiet)
      with.out << fmt::format("Mended {} that no game answers for.\n",
                              counted(static_cast<long long>(work.faults.count()), "fault", "faults"));
    return code;
  }
  print_faults(with, *rest);
  return is_counted ? code : failures_exit_code(left + code);
}

// Views and indexes that are gone; anything else of the schema is for a person.
int repair_schema(const context& with, bool dry_run) {
  auto database = open_existing(with, schema_check::any);
  if (!database) return database.exit_code;
  auto drift = find_drift(*database.store);
  if (!drift) return fail_database(with, drift.error());
  const auto is_remade = [](const schema_drift& each) { return each.made_again; };
  if (std::any_of(drift->begin(), drift->end(), is_remade)) {
    if (dry_run) {
      for (const auto& each : *drift)
        if (each.made_again) with.out << fmt::format("Dry run: {}; it would be made again.\n", each.what);
      std::erase_if(*drift, is_remade);
    } else {
      const auto made = remake_schema(*database.store);
      if (!made) return fail_database(with, made.error());
      with.events.write(events::schema_remade(fmt::format("{}", fmt::join(*made, ","))));
      if (!with.settings.quiet) with.out << fmt::format("Made again: {}.\n", fmt::join(*made, ", "));
      drift = find_drift(*database.store);
      if (!drift) return fail_database(with, drift.error());
    }
  }
  return drift->empty() ? exit_success : fail_drift(with, *drift);
}

}  // namespace

int run_db_repair(const context& with, const db_repair_options& options) {
  if (const int code = repair_schema(with, options.dry_run); code != exit_success) return code;
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto checks = check_games(with, *database.store, options.season, options.parallel);
  if (!checks) return with.fail(checks.error());
  repair_work work;
  if (!options.season.empty()) work.only = parse_season(options.season);
  work.delete_orphans = options.delete_orphans;
  auto faults = find_stored_faults(*database.store, work.only);
  if (!faults) return fail_database(with, faults.error());
  work.faults = std::move(faults).value();
  std::vector<stored_check> wrong;
  for (const auto& check : *checks)
    if (!check.good()) wrong.push_back(check);
  if (wrong.empty() && work.faults.count() == 0) {
    if (!with.settings.quiet) with.out << "Nothing to repair: every stored game is as it was written.\n";
    return exit_success;
  }
  if (options.dry_run) {
    print_choice(with, wrong);
    print_faults(with, work.faults);
    return exit_success;
  }
  for (const auto& check : wrong) work.damaged.insert(check.game_id);
  for (const auto& id : games_to_fetch(work.faults)) work.games.insert(id);
  if (const auto kept = leave_out_unplanned(*database.store, work.games); !kept)
    return fail_database(with, kept.error());
  work.games.insert(work.damaged.begin(), work.damaged.end());
  database.store.reset();  // what follows opens its own
  return report_rest(with, work, work.games.empty() ? mend_without_games(with, work) : run_games(with, work));
}

}  // namespace nba::cli
