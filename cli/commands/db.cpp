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

}  // namespace

int run_db_check(const context& with, const db_options& options) {
  auto database = open_existing(with, schema_check::any);
  if (!database) return database.exit_code;
  const auto steps = database.store->check_schema();
  if (!steps) return with.fail(exit_database, steps.error().message);
  const int pending = count_pending(*steps);
  std::vector<table_count> counts;
  if (pending == 0) {
    auto counted_rows = database.store->count_rows();
    if (!counted_rows) return with.fail(counted_rows.error());
    counts = std::move(counted_rows).value();
  }
  if (options.json) {
    with.print_json(to_json(*database.store, *steps, counts));
    return pending == 0 ? exit_success : exit_not_found;
  }
  print_steps(with, *database.store, *steps);
  if (pending > 0) {
    with.out << fmt::format("\n{} pending. To apply: nba-scraper db migrate\n",
                            counted(pending, "migration is", "migrations are"));
    return exit_not_found;
  }
  with.out << '\n';
  text_table table{{{"TABLE"}, {"ROWS", align::right}}};
  for (const auto& count : counts) table.add_row({count.table, with_thousands(count.rows)});
  table.print(with.out);
  with.out << "\nThe schema is up to date.\n";
  return exit_success;
}

int run_db_migrate(const context& with, const db_options& options) {
  const auto existing = parse_database_url(with.settings.database);
  const bool is_new = existing && !database_exists(*existing);
  auto database = open_or_create(with);
  if (!database) return database.exit_code;
  const auto steps = database.store->check_schema();
  if (!steps) return with.fail(exit_database, steps.error().message);
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

  auto* check = db->add_subcommand("check", "migrations and row counts; changes nothing")->group(group_nested);
  check->footer("Exit codes: 0 up to date, 1 migrations pending, 121 not usable.\n");
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
