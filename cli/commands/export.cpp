#include "cli/commands/export.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/documents/command_document.hpp"
#include "cli/export_file.hpp"
#include "cli/export_folder.hpp"
#include "cli/json_text.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"
#include "storage/snapshot.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <revision.hpp>

#include <algorithm>
#include <set>

namespace nba::cli {
namespace {

// Games of one read: memory is a few thousand event rows.
constexpr std::size_t games_per_read = 16;
constexpr const char* manifest_name = "manifest.json";

bool has_column(const dictionary_table& table, std::string_view name) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& each) { return each.name == name; });
}

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

class exporter {
 public:
  exporter(report_store& database, const export_options& options, const std::vector<game_id>& games)
      : database_(database), options_(options), games_(games) {}

  result<export_file::summary> write(const dictionary_table& table, const export_folder& folder,
                                     const std::string& name, progress_display& display, run_snapshot& progress) {
    export_file file{folder, name, table, style_of(options_)};
    if (!has_column(table, "game_id") || table.is_view()) {
      table_slice slice{std::string{table.name}};
      if (has_column(table, "season") && !options_.season.empty()) slice.season = parse_season(options_.season);
      const auto rows = database_.read_table(slice);
      if (!rows) return rows.error();
      file.write(*rows);
      return file.close();
    }
    for (std::size_t at = 0; at < games_.size(); at += games_per_read) {
      const auto end = std::min(at + games_per_read, games_.size());
      const auto rows = database_.read_table(
          {std::string{table.name},
           {games_.begin() + static_cast<std::ptrdiff_t>(at), games_.begin() + static_cast<std::ptrdiff_t>(end)}});
      if (!rows) return rows.error();
      file.write(*rows);
      progress.job.games_done += static_cast<std::int64_t>(end - at);
      display.update(progress);
    }
    return file.close();
  }

 private:
  report_store& database_;
  const export_options& options_;
  const std::vector<game_id>& games_;
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
          {"files", nlohmann::ordered_json::array()}};
}

nlohmann::ordered_json entry_of(const dictionary_table& table, const std::string& file,
                                const export_file::summary& written) {
  nlohmann::ordered_json columns = nlohmann::ordered_json::array();
  for (const auto& column : table.columns)
    columns.push_back({{"name", column.name}, {"unit", column.unit}, {"meaning", column.meaning}});
  return {{"table", table.name},      {"file", file},
          {"rows", written.rows},     {"bytes", written.bytes},
          {"sha256", written.sha256}, {"columns", std::move(columns)}};
}

void write_manifest(const export_folder& folder, const nlohmann::ordered_json& manifest) {
  const auto part = folder.create(manifest_name);
  compressed_file out{part.file.get(), false, (folder.path() / manifest_name).string()};
  out.write(json_text(manifest, 2) + '\n');
  out.close();
  folder.publish(part, manifest_name);
}

// Takes the answer of --json; null: text is wanted.
using export_document = nlohmann::ordered_json*;

// Answers an exit code. A folder with a manifest is complete: it goes before the first file changes and comes last.
int write_files(const context& with, nba::store& database, const export_options& options, const export_games& of,
                export_document document) {
  const auto& games = of.ids;
  const auto tables = chosen_tables(options);
  const auto extension = "." + options.format + (options.gzip ? ".gz" : "");
  const export_folder folder{options.folder, export_file_mode(with.settings.database)};
  if (!options.overwrite && folder.has(manifest_name))
    return with.fail(exit_output, fmt::format("{} holds an export already; choose another --output, or --overwrite",
                                              folder.path().string()));
  folder.remove(manifest_name);
  auto manifest = manifest_of(options, database, of);
  exporter work{database, options, games};
  std::set<std::string, std::less<>> written_names;
  text_table report{{{"FILE"}, {"ROWS", align::right}, {"SIZE", align::right}}};
  {
    progress_display display{with.screen, with.shows_progress(), with.unicode};
    run_snapshot progress;
    progress.job.games_total = static_cast<std::int64_t>(games.size() * tables.size());
    for (const auto* table : tables) {
      const auto name = std::string{table->name} + extension;
      const auto written = work.write(*table, folder, name, display, progress);
      if (!written) return with.fail(written.error());
      manifest["files"].push_back(entry_of(*table, name, *written));
      report.add_row({name, with_thousands(static_cast<long long>(written->rows)), format_bytes(written->bytes)});
      written_names.insert(name);
    }
  }
  folder.remove_others(written_names);  // of an earlier export, which this one replaces
  write_manifest(folder, manifest);
  if (document) {
    (*document)["folder"] = folder.path().string();
    (*document)["manifest"] = std::move(manifest);
    return exit_success;
  }
  if (with.settings.quiet) return exit_success;
  report.print(with.out);
  with.out << fmt::format("\n{} in {}; {} says what is in each file.\n",
                          counted(static_cast<long long>(games.size()), "finished game", "finished games"),
                          folder.path().string(), manifest_name);
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
                     fmt::format("this database has no finished games{}; nba-scraper status tells what there is",
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
      "One file a table, all of one moment; manifest.json names files, rows, digests,\n"
      "columns and units. It is removed first and written last: a folder with one is\n"
      "complete. Views such as lineup_totals are exported when they are named. The\n"
      "files may be read by whoever may read the database.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper export --season 2024-25 --output nba-2024-25\n"
      "  nba-scraper export --tables possessions,lineup_stints --format jsonl --gzip\n"
      "  nba-scraper export --tables lineup_totals --season 2024-25 --output lineups\n"
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
  command->add_flag("--overwrite", options->overwrite, "replace an export that is there, with all its files");
  add_json_option(*command, options->json);
  on_selected(*command, chosen, options, &run_export);
}

}  // namespace nba::cli
