#include "cli/commands/db.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/db_stored.hpp"
#include "cli/commands/db_unlock.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/hints.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "storage/dictionary.hpp"
#include "storage/schema_drift.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace nba::cli {
namespace {

// What `db check` found out.
struct check_outcome {
  std::vector<migration_step> steps;
  std::vector<table_count> counts;
  std::vector<std::string> damage;
  std::vector<schema_drift> drift;
  std::vector<stored_check> wrong;  // games that lack rows
  database_contents contents;
};

// "real games, made by nba-scraper 1.0.0 (1a2b3c)".
std::string describe(const database_contents& held) {
  std::string text = held.is_mixed() ? "both real and synthetic games, which must not mix"
                     : held.kind()   ? fmt::format("{} games", to_string(*held.kind()))
                                     : "no games yet";
  if (!held.made_by.empty()) text += fmt::format(", made by {}", held.made_by);
  return text;
}

nlohmann::ordered_json to_json(const nba::store& database, const std::vector<migration_step>& steps,
                               const std::vector<table_count>& counts, const std::vector<stored_check>& wrong) {
  nlohmann::ordered_json document{{"database", redact_secrets(database.description())},
                                  {"backend", database.backend()}};
  document["migrations"] = nlohmann::ordered_json::array();
  for (const auto& step : steps)
    document["migrations"].push_back({{"version", step.version}, {"name", step.name}, {"applied", step.applied}});
  document["tables"] = nlohmann::ordered_json::object();
  for (const auto& count : counts) document["tables"][count.table] = count.rows;
  document["wrong_games"] = wrong_games_json(wrong);
  return document;
}

nlohmann::ordered_json drift_json(const std::vector<schema_drift>& drift) {
  auto out = nlohmann::ordered_json::array();
  for (const auto& each : drift)
    out.push_back({{"what", each.what}, {"fix", each.fix}, {"made_again", each.made_again}});
  return out;
}

void print_steps(const context& with, const nba::store& database, const std::vector<migration_step>& steps) {
  with.out << fmt::format("Database {} ({})\n\n", redact_secrets(database.description()), database.backend());
  text_table table{{{"MIGRATION", align::right}, {"STATE"}, {"NAME"}}};
  for (const auto& step : steps)
    table.add_row({std::to_string(step.version), step.applied ? "applied" : "pending", step.name});
  table.print(with.out);
}

int count_pending(const std::vector<migration_step>& steps) {
  return static_cast<int>(
      std::count_if(steps.begin(), steps.end(), [](const migration_step& step) { return !step.applied; }));
}

int show_check(const context& with, const db_options& options, const nba::store& database, const check_outcome& found) {
  const int pending = count_pending(found.steps);
  const bool is_well = pending == 0 && found.wrong.empty();
  const bool is_usable = found.damage.empty() && found.drift.empty();
  const int code = !is_usable ? exit_database : is_well ? exit_success : exit_not_found;
  if (options.json) {
    auto document = to_json(database, found.steps, found.counts, found.wrong);
    document["holds"] =
        found.contents.kind() ? nlohmann::ordered_json(to_string(*found.contents.kind())) : nlohmann::ordered_json();
    document["made_by"] = found.contents.made_by;
    document["damage"] = found.damage;
    document["schema"] = drift_json(found.drift);
    with.print_json(document);
    return code;
  }
  if (!found.damage.empty()) {
    with.out << fmt::format("Database {} ({})\n\n", redact_secrets(database.description()), database.backend());
    for (const auto& sentence : found.damage) with.out << "  " << redact_secrets(sentence) << '\n';
    const auto* kind = find_store_kind(database.backend());
    return with.fail(code, kind ? kind->damage_fix : "as the lines above say");
  }
  if (!found.drift.empty()) {
    with.out << fmt::format("Database {} ({})\n\n", redact_secrets(database.description()), database.backend());
    return fail_drift(with, found.drift);
  }
  print_steps(with, database, found.steps);
  if (pending > 0) {
    with.out << fmt::format("\n{} pending. To apply: {}\n", counted(pending, "migration is", "migrations are"),
                            with.command("db migrate"));
    return code;
  }
  with.out << '\n';
  text_table table{{{"TABLE"}, {"ROWS", align::right}}};
  for (const auto& count : found.counts) table.add_row({count.table, with_thousands(count.rows)});
  table.print(with.out);
  with.out << fmt::format("\nIt holds {}.\nThe schema is up to date, and no damage was found.\n",
                          describe(found.contents));
  print_wrong_games(with, found.wrong);
  if (found.wrong.empty())
    with.out << fmt::format("Every finished game has the rows that were written; to read them, too:\n  {}\n",
                            with.command("db verify"));
  return code;
}

}  // namespace

int fail_drift(const context& with, const std::vector<schema_drift>& drift) {
  with.out << "Not as the migrations made it, each with what mends it:\n\n";
  // Not in columns: a statement that is to be copied stays in one line.
  for (const auto& each : drift)
    with.out << fmt::format("  {}\n      {}\n", each.what, repeat_options(each.fix, options_to_repeat(with.settings)));
  return with.fail(exit_database, fmt::format("the schema is not as nba-scraper made it: {}{}", drift.front().what,
                                              drift.size() > 1 ? fmt::format(" (and {} more)", drift.size() - 1) : ""));
}

int run_db_check(const context& with, const db_options& options) {
  auto database = open_existing(with, schema_check::any);
  if (!database) return database.exit_code;
  auto& store = *database.store;
  check_outcome found;
  // First: what else is asked of a damaged file may end in the damage, and not name it.
  auto damage = store.find_damage(true);
  if (!damage) return fail_database(with, damage.error());
  found.damage = std::move(damage).value();
  if (found.damage.empty()) {
    auto drift = find_drift(store);
    if (!drift) return fail_database(with, drift.error());
    found.drift = std::move(drift).value();
  }
  if (found.damage.empty() && found.drift.empty()) {
    auto steps = store.check_schema();
    if (!steps) return fail_database(with, steps.error());
    found.steps = std::move(steps).value();
    auto contents = store.read_contents();
    if (!contents) return fail_database(with, contents.error());
    found.contents = std::move(contents).value();
    if (count_pending(found.steps) == 0) {
      auto counts = store.count_rows();
      if (!counts) return fail_database(with, counts.error());
      found.counts = std::move(counts).value();
      auto wrong = store.count_stored(std::nullopt);
      if (!wrong) return fail_database(with, wrong.error());
      found.wrong = std::move(wrong).value();
    }
  }
  return show_check(with, options, store, found);
}

int run_db_migrate(const context& with, const db_options& options) {
  const auto existing = parse_database_url(with.settings.database);
  const bool is_new = existing && !database_exists(*existing);
  auto database = open_or_create(with);
  if (!database) return database.exit_code;
  const auto steps = database.store->check_schema();
  if (!steps) return fail_database(with, steps.error());
  if (options.json) {
    with.print_json(to_json(*database.store, *steps, {}, {}));
    return exit_success;
  }
  print_steps(with, *database.store, *steps);
  with.out << (is_new ? "\nThe database was created.\n" : "\nThe schema is up to date.\n");
  return exit_success;
}

int run_db_dictionary(const context& with, const db_options& options) {
  if (!options.json) {
    with.out << dictionary_markdown();
    return exit_success;
  }
  nlohmann::ordered_json document = nlohmann::ordered_json::object();
  for (const auto& table : data_dictionary()) {
    auto& entry = document[std::string{table.name}];
    entry = {{"group", table.group}, {"meaning", table.meaning}, {"columns", nlohmann::ordered_json::array()}};
    for (const auto& column : table.columns)
      entry["columns"].push_back({{"name", column.name}, {"unit", column.unit}, {"meaning", column.meaning}});
  }
  with.print_json(document);
  return exit_success;
}

namespace {

constexpr int games_read_max = 64;
constexpr int games_read_default_max = 8;

void add_readers_option(command_syntax& command, int& target) {
  target = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, games_read_default_max);
  command.add_option("--parallel", target, "games read at a time")
      ->type_name("N")
      ->check(in_range(1, games_read_max))
      ->capture_default_str();
}

void add_stored_commands(command_syntax& db, chosen_command& chosen) {
  auto* verify = db.add_subcommand("verify", "reads every finished game back, and compares it with what was written")
                     ->group(group_nested);
  verify->footer(
      "Looks for rows that are gone, were changed by hand or are by older rules, for\n"
      "rows of the ledger that cannot be true, rows of games that it does not know, and\n"
      "damage to the file of an SQLite database. Reads only, unless --adopt is given.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper db verify\n"
      "  nba-scraper db verify --season 2024-25 --json\n"
      "  nba-scraper db verify --adopt   after an upgrade: note what is there as right\n"
      "\n"
      "Exit codes: the number of games and other rows found wrong (99: or more); 121\n"
      "when the file is damaged.\n");
  auto looked = std::make_shared<db_verify_options>();
  add_season_option(*verify, looked->season, season_need::optional, "only this season");
  verify->add_flag("--adopt", looked->adopt,
                   "games that an earlier version wrote without a digest: what is there now counts as right");
  add_readers_option(*verify, looked->parallel);
  add_json_option(*verify, looked->json);
  on_selected_job(
      *verify, chosen, looked, &run_db_verify, "adopt", signals_by::system,
      +[](const db_verify_options& of) { return !of.adopt; });

  auto* repair =
      db.add_subcommand("repair", "fetches or derives again what `db verify` finds wrong")->group(group_nested);
  repair->footer(
      "A run like any other: with its locks, progress, report and exit codes. A game\n"
      "whose stored rows are damaged is fetched again; one that only lacks derived rows\n"
      "is derived again. Rows of the ledger that cannot be true get what their game's\n"
      "id says; changed rows of teams and players come from their last game again;\n"
      "views and indexes that are gone are made again. Rows of games that the ledger\n"
      "does not call stored are only named, unless --delete-orphans is given.\n"
      "\n"
      "Exit codes: 0, or the number of games and rows that could not be repaired; 121\n"
      "when tables or columns are not as they were made; 122 while a run is active.\n");
  auto mended = std::make_shared<db_repair_options>();
  add_season_option(*repair, mended->season, season_need::optional, "only this season");
  repair->add_flag("--delete-orphans", mended->delete_orphans,
                   "delete rows of games that the ledger does not call stored, for good");
  repair->add_flag("--dry-run", mended->dry_run, "say what would be done, write nothing");
  add_readers_option(*repair, mended->parallel);
  on_selected_job(*repair, chosen, mended, &run_db_repair, "repair", signals_by::command,
                  &is_dry_run<db_repair_options>);
}

void add_unlock_command(command_syntax& db, chosen_command& chosen) {
  auto* unlock = db.add_subcommand("unlock", "who holds the run locks; takes one away")->group(group_nested);
  unlock->footer(
      "Without --stage and --key: lists the locks. With them: names the holder, asks,\n"
      "and takes the lock away. No process is ended; a holder that still runs notices,\n"
      "writes nothing more, and ends with 122. The lock of a dead process needs none of\n"
      "this: the next run takes it over.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper db unlock\n"
      "  nba-scraper db unlock --stage backfill --key 2024-25\n"
      "  nba-scraper db unlock --stage schedule --key daily --yes\n"
      "\n"
      "Exit codes: 0, 1 nobody holds it or nothing was released, 121 the database\n"
      "cannot be used.\n");
  auto options = std::make_shared<db_unlock_options>();
  unlock->add_option("--stage", options->stage, "of the lock: backfill, schedule, ...")->type_name("STAGE");
  unlock->add_option("--key", options->key, "of the lock: 2024-25, daily, ...")->type_name("KEY");
  unlock->add_flag("--yes", options->yes, "without being asked");
  add_json_option(*unlock, options->json);
  on_selected_job(
      *unlock, chosen, options, &run_db_unlock, "unlock", signals_by::system,
      +[](const db_unlock_options& of) { return of.stage.empty() && of.key.empty(); });
}

}  // namespace

void add_db_commands(command_syntax& app, chosen_command& chosen) {
  auto* db = app.add_subcommand("db", "check the database's schema, or bring it up to date");
  db->group(group_maintain)->require_subcommand(1);
  db->footer("Runs migrate by themselves; `db migrate` is for doing it beforehand.\n");
  auto options = std::make_shared<db_options>();

  auto* check = db->add_subcommand("check", "schema, damage, row counts, games that lack rows; changes nothing")
                    ->group(group_nested);
  check->footer(
      "An SQLite file is read whole (PRAGMA integrity_check), which takes a second or\n"
      "two for a season; of PostgreSQL the indexes that are marked invalid are named.\n"
      "The rows of games are counted; `db verify` reads every one.\n"
      "\n"
      "Exit codes: 0 all is well, 1 migrations pending or games that lack rows, 121 not\n"
      "usable, damaged, or with tables, columns or indexes that are not as they were\n"
      "made.\n");
  add_json_option(*check, options->json);
  on_selected(*check, chosen, options, &run_db_check);

  auto* migrate =
      db->add_subcommand("migrate", "create the database when missing, and apply what is pending")->group(group_nested);
  migrate->footer("A database with an edited or a newer migration is refused and left as it is.\n");
  add_json_option(*migrate, options->json);
  on_selected_job(*migrate, chosen, options, &run_db_migrate, "migrate", signals_by::system);

  auto* dictionary =
      db->add_subcommand("dictionary", "what every table, view and column holds, as Markdown")->group(group_nested);
  dictionary->footer("Needs no database. In PostgreSQL the same words are comments: \\d+ TABLE in psql.\n");
  add_json_option(*dictionary, options->json);
  on_selected(*dictionary, chosen, options, &run_db_dictionary);
  add_stored_commands(*db, chosen);
  add_unlock_command(*db, chosen);
}

}  // namespace nba::cli
