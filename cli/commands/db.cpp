#include "cli/commands/db.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "storage/dictionary.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace nba::cli {
namespace {

// What `db check` found out.
struct check_outcome {
  std::vector<migration_step> steps;
  std::vector<table_count> counts;
  std::vector<std::string> damage;
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
                               const std::vector<table_count>& counts) {
  nlohmann::ordered_json document{{"database", redact_secrets(database.description())},
                                  {"backend", database.backend()}};
  document["migrations"] = nlohmann::ordered_json::array();
  for (const auto& step : steps)
    document["migrations"].push_back({{"version", step.version}, {"name", step.name}, {"applied", step.applied}});
  document["tables"] = nlohmann::ordered_json::object();
  for (const auto& count : counts) document["tables"][count.table] = count.rows;
  return document;
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
  const int code = !found.damage.empty() ? exit_database : pending > 0 ? exit_not_found : exit_success;
  if (options.json) {
    auto document = to_json(database, found.steps, found.counts);
    document["holds"] =
        found.contents.kind() ? nlohmann::ordered_json(to_string(*found.contents.kind())) : nlohmann::ordered_json();
    document["made_by"] = found.contents.made_by;
    document["damage"] = found.damage;
    with.print_json(document);
    return code;
  }
  if (!found.damage.empty()) {
    with.out << fmt::format("Database {} ({})\n\n", redact_secrets(database.description()), database.backend());
    for (const auto& sentence : found.damage) with.out << "  " << redact_secrets(sentence) << '\n';
    return with.fail(code, database.backend() == "sqlite"
                               ? "the file is damaged: stop what writes to it, then restore a backup, or move it away "
                                 "(with its -wal and -shm) and backfill again; `.recover` of the sqlite3 shell saves "
                                 "what can be read"
                               : "an index is not valid: as the tables' owner run what stands above");
  }
  print_steps(with, database, found.steps);
  if (pending > 0) {
    with.out << fmt::format("\n{} pending. To apply: nba-scraper db migrate\n",
                            counted(pending, "migration is", "migrations are"));
    return code;
  }
  with.out << '\n';
  text_table table{{{"TABLE"}, {"ROWS", align::right}}};
  for (const auto& count : found.counts) table.add_row({count.table, with_thousands(count.rows)});
  table.print(with.out);
  with.out << fmt::format("\nIt holds {}.\nThe schema is up to date, and no damage was found.\n",
                          describe(found.contents));
  return code;
}

}  // namespace

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
    with.print_json(to_json(*database.store, *steps, {}));
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

void add_db_commands(command_syntax& app, chosen_command& chosen) {
  auto* db = app.add_subcommand("db", "check the database's schema, or bring it up to date");
  db->group(group_maintain)->require_subcommand(1);
  db->footer("Runs migrate by themselves; `db migrate` is for doing it beforehand.\n");
  auto options = std::make_shared<db_options>();

  auto* check = db->add_subcommand("check", "migrations, damage and row counts; changes nothing")->group(group_nested);
  check->footer(
      "An SQLite file is read whole (PRAGMA integrity_check), which takes a second or two\n"
      "for a season; of PostgreSQL the indexes that are marked invalid are named.\n"
      "\n"
      "Exit codes: 0 up to date, 1 migrations pending, 121 not usable or damaged.\n");
  add_json_option(*check, options->json);
  on_selected(*check, chosen, options, &run_db_check);

  auto* migrate =
      db->add_subcommand("migrate", "create the database when missing, and apply what is pending")->group(group_nested);
  migrate->footer("A database with an edited or a newer migration is refused and left as it is.\n");
  add_json_option(*migrate, options->json);
  on_selected(*migrate, chosen, options, &run_db_migrate);

  auto* dictionary =
      db->add_subcommand("dictionary", "what every table, view and column holds, as Markdown")->group(group_nested);
  dictionary->footer("Needs no database. In PostgreSQL the same words are comments: \\d+ TABLE in psql.\n");
  add_json_option(*dictionary, options->json);
  on_selected(*dictionary, chosen, options, &run_db_dictionary);
}

}  // namespace nba::cli
