#include "cli/commands/derive.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/progress.hpp"
#include "cli/run_record.hpp"
#include "cli/signals.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace nba::cli {
namespace {

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

// Which games to derive; games asked for by id that the database does not hold are failures already.
std::vector<game_id> choose_games(const std::vector<ledger_entry>& ledger, const derive_options& options,
                                  derive_report& report) {
  const auto is_stored = [](const ledger_entry& entry) {
    return entry.state == game_state::loaded || entry.state == game_state::done;
  };
  std::vector<game_id> chosen;
  if (options.games.empty()) {
    for (const auto& entry : ledger)
      if (is_stored(entry)) chosen.push_back(entry.id);
    return chosen;
  }
  for (const auto& text : options.games) {
    const auto id = *game_id::parse(text);
    const auto found =
        std::find_if(ledger.begin(), ledger.end(), [&](const ledger_entry& entry) { return entry.id == id; });
    if (found == ledger.end())
      report.failed.push_back({id, fmt::format("no game of {} in this database", options.season)});
    else if (!is_stored(*found))
      report.failed.push_back(
          {id, fmt::format("its rows are not stored: the ledger says {}", to_string(found->state))});
    else
      chosen.push_back(id);
  }
  return chosen;
}

class deriver {
 public:
  deriver(const context& with, nba::store& database, const season_travel& travel, const std::string& run_id)
      : with_(with), database_(database), travel_(travel), run_id_(run_id) {}

  // Stops between two batches when `stop` becomes a signal number. A failure of the database ends everything; a game
  // whose rows cannot be read is one failed game.
  result<void> derive(const std::vector<game_id>& games, const std::atomic<int>& stop, derive_report& report) {
    progress_display display{with_.screen, with_.shows_progress(), with_.unicode};
    run_progress progress;
    progress.games_total = static_cast<std::int64_t>(games.size());
    const auto batch_games = static_cast<std::size_t>(with_.settings.engine.load_batch_games_max);
    const auto started = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < games.size() && stop == 0; at += batch_games) {
      const auto end = std::min(at + batch_games, games.size());
      auto written = write_batch(
          {games.begin() + static_cast<std::ptrdiff_t>(at), games.begin() + static_cast<std::ptrdiff_t>(end)}, report);
      if (!written) return written;
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
  result<void> write_batch(const std::vector<game_id>& games, derive_report& report) {
    std::vector<game_write> writes;
    std::int64_t rows_derived = 0;
    for (const auto& id : games) {
      const auto rows = database_.read_game(id);
      if (!rows) {
        report.failed.push_back({id, rows.error().message});
        with_.events.write(
            {event_level::error,
             "game.error",
             {{"game_id", id.str()}, {"stage", std::string{"derive"}}, {"error", describe(rows.error())}}});
        continue;
      }
      auto derived = std::make_shared<const derived_rows>(derive_game(*rows, travel_));
      rows_derived += static_cast<std::int64_t>(derived->row_count());
      auto origin = rows->origin;
      origin.ingested_at = utc_now();
      writes.emplace_back(derived_write{id, std::move(derived), derive_rules_version, std::move(origin)});
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

int derive_locked(const context& with, const derive_options& options, nba::store& database, run_record& record) {
  const auto season = *parse_season(options.season);
  const auto plan = database.read_plan(season);
  if (!plan) return with.fail(plan.error());
  const auto ledger = database.read_ledger(season);
  if (!ledger) return with.fail(ledger.error());
  if (ledger->empty())
    return with.fail(exit_no_schedule, fmt::format("this database knows no games of {0}; first run: "
                                                   "nba-scraper schedule backfill --season {0}",
                                                   options.season));
  derive_report report;
  const auto games = choose_games(*ledger, options, report);
  const season_travel travel{*plan};
  report.unknown_arenas = travel.unknown_arenas();

  std::atomic<int> stop = 0;
  const signal_watch watch{[&stop](int signal_number) { stop = signal_number; }};
  if (const auto started = record.start({{"season", options.season}, {"games", std::int64_t(games.size())}}); !started)
    return with.fail(started.error());
  deriver work{with, database, travel, record.run_id()};
  const auto derived = work.derive(games, stop, report);
  const auto failures = static_cast<std::int64_t>(report.failed.size());
  int code = failures_exit_code(failures);
  if (report.stopped_by != 0) code = signal_exit_code(report.stopped_by);
  if (!derived) code = exit_database;
  if (const auto ended = record.end(report.games, failures, code); !ended && derived) return with.fail(ended.error());
  if (!derived) return with.fail(derived.error());
  if (!with.settings.quiet || code != exit_success) print_report(with, options, report);
  return code;
}

}  // namespace

int run_derive(const context& with, const derive_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  run_record record{with, *database.store, "derive"};
  // In this order everywhere, so two runs can never hold one each and wait for the other (nobody waits anyway).
  const auto backfill = record.lock("backfill", options.season);
  if (!backfill) return backfill.exit_code;
  const auto daily = record.lock("schedule", "daily");
  if (!daily) return daily.exit_code;
  return derive_locked(with, options, *database.store, record);
}

void add_derive_command(CLI::App& app, chosen_command& chosen) {
  auto* derive = app.add_subcommand("derive", "recompute derived tables from the database, without network");
  derive->group(group_ingest);
  derive->footer(
      "Runs derive by themselves. This is for after an upgrade that changed a rule, and\n"
      "for games that were stored but not derived when a run was killed.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper derive --season 2024-25\n"
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
  on_selected(*derive, chosen, options, &run_derive, signals_by::command);
}

}  // namespace nba::cli
