#include "cli/commands/derive.hpp"

#include "actors/jobs/derive_job.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/job_setup.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace nba::cli {
namespace {

constexpr int parallel_max = 64;
constexpr int parallel_default_max = 8;

derive_order order_of(const derive_options& options) {
  derive_order order;
  order.season = *parse_season(options.season);
  for (const auto& text : options.games) order.games.push_back(*game_id::parse(text));
  if (!options.tables.empty()) order.tables = {};
  for (const auto& name : options.tables) order.tables.insert(*parse_derived_table(name));
  order.stale = options.stale;
  order.parallel = options.parallel;
  return order;
}

std::vector<reported_game> not_derived(const job_outcome& done) {
  auto failed = done.report.failed;
  failed.insert(failed.end(), done.report.parked.begin(), done.report.parked.end());
  return failed;
}

std::vector<std::string> unknown_arenas(const job_outcome& done) {
  std::vector<std::string> all;
  for (const auto& one : done.plan.seasons)
    for (const season_travel travel{one.schedule.games}; const auto& arena : travel.unknown_arenas())
      all.push_back(arena);
  return all;
}

void add_derived(nlohmann::ordered_json& document, const derive_options& options, const job_outcome& done) {
  document["season"] = options.season;
  document["rules_version"] = derive_rules_version;
  document["unknown_arenas"] = unknown_arenas(done);
  document["not_derived"] = nlohmann::ordered_json::array();
  for (const auto& game : not_derived(done))
    document["not_derived"].push_back({{"game_id", game.id.str()}, {"reason", game.reason}});
}

void print_report(const context& with, const derive_options& options, const job_outcome& done) {
  const auto& report = done.report;
  const auto failed = not_derived(done);
  if (options.stale && !done.nothing.empty() && failed.empty())
    with.out << fmt::format("Nothing to do: {}.\n", done.nothing);
  else
    with.out << fmt::format("Derived {} of {}: {} written, by rules version {}.\n",
                            counted(report.done(), "game", "games"), options.season,
                            counted(report.rows_written, "row", "rows"), derive_rules_version);
  if (const auto unknown = unknown_arenas(done); !unknown.empty())
    with.out << fmt::format("Arenas without coordinates, so without distances: {}\n", join_words(unknown));
  for (const auto& game : failed) with.out << fmt::format("Not derived: {}  {}\n", game.id.str(), game.reason);
  if (report.ending == run_ending::interrupted)
    with.out << "Stopped by a signal; what is written is complete. Run it again for the rest.\n";
}

}  // namespace

int run_derive(const context& with, const derive_options& options) {
  derive_job wanted{order_of(options)};
  const auto is_there = [](const context& within) {
    const auto database = open_to_change(within);
    return database ? exit_success : database.exit_code;
  };
  if (options.json) {
    const auto adds = [&](auto& document, const job_outcome& done) { add_derived(document, options, done); };
    return run_job_as_json(with, wanted, adds, games_from::database, is_there);
  }
  if (const auto code = is_there(with); code != exit_success) return code;
  const auto print = [&](const job_outcome& done, const summary_options&) { print_report(with, options, done); };
  return run_job_on_screen(with, wanted, print, games_from::database);
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
  add_json_option(*derive, options->json);
  on_selected_job(*derive, chosen, options, &run_derive, "derive");
}

}  // namespace nba::cli
