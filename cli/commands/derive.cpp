#include "cli/commands/derive.hpp"

#include "actors/run_session.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/progress.hpp"
#include "cli/read_pool.hpp"
#include "cli/signals.hpp"
#include "cli/text.hpp"
#include "pipeline/derive/overrides.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

namespace nba::cli {
namespace {

constexpr int parallel_max = 64;
constexpr int parallel_default_max = 8;

struct failed_game {
  game_id id;
  std::string why;
};

struct derive_report {
  std::int64_t games = 0;
  std::int64_t rows = 0;
  std::vector<failed_game> failed;
  std::vector<std::string> unknown_arenas;
  int stopped_by = 0;  // signal number
};

// What is written of one game.
struct derive_target {
  derived_table_set tables;
  int rules_version = 0;  // of the ledger, afterwards
};
using derive_targets = std::map<game_id, derive_target>;

derived_table_set chosen_tables(const derive_options& options) {
  if (options.tables.empty()) return derived_table_set::all();
  derived_table_set chosen;
  for (const auto& name : options.tables) chosen.insert(*parse_derived_table(name));
  return chosen;
}

derived_table_set without(derived_table_set from, derived_table_set what) {
  derived_table_set left;
  for (const auto& each : derived_tables)
    if (from.contains(each.table) && !what.contains(each.table)) left.insert(each.table);
  return left;
}

// Which tables of which games to derive; games asked for by id that the database does not hold are failures already.
derive_targets choose_games(const std::vector<ledger_entry>& ledger, const std::vector<derived_state>& states,
                            const derive_options& options, derive_report& report) {
  std::map<game_id, int> versions;
  for (const auto& entry : ledger) versions[entry.id] = entry.rules_version;
  const auto wanted = chosen_tables(options);
  derive_targets chosen;
  const auto choose = [&](const derived_state& game) {
    // A game that is not done yet has none of its tables.
    auto tables = game.state == game_state::done ? wanted : derived_table_set::all();
    if (options.stale && game.state == game_state::done) tables = without(tables, game.current);
    if (tables.empty()) return;
    const bool all_current = (game.current | tables) == derived_table_set::all();
    const auto known = versions.find(game.game_id);
    const int before = known == versions.end() ? 0 : known->second;
    chosen[game.game_id] = {tables, all_current ? derive_rules_version : std::max(before, 1)};
  };
  if (options.games.empty()) {
    for (const auto& game : states) choose(game);
    return chosen;
  }
  for (const auto& text : options.games) {
    const auto id = *game_id::parse(text);
    const auto stored =
        std::find_if(states.begin(), states.end(), [&](const derived_state& game) { return game.game_id == id; });
    if (stored != states.end()) {
      choose(*stored);
      continue;
    }
    const auto found =
        std::find_if(ledger.begin(), ledger.end(), [&](const ledger_entry& entry) { return entry.id == id; });
    report.failed.push_back({id, found == ledger.end() ? fmt::format("no game of {} in this database", options.season)
                                                       : fmt::format("its rows are not stored: the ledger says {}",
                                                                     to_string(found->state))});
  }
  return chosen;
}

std::size_t count_rows(const derived_rows& rows, derived_table_set tables) {
  std::size_t count = 0;
  for_each_table(derived_table_list{}, [&]<class Row>(std::type_identity<Row>) {
    if (tables.contains<Row>()) count += rows_of<Row>(rows).size();
  });
  return count;
}

struct derived_game {
  std::shared_ptr<const derived_rows> rows;
  provenance origin;  // of the core rows
  std::vector<skipped_override> skipped;
};
using derive_pool = read_pool<derived_game>;

class deriver {
 public:
  deriver(const context& with, nba::store& database, const season_travel& travel, const std::string& run_id)
      : with_(with), database_(database), travel_(travel), run_id_(run_id) {}

  // Stops between two batches when `stop` becomes a signal number. A failure of the database ends everything; a game
  // whose rows cannot be read is one failed game.
  result<void> derive(const derive_targets& targets, int threads, const std::atomic<int>& stop, derive_report& report) {
    progress_display display{with_.screen, with_.shows_progress(), with_.unicode};
    run_progress progress;
    progress.games_total = static_cast<std::int64_t>(targets.size());
    std::vector<game_id> games;
    for (const auto& [id, target] : targets) games.push_back(id);
    const auto batch_games = static_cast<std::size_t>(with_.settings.engine.load_batch_games_max);
    const auto started = std::chrono::steady_clock::now();
    const auto derive_one = [this](nba::store& from, const game_id& id) -> result<derived_game> {
      const auto rows = from.read_game(id);
      if (!rows) return rows.error();
      return derived_game{std::make_shared<derived_rows>(derive_game(*rows, travel_)), rows->origin,
                          choose_overrides(*rows).skipped};
    };
    derive_pool pool{threads, [this] { return open_another(with_); }, games, derive_one};
    std::vector<derive_pool::item> batch;
    for (bool more = true; more && stop == 0;) {
      auto one = pool.next();
      more = one.has_value();
      if (one) batch.push_back(std::move(*one));
      if (more && batch.size() < batch_games) continue;
      auto written = write_batch(batch, targets, report);
      if (!written) return written;
      batch.clear();
      progress.games_done = report.games;
      progress.games_failed = static_cast<std::int64_t>(report.failed.size());
      progress.elapsed =
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
      display.update(progress);
    }
    report.stopped_by = stop;
    return {};
  }

 private:
  result<void> write_batch(const std::vector<derive_pool::item>& batch, const derive_targets& targets,
                           derive_report& report) {
    std::vector<game_write> writes;
    std::int64_t rows_derived = 0;
    for (const auto& one : batch) {
      const auto& id = one.game_id;
      if (!one.value) {
        const auto& why = one.value.error();
        if (why.kind == failure_class::storage) return why;
        report.failed.push_back({id, why.message});
        with_.events.write({event_level::error,
                            "game.error",
                            {{"game_id", id.str()}, {"stage", std::string{"derive"}}, {"error", describe(why)}}});
        continue;
      }
      for (const auto& problem : one.value->rows->problems) with_.events.write(events::derive_problem(id, problem));
      for (const auto& skipped : one.value->skipped) with_.events.write(skipped_override_event(skipped));
      const auto& target = targets.at(id);
      rows_derived += static_cast<std::int64_t>(count_rows(*one.value->rows, target.tables));
      auto origin = one.value->origin;
      origin.ingested_at = utc_now();
      writes.emplace_back(derived_write{id, one.value->rows, target.rules_version, std::move(origin), target.tables});
    }
    if (writes.empty()) return {};
    const auto written = database_.write_games(writes, run_id_);
    if (!written) return written.error();
    report.games += static_cast<std::int64_t>(writes.size());
    report.rows += rows_derived;
    return {};
  }

  const context& with_;
  nba::store& database_;
  const season_travel& travel_;
  const std::string run_id_;
};

void print_report(const context& with, const derive_options& options, const derive_report& report) {
  if (report.games == 0 && report.failed.empty() && options.stale)
    with.out << fmt::format("Nothing to do: every stored game of {} is derived by the current rules (version {}).\n",
                            options.season, derive_rules_version);
  else
    with.out << fmt::format("Derived {} of {}: {} written, by rules version {}.\n",
                            counted(report.games, "game", "games"), options.season, counted(report.rows, "row", "rows"),
                            derive_rules_version);
  if (!report.unknown_arenas.empty())
    with.out << fmt::format("Arenas without coordinates, so without distances: {}\n",
                            join_words(report.unknown_arenas));
  for (const auto& [id, why] : report.failed) with.out << fmt::format("Not derived: {}  {}\n", id.str(), why);
  if (report.stopped_by != 0)
    with.out << "Stopped by a signal; what is written is complete. Run it again for the rest.\n";
}

int derive_locked(const context& with, const derive_options& options, nba::store& database,
                  const std::atomic<int>& stop) {
  const auto season = *parse_season(options.season);
  const auto plan = database.read_plan(season);
  if (!plan) return with.fail(plan.error());
  const auto ledger = database.read_ledger(season);
  if (!ledger) return with.fail(ledger.error());
  if (ledger->empty())
    return with.fail(exit_no_schedule, fmt::format("this database knows no games of {0}; first run: "
                                                   "nba-scraper schedule backfill --season {0}",
                                                   options.season));
  const auto states = database.read_derived_states(season);
  if (!states) return with.fail(states.error());
  derive_report report;
  const auto games = choose_games(*ledger, *states, options, report);
  const season_travel travel{*plan};
  report.unknown_arenas = travel.unknown_arenas();

  auto& session = *with.session;
  if (const auto started = session.start(database, {{"season", options.season}, {"games", std::int64_t(games.size())}});
      !started)
    return with.fail(started.error());
  deriver work{with, database, travel, session.run_id()};
  const auto derived = work.derive(games, options.parallel, stop, report);
  const auto failures = static_cast<std::int64_t>(report.failed.size());
  int code = failures_exit_code(failures);
  if (report.stopped_by != 0) code = signal_exit_code(report.stopped_by);
  if (!derived) {
    code = is_lock_lost(derived.error()) ? exit_lock_held : exit_database;
    session.blame(derived.error());
  }
  code = session.end({report.games, failures, code, failures == 0});
  if (!derived) return with.fail(derived.error());
  if (code == exit_database) return with.fail(code, session.why()->message);
  if (!with.settings.quiet || code != exit_success) print_report(with, options, report);
  return code;
}

}  // namespace

int run_derive(const context& with, const derive_options& options) {
  auto database = open_to_change(with);
  if (!database) return database.exit_code;
  auto& store = *with.session->keep(std::move(database.store));
  std::atomic<int> stop = 0;
  const signal_watch watch{[&stop](int signal_number) { stop = signal_number; }};
  if (const auto placed = place_locks(with, [&stop] { return stop != 0; }); !placed) return with.fail(placed.error());
  // In this order everywhere, so two runs can never hold one each and wait for the other.
  for (const auto& [stage, key] :
       {std::pair<std::string, std::string>{"backfill", options.season}, {"schedule", "daily"}})
    if (const auto code = take_lock(with, store, stage, key)) return stop != 0 ? signal_exit_code(stop) : code;
  return derive_locked(with, options, store, stop);
}

void add_derive_command(command_syntax& app, chosen_command& chosen) {
  auto* derive = app.add_subcommand("derive", "recompute derived tables from the database, without network");
  derive->group(group_ingest);
  derive->footer(
      "Runs derive by themselves. This is for after an upgrade that changed a rule, and\n"
      "for games that were stored but not derived when a run was killed.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper derive --season 2024-25 --stale     only what older rules made\n"
      "  nba-scraper derive --season 2024-25\n"
      "  nba-scraper derive --season 2024-25 --tables possessions,lineup_stints\n"
      "  nba-scraper derive --season 2024-25 --game 0022400061 --game 0022400062\n"
      "\n"
      "Exit codes: 0, or the number of games that could not be derived; 122 while a run\n"
      "of the season is active.\n");
  auto options = std::make_shared<derive_options>();
  add_season_option(*derive, options->season, season_need::required, "season to recompute");
  derive->add_option("--game", options->games, "only these games")
      ->type_name("ID")
      ->check(game_id_format())
      ->take_all();
  std::vector<std::string> tables;
  for (const auto& each : derived_tables) tables.emplace_back(each.name);
  std::sort(tables.begin(), tables.end());
  derive->add_option("--tables", options->tables, "only these tables, separated by commas; games not done get all")
      ->type_name("T,...")
      ->delimiter(',')
      ->check(one_of(tables));
  derive->add_flag("--stale", options->stale, "only tables that older rules made, game by game");
  options->parallel = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, parallel_default_max);
  derive->add_option("--parallel", options->parallel, "games read and derived at a time")
      ->type_name("N")
      ->check(in_range(1, parallel_max))
      ->capture_default_str();
  on_selected_job(*derive, chosen, options, &run_derive, "derive");
}

}  // namespace nba::cli
