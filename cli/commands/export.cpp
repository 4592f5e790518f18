#include "cli/commands/export.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/documents/command_document.hpp"
#include "cli/export_file.hpp"
#include "cli/export_folder.hpp"
#include "cli/export_loaders.hpp"
#include "cli/export_plan.hpp"
#include "cli/json_text.hpp"
#include "cli/printable.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"
#include "storage/column_types.hpp"
#include "storage/snapshot.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <revision.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace nba::cli {
namespace {

// Games of one read: memory is a few thousand event rows.
constexpr std::size_t games_per_read = 16;
// Files that the report names as left alone.
constexpr std::size_t foreign_names_max = 5;

// What may leave: rows of games, and the views over them. The engine's own state is for `status` and `dlq`.
bool is_exported(const dictionary_table& table) { return table.group != "state"; }

std::vector<const dictionary_table*> chosen_tables(const export_options& options) {
  std::vector<const dictionary_table*> chosen;
  for (const auto& table : data_dictionary()) {
    const bool wanted = options.tables.empty() ? table.group == "core" || table.group == "derived"
                                               : std::find(options.tables.begin(), options.tables.end(), table.name) !=
                                                     options.tables.end();
    if (wanted && is_exported(table)) chosen.push_back(&table);
  }
  return chosen;
}

// Finished games, in id order.
result<std::vector<game_id>> chosen_games(nba::store& database, const export_options& options) {
  std::set<season> seasons;
  if (options.season.empty()) {
    const auto progress = database.read_progress({});
    if (!progress) return progress.error();
    for (const auto& lane : *progress) seasons.insert(lane.season);
  } else {
    seasons.insert(*parse_season(options.season));
  }
  const auto types = to_game_types(options.game_types);
  std::vector<game_id> games;
  for (const auto each : seasons) {
    const auto ledger = database.read_ledger(each);
    if (!ledger) return ledger.error();
    for (const auto& entry : *ledger)
      if (entry.state == game_state::done && types.contains(entry.id.type())) games.push_back(entry.id);
  }
  std::sort(games.begin(), games.end());
  return games;
}

export_style style_of(const export_options& options) {
  return {options.format == "csv" ? export_format::csv : export_format::jsonl, options.gzip, options.csv_safe};
}

// Rows that are of other types go: a view is read by its season.
void keep_types(table_rows& rows, const dictionary_table& table, const std::set<game_type>& types) {
  const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                   [](const auto& each) { return each.name == "game_type"; });
  if (column == table.columns.end()) return;
  const auto at = static_cast<std::size_t>(column - table.columns.begin());
  std::erase_if(rows.rows, [&](const auto& row) {
    const auto* text = std::get_if<std::string>(&row.at(at));
    const auto type = text ? parse_game_type(*text) : std::nullopt;
    return !type || !types.contains(*type);
  });
}

bool goes_by_game(const planned_file& file) { return has_column(*file.table, "game_id") && !file.table->is_view(); }

class exporter {
 public:
  exporter(report_store& database, const export_options& options, const std::vector<game_id>& games)
      : database_(database), style_(style_of(options)), types_(to_game_types(options.game_types)) {
    for (const auto& id : games) games_[id.in_season()].push_back(id);
  }

  const std::vector<game_id>& games_of(nba::season season) const { return games_.at(season); }
  std::vector<nba::season> seasons() const {
    std::vector<nba::season> seasons;
    for (const auto& [season, games] : games_) seasons.push_back(season);
    return seasons;
  }

  result<export_file::summary> write(const planned_file& planned, const export_folder& folder,
                                     progress_display& display, run_snapshot& progress) {
    export_file file{folder, planned.name, *planned.table, style_};
    if (!goes_by_game(planned)) {
      auto rows = database_.read_table({std::string{planned.table->name}, {}, planned.season});
      if (!rows) return rows.error();
      keep_types(*rows, *planned.table, types_);
      file.write(*rows);
      return file.close();
    }
    const auto& games = games_of(*planned.season);
    for (std::size_t at = 0; at < games.size(); at += games_per_read) {
      const auto end = std::min(at + games_per_read, games.size());
      const auto rows = database_.read_table(
          {std::string{planned.table->name},
           {games.begin() + static_cast<std::ptrdiff_t>(at), games.begin() + static_cast<std::ptrdiff_t>(end)}});
      if (!rows) return rows.error();
      file.write(*rows);
      progress.job.games_done += static_cast<std::int64_t>(end - at);
      display.update(progress);
    }
    return file.close();
  }

 private:
  report_store& database_;
  const export_style style_;
  const std::set<game_type> types_;
  std::map<nba::season, std::vector<game_id>> games_;
};

// What the files are made of.
struct export_games {
  std::vector<game_id> ids;
  std::vector<game_id> lacking;  // of these: games that lack rows
};

// Whoever uses the files would not see it: a game that lacks rows is one with fewer of them.
result<void> warn_of_lacking(const context& with, nba::store& database, const export_options& options,
                             export_games& games) {
  const auto counted_all = database.count_stored(options.season.empty() ? std::nullopt : parse_season(options.season));
  if (!counted_all) return counted_all.error();
  for (const auto& check : *counted_all)
    if (std::binary_search(games.ids.begin(), games.ids.end(), check.game_id)) games.lacking.push_back(check.game_id);
  if (games.lacking.empty()) return {};
  with.events.write(nba::events::export_incomplete(games.lacking.size(), games.lacking.front(),
                                                   "finished games lack rows: `nba-scraper db verify` names them"));
  return {};
}

nlohmann::ordered_json manifest_of(const export_options& options, const nba::store& database,
                                   const export_games& games) {
  return {{"made_by", fmt::format("nba-scraper {} ({})", version, git_revision)},
          {"made_at", format_timestamp(utc_now())},
          {"database", redact_secrets(database.description())},
          {"season", options.season.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(options.season)},
          {"games", games.ids.size()},
          {"games_lacking_rows", games.lacking.size()},
          {"format", options.format},
          {"gzip", options.gzip},
          {"csv_safe", options.csv_safe},
          {"loaders", {duckdb_script_name, pandas_script_name}},
          {"files", nlohmann::ordered_json::array()}};
}

nlohmann::ordered_json entry_of(const planned_file& file, const export_file::summary& written) {
  nlohmann::ordered_json columns = nlohmann::ordered_json::array();
  for (const auto& column : file.table->columns)
    columns.push_back({{"name", column.name},
                       {"type", to_string(type_of(*file.table, column))},
                       {"unit", column.unit},
                       {"meaning", column.meaning}});
  return {{"table", file.table->name},
          {"season", file.season ? nlohmann::ordered_json(to_string(*file.season)) : nlohmann::ordered_json()},
          {"file", file.name},
          {"rows", written.rows},
          {"bytes", written.bytes},
          {"sha256", written.sha256},
          {"columns", std::move(columns)}};
}

// Why this export may not write there; empty when it may.
std::string why_not(const export_folder& folder, const export_options& options, const file_names& names,
                    const file_names& earlier) {
  if (options.overwrite) return {};
  if (folder.has(manifest_name))
    return fmt::format("{} holds an export already; choose another --output, or --overwrite", folder.path().string());
  for (const auto& name : names)
    if (!earlier.contains(name) && folder.has(name))
      return fmt::format("{} is there already, and no export's; choose another --output, or --overwrite",
                         (folder.path() / name).string());
  return {};
}

void tell_wrapped(const context& with, std::string_view text) {
  constexpr std::size_t columns = 80;
  for (const auto& line : wrap(text, columns)) with.out << line << '\n';
}

// What lies there besides, for whoever takes the folder for the export.
void tell_foreign(const context& with, const export_folder& folder, const file_names& names) {
  std::vector<std::string> foreign;
  for (const auto& name : folder.names())
    if (!names.contains(name) && name != manifest_name) foreign.push_back(printable(name));
  if (foreign.empty()) return;
  const auto more = foreign.size() - std::min(foreign.size(), foreign_names_max);
  foreign.resize(foreign.size() - more);
  if (more > 0) foreign.push_back(fmt::format("{} more", more));
  tell_wrapped(with, fmt::format("Left alone, not of this export: {}.", join_words(foreign)));
}

// Takes the answer of --json; null: text is wanted.
using export_document = nlohmann::ordered_json*;

// Answers an exit code. A folder with a manifest is complete: it goes before the first file changes and comes last.
int write_files(const context& with, nba::store& database, const export_options& options, const export_games& of,
                export_document document) {
  const auto& games = of.ids;
  const export_folder folder{options.folder, export_file_mode(with.settings.database)};
  exporter work{database, options, games};
  const auto files = plan_files(chosen_tables(options), work.seasons(), style_of(options));
  file_names names{duckdb_script_name, pandas_script_name};
  for (const auto& file : files) names.insert(file.name);
  auto earlier = files_of_earlier_exports(folder);
  if (const auto reason = why_not(folder, options, names, earlier); !reason.empty())
    return with.fail(exit_output, reason);
  earlier.insert(names.begin(), names.end());
  export_list list{folder, std::move(earlier)};
  folder.remove(manifest_name);
  auto manifest = manifest_of(options, database, of);
  text_table report{{{"FILE"}, {"ROWS", align::right}, {"SIZE", align::right}}};
  {
    progress_display display{with.screen, with.shows_progress(), with.unicode};
    run_snapshot progress;
    for (const auto& file : files)
      if (goes_by_game(file)) progress.job.games_total += static_cast<std::int64_t>(work.games_of(*file.season).size());
    for (const auto& file : files) {
      const auto written = work.write(file, folder, display, progress);
      if (!written) return with.fail(written.error());
      manifest["files"].push_back(entry_of(file, *written));
      report.add_row({file.name, with_thousands(static_cast<long long>(written->rows)), format_bytes(written->bytes)});
    }
  }
  list.remove_others(names);
  write_text(folder, duckdb_script_name, duckdb_script(files, style_of(options)));
  write_text(folder, pandas_script_name, pandas_script());
  write_text(folder, manifest_name, json_text(manifest, 2) + '\n');
  list.done();
  if (document) {
    (*document)["folder"] = folder.path().string();
    (*document)["manifest"] = std::move(manifest);
    return exit_success;
  }
  if (with.settings.quiet) return exit_success;
  report.print(with.out);
  with.out << '\n';
  tell_wrapped(with, fmt::format("{} in {}; {} says what is in each file, {} and {} load them.",
                                 counted(static_cast<long long>(games.size()), "finished game", "finished games"),
                                 folder.path().string(), manifest_name, duckdb_script_name, pandas_script_name));
  tell_foreign(with, folder, names);
  return exit_success;
}

int export_tables(const context& with, const export_options& options, export_document document) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  // Every table of one moment, whatever a run writes meanwhile.
  const auto moment = take_snapshot(*database.store);
  if (!moment) return with.fail(moment.error());
  const auto games = chosen_games(*database.store, options);
  if (!games) return with.fail(games.error());
  if (games->empty())
    return with.fail(exit_not_found,
                     fmt::format("this database has no finished games{}; `nba-scraper status` tells what there is",
                                 options.season.empty() ? "" : " of " + options.season));
  export_games of{*games, {}};
  if (const auto looked = warn_of_lacking(with, *database.store, options, of); !looked)
    return with.fail(looked.error());
  try {
    return write_files(with, *database.store, options, of, document);
  } catch (const folder_in_use& error) {
    return with.fail(exit_lock_held, error.what());
  } catch (const std::exception& error) {  // the file system
    return with.fail(exit_output, error.what());
  }
}

}  // namespace

int run_export(const context& with, const export_options& options) {
  if (!options.json) return export_tables(with, options, nullptr);
  nlohmann::ordered_json begun{{"exit_code", nullptr}, {"error", nullptr}, {"folder", nullptr}, {"manifest", nullptr}};
  return answer_in_json(with, std::move(begun), [&](const context& within, nlohmann::ordered_json& document) {
    return export_tables(within, options, &document);
  });
}

void add_export_command(command_syntax& app, chosen_command& chosen) {
  auto* command = app.add_subcommand("export", "tables of finished games as CSV or JSON lines, with a manifest");
  command->group(group_inspect);
  command->footer(
      "A file a table and season, SEASON/TABLE.csv, all of one moment; manifest.json\n"
      "names files, rows, digests, columns, types and units. It is removed first and\n"
      "written last: a folder with one is complete. Views such as player_seasons are\n"
      "exported when they are named. The files may be read by whoever may read the\n"
      "database. Beside them: duckdb.sql and load_pandas.py, which load them typed.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper export --season 2024-25\n"
      "  nba-scraper export --tables possessions,lineup_stints --format jsonl --gzip\n"
      "  nba-scraper export --tables player_seasons,team_standings --output totals\n"
      "  cd nba-export && duckdb nba.duckdb < duckdb.sql\n"
      "\n"
      "Exit codes: 0; 1 no finished games; 119 a file cannot be written; 122 another\n"
      "export is writing into the folder.\n");
  auto options = std::make_shared<export_options>();
  std::vector<std::string> names;
  for (const auto& table : data_dictionary())
    if (is_exported(table)) names.emplace_back(table.name);
  std::sort(names.begin(), names.end());
  command->add_option("--tables", options->tables, "tables and views, separated by commas (default: core and derived)")
      ->type_name("T,...")
      ->delimiter(',')
      ->check(one_of(names));
  add_season_option(*command, options->season, season_need::optional, "only this season");
  add_game_types_option(*command, options->game_types);
  command->add_option("--format", options->format, "csv or jsonl")
      ->type_name("F")
      ->check(one_of({"csv", "jsonl"}))
      ->capture_default_str();
  command->add_flag("--gzip", options->gzip, "compress each file");
  command->add_option("--output", options->folder, "folder for the files; made when missing")
      ->type_name("FOLDER")
      ->capture_default_str();
  command->add_flag("--csv-safe", options->csv_safe,
                    "for spreadsheets: an apostrophe before texts that would be run as a formula (=, +, -, @)");
  add_json_option(*command, options->json);
  command->add_flag("--overwrite", options->overwrite,
                    "replace an export that is there, with all its files; other files stay");
  on_selected(*command, chosen, options, &run_export);
}

}  // namespace nba::cli
