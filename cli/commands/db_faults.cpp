#include "cli/commands/db_faults.hpp"

#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace nba::cli {
namespace {

constexpr std::size_t faults_listed_max = 40;

std::string rows_text(const orphan_rows& game) {
  std::string text;
  for (const auto& [table, rows] : game.tables) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", table, rows);
  return text;
}

std::string outlook_of(const orphan_rows& game) {
  if (game.is_replaced) return "replaced when the game is fetched";
  return game.state.empty() ? "kept until it is told otherwise" : "kept; the game is closed (dlq reopen opens it)";
}

template <class Item, class AddRow>
void print_list(const context& with, const std::string& title, text_table table, const std::vector<Item>& items,
                AddRow add_row) {
  if (items.empty()) return;
  with.out << '\n' << title << '\n';
  for (std::size_t i = 0; i < std::min(items.size(), faults_listed_max); ++i) table.add_row(add_row(items[i]));
  table.print(with.out);
  if (items.size() > faults_listed_max)
    with.out << fmt::format("and {} more; --json lists all\n", items.size() - faults_listed_max);
}

std::string counted_items(std::size_t count, const char* one, const char* many) {
  return counted(static_cast<long long>(count), one, many);
}

}  // namespace

void print_faults(const context& with, const stored_faults& found) {
  print_list(with, fmt::format("{} of the ledger cannot be true:", counted_items(found.ledger.size(), "row", "rows")),
             text_table{{{"GAME"}, {"WHAT"}}}, found.ledger, [](const ledger_fault& row) {
               return std::vector<std::string>{row.game_id, row.what};
             });
  print_list(with,
             fmt::format("Rows of {} that the ledger does not call stored:",
                         counted_items(found.orphans.size(), "game", "games")),
             text_table{{{"GAME"}, {"LEDGER"}, {"ROWS"}, {"WHAT BECOMES OF THEM"}}}, found.orphans,
             [](const orphan_rows& game) {
               return std::vector<std::string>{game.game_id, game.state.empty() ? "not there" : game.state,
                                               rows_text(game), outlook_of(game)};
             });
  print_list(with,
             fmt::format("{} not as written:",
                         counted_items(found.people.size(), "team or player is", "teams or players are")),
             text_table{{{"TABLE"}, {"ID", align::right}, {"NAME"}, {"BROUGHT BACK BY"}}}, found.people,
             [](const person_fault& person) {
               return std::vector<std::string>{person.table, std::to_string(person.id), person.name,
                                               person.source ? "game " + person.source->str() : "no stored game"};
             });
  const auto is_mended = [](const auto& row) { return row.is_game; };
  if (std::any_of(found.ledger.begin(), found.ledger.end(), is_mended) || !found.people.empty())
    with.out << fmt::format("To mend them:\n  {}\n", with.command("db repair"));
  if (!std::all_of(found.ledger.begin(), found.ledger.end(), is_mended))
    with.out << fmt::format("To delete the rows under ids that no game has:\n  {}\n",
                            with.command("db repair --delete-orphans"));
  const auto stays = [](const orphan_rows& game) { return !game.is_replaced; };
  if (std::any_of(found.orphans.begin(), found.orphans.end(), stays))
    with.out << "Where the schedule has the game, a backfill replaces such rows:\n"
                "  nba-scraper schedule backfill --season SEASON --game ID\n"
                "To delete those of all games above for good:\n"
                "  nba-scraper db repair --delete-orphans\n";
}

void put_faults(nlohmann::ordered_json& document, const stored_faults& found) {
  auto& ledger = document["ledger"] = nlohmann::ordered_json::array();
  for (const auto& row : found.ledger) ledger.push_back({{"game_id", row.game_id}, {"what", row.what}});
  auto& orphans = document["orphans"] = nlohmann::ordered_json::array();
  for (const auto& game : found.orphans) {
    nlohmann::ordered_json tables = nlohmann::ordered_json::object();
    for (const auto& [table, rows] : game.tables) tables[table] = rows;
    orphans.push_back({{"game_id", game.game_id},
                       {"state", game.state.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(game.state)},
                       {"rows", std::move(tables)},
                       {"is_replaced", game.is_replaced}});
  }
  auto& people = document["people"] = nlohmann::ordered_json::array();
  for (const auto& person : found.people)
    people.push_back(
        {{"table", person.table},
         {"id", person.id},
         {"name", person.name},
         {"source", person.source ? nlohmann::ordered_json(person.source->str()) : nlohmann::ordered_json()}});
  document["people_without_digest"] = found.people_without_digest;
}

void log_faults(const context& with, const stored_faults& found, bool delete_orphans) {
  std::size_t told = 0;
  const auto tell = [&](const log_event& event) {
    if (++told <= faults_listed_max) with.events.write(event);
  };
  for (const auto& row : found.ledger)
    if (row.is_game || delete_orphans) tell(nba::events::ledger_mended(row.game_id, row.what));
  if (delete_orphans)
    for (const auto& game : found.orphans) tell(nba::events::rows_deleted(game.game_id, rows_text(game)));
  for (const auto& person : found.people) tell(nba::events::person_damaged(person.table, person.id, person.source));
  if (told > faults_listed_max)
    with.events.write(nba::events::ledger_mended.further(event_level::warn, "further_rows", told - faults_listed_max));
}

}  // namespace nba::cli
