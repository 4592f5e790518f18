#include "cli/commands/dlq.hpp"

#include "actors/jobs/stored_payload_client.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/documents/season_documents.hpp"
#include "cli/printable.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/packed_payloads.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

namespace nba::cli {
namespace {

// The classes that a dead letter can have.
std::vector<std::string> parking_classes() {
  std::vector<std::string> names;
  for (const auto& each : failure_table)
    if (each.fate == game_fate::parks || each.kind == failure_class::not_final) names.emplace_back(each.name);
  return names;
}

std::string short_time(utc_time value) { return to_the_minute(format_timestamp(value)); }

// The letter with that number, or the newest one of that game (an unresolved one first); nullopt when there is none.
result<std::optional<dead_letter>> find_letter(letter_store& database, const std::string& id) {
  std::int64_t number = 0;
  if (const auto game = game_id::parse(id)) {
    auto letters = database.read_dead_letters(true);
    if (!letters) return std::move(letters).error();
    for (const auto& letter : *letters)  // unresolved first, newest first
      if (letter.game_id == *game) return database.read_dead_letter(letter.dead_letter_id);
    return std::optional<dead_letter>{};
  }
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size()) return std::optional<dead_letter>{};
  return database.read_dead_letter(number);
}

void print_letter(const context& with, const dead_letter& letter) {
  const auto row = [&](std::string_view name, const std::string& value) {
    const auto lines = wrap(printable(value), 62);
    for (std::size_t i = 0; i < lines.size(); ++i)
      with.out << fmt::format("{:<16}  {}\n", i == 0 ? name : std::string_view{}, lines[i]);
  };
  row("Dead letter", std::to_string(letter.dead_letter_id));
  row("Game", letter.game_id.str());
  row("Failed in", letter.stage);
  row("Class", std::string{to_string(letter.error_class)});
  row("Error", letter.error);
  if (!letter.last_error.empty()) row("Latest error", letter.last_error);
  row("Attempts", std::to_string(letter.attempts));
  row("First failed", short_time(letter.first_failed_at) + " UTC");
  row("Last failed", short_time(letter.last_failed_at) + " UTC");
  row("Payload", !letter.payload_sha256.empty() ? "sha256 " + letter.payload_sha256
                 : letter.payload.empty()       ? "none: nothing was fetched"
                                                : "what the host answered: no retry starts from it");
  if (!letter.payload.empty()) row("Stored payload", format_bytes(letter.payload.size()) + ", compressed");
  if (letter.resolved_at) {
    row("Resolved", short_time(*letter.resolved_at) + " UTC, " + letter.resolution);
    row("Reason", letter.reason);
    return;
  }
  const bool from_store = !letter.payload.empty() && starts_from_payload(letter);
  with.out << fmt::format(
      "\nThe game holds its watermark until it is done or waived:\n"
      "  {}{}\n"
      "  {}\n",
      with.command(fmt::format("dlq retry {}", letter.dead_letter_id)),
      from_store ? "   (from what is stored; --refetch asks the host)" : "",
      with.command(fmt::format("dlq waive {} --reason TEXT", letter.dead_letter_id)));
}

// Writes what is stored of one document, over nothing that is there. Answers the file's name.
result<std::string> save_answer(const std::filesystem::path& path, const std::string& body) {
  const auto failed = [&] {
    return failure{failure_class::configuration,
                   fmt::format("cannot write {}: {}", path.string(), std::strerror(errno))};
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return failed();
  std::size_t written = 0;
  while (written < body.size()) {
    const auto count = ::write(file, body.data() + written, body.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  if (written < body.size()) {
    auto why = failed();
    ::close(file);
    return why;
  }
  if (::close(file) != 0) return failed();
  return path.string();
}

// The documents that the letter holds, one file each, named after its kind: GAME_ID.boxscore.
int save_payload(const context& with, const dead_letter& letter, const std::filesystem::path& folder, bool json) {
  if (letter.payload.empty()) return with.fail(exit_output, "nothing is stored of the payload: nothing was fetched");
  const auto stored = unpack_payloads(letter.payload);
  if (!stored) return with.fail(exit_output, "the stored payload cannot be read: " + stored.error().message);
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  for (const auto what : game_endpoints) {
    const auto& body = stored->bodies[what];
    if (body.empty()) continue;
    const auto saved = save_answer(folder / fmt::format("{}.{}", letter.game_id.str(), to_string(what)), body);
    if (!saved) return with.fail(exit_output, saved.error().message);
    if (!json) with.out << fmt::format("Saved {} ({})\n", printable(*saved), format_bytes(body.size()));
  }
  return exit_success;
}

}  // namespace

int run_dlq_list(const context& with, const dlq_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto letters = database.store->read_dead_letters(options.resolved);
  if (!letters) return with.fail(letters.error());
  if (options.json) {
    with.print_json(letters_document(*letters));
    return exit_success;
  }
  if (letters->empty()) {
    with.out << (options.resolved ? "No dead letters.\n" : "No unresolved dead letters: no game waits for a person.\n");
    return exit_success;
  }
  text_table table{
      {{"ID", align::right}, {"GAME"}, {"STAGE"}, {"TRIES", align::right}, {"LAST FAILED (UTC)"}, {"ERROR"}}};
  for (const auto& letter : *letters) {
    const auto prefix = letter.resolved_at ? fmt::format("[{}] ", letter.resolution) : std::string{};
    table.add_row({std::to_string(letter.dead_letter_id), letter.game_id.str(), letter.stage,
                   std::to_string(letter.attempts), short_time(letter.last_failed_at), prefix + letter.error});
  }
  table.print(with.out);
  with.out << fmt::format("\nMore about one: {}\nTry again:      {}\n", with.command("dlq show ID"),
                          with.command("dlq retry [ID]"));
  return exit_success;
}

int run_dlq_show(const context& with, const dlq_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto letter = find_letter(*database.store, options.id);
  if (!letter) return with.fail(letter.error());
  if (!*letter)
    return with.fail(exit_not_found,
                     fmt::format("there is no dead letter '{}'; `nba-scraper dlq list --all` shows all", options.id));
  if (options.json) {
    with.print_json(letter_document(**letter, true));
  } else {
    print_letter(with, **letter);
  }
  return options.save.empty() ? exit_success : save_payload(with, **letter, options.save, options.json);
}

void add_dlq_commands(command_syntax& app, chosen_command& chosen) {
  auto* dlq = app.add_subcommand("dlq", "dead letters, games that failed for good: show, retry, waive, reopen");
  dlq->group(group_inspect)->require_subcommand(1);
  dlq->footer(
      "A dead letter holds its lane's watermark until the game is done or waived.\n"
      "ID is the number of a dead letter or a game id.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper dlq list\n"
      "  nba-scraper dlq show 7\n"
      "  nba-scraper dlq retry\n"
      "  nba-scraper dlq waive 7 --reason \"never played, see the league's notice\"\n");
  auto options = std::make_shared<dlq_options>();

  auto* list = dlq->add_subcommand("list", "the unresolved ones, newest first")->group(group_nested);
  list->footer("");
  list->add_flag("--all", options->resolved, "resolved ones too");
  add_json_option(*list, options->json);
  on_selected(*list, chosen, options, &run_dlq_list);

  auto* show = dlq->add_subcommand("show", "everything about one")->group(group_nested);
  show->footer("");
  show->add_option("ID", options->id, "number of the dead letter, or a game id")->required();
  show->add_option("--save", options->save, "folder for the documents that are stored of it; nothing is overwritten")
      ->type_name("FOLDER");
  add_json_option(*show, options->json);
  on_selected(*show, chosen, options, &run_dlq_show);

  auto again = std::make_shared<dlq_retry_options>();
  auto* retry = dlq->add_subcommand("retry", "try games again, and no others")->group(group_nested);
  retry->footer(
      "A game that was fetched but failed later is tried from its stored payload,\n"
      "without a request: that helps after an upgrade. --refetch asks the host again:\n"
      "that helps when the NBA has corrected the game.\n"
      "\n"
      "Exit codes: 0, or the number of games that failed again; 100 for an unknown ID;\n"
      "122 while a run of the season is active.");
  retry->add_option("ID", again->ids, "dead letters or games (default: all unresolved ones)");
  add_season_option(*retry, again->season, season_need::optional, "only games of this season");
  retry->add_option("--class", again->error_class, "only games that failed in this way, like rejected")
      ->type_name("CLASS")
      ->check([](const std::string& text) {
        if (parse_failure_class(text)) return std::string{};
        return fmt::format("'{}' is no class of failure; games are parked as {}", text, join_words(parking_classes()));
      });
  retry->add_flag("--refetch", again->refetch, "ask the host again for all of them");
  retry->add_flag("--dry-run", again->dry_run, "print what would be tried, and from what; write nothing");
  on_selected_job(*retry, chosen, again, &run_dlq_retry, "dlq", signals_by::command, &is_dry_run<dlq_retry_options>);

  auto given_up = std::make_shared<dlq_waive_options>();
  auto* waive = dlq->add_subcommand("waive", "give games up; the watermark moves over them")->group(group_nested);
  waive->footer(
      "Also for a game without a dead letter that holds its lane (see nba-scraper\n"
      "gaps). A waived game is not asked for again, except by a backfill with\n"
      "--reprocess all or --game. nba-scraper gaps --season S --closed lists it;\n"
      "dlq reopen takes it back.");
  waive->add_option("ID", given_up->ids, "dead letters or games")->required();
  waive->add_option("--reason", given_up->reason, "why, for whoever asks later")->required()->type_name("TEXT");
  on_selected_job(*waive, chosen, given_up, &run_dlq_waive, "waive");

  auto expected = std::make_shared<dlq_reopen_options>();
  auto* reopen =
      dlq->add_subcommand("reopen", "expect closed games again; the next run tries them")->group(group_nested);
  reopen->footer(
      "For games that were waived, or given up as unavailable or cancelled (listed by\n"
      "nba-scraper gaps --season S --closed). Watermarks do not go back; gaps and\n"
      "status list the game until it is done. To ask the host at once: schedule\n"
      "backfill --game ID.");
  reopen->add_option("ID", expected->ids, "dead letters or games")->required();
  on_selected_job(*reopen, chosen, expected, &run_dlq_reopen, "reopen");
}

}  // namespace nba::cli
