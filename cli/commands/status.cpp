#include "cli/commands/status.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/documents/database_status.hpp"
#include "cli/documents/health_document.hpp"
#include "cli/documents/watched_runs.hpp"
#include "cli/hints.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "cli/watch/run_text.hpp"
#include "cli/watch/watch_facts.hpp"
#include "cli/watch/watched_runs.hpp"
#include "pipeline/health/first_run.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

namespace nba::cli {
namespace {

std::size_t in_state(const lane_summary& summary, game_state state) {
  const auto found = summary.by_state.find(state);
  return found == summary.by_state.end() ? 0 : found->second;
}

std::string number(std::size_t value) { return with_thousands(static_cast<long long>(value)); }

// ---- for people

void print_field(const context& with, std::string_view name, const std::string& value) {
  bool first = true;
  for (const auto& line : wrap(repeat_options(value, options_to_repeat(with.settings)), 80 - 11)) {
    with.out << fmt::format("{:<10} {}\n", first ? name : std::string_view{}, line);
    first = false;
  }
}

std::string describe_closed(const lane_summary& summary) {
  std::vector<std::string> parts;
  for (const auto state : {game_state::waived, game_state::unavailable, game_state::cancelled})
    if (const auto games = in_state(summary, state); games > 0)
      parts.push_back(fmt::format("{} {}", number(games), to_string(state)));
  return join_words(parts);
}

// What holds each lane, then the commands that help, each once.
void print_holders(const context& with, const season_report& report) {
  text_table table{{{"LANE"}, {"HELD BY"}, {"DATE"}, {"WHY"}}};
  std::vector<std::string> releases;
  for (const auto& [summary, stored, release] : report.lanes) {
    if (!summary.holder) continue;
    auto why = summary.holder_reason;
    if (const auto waiting = static_cast<long long>(summary.terminal_above_holder); waiting > 0)
      why += fmt::format("; {} above it wait{}", counted(waiting, "finished game", "finished games"),
                         waiting == 1 ? "s" : "");
    table.add_row({std::string{to_string(summary.lane.type)}, summary.holder->id.str(),
                   format_date(summary.holder->date), std::move(why)});
    if (!release.empty() && std::find(releases.begin(), releases.end(), release) == releases.end())
      releases.push_back(release);
  }
  if (table.empty()) return;
  with.out << '\n';
  table.print(with.out);
  if (!releases.empty()) with.out << "\nTo go on:\n";
  const auto repeated = options_to_repeat(with.settings);
  for (const auto& command : releases) with.out << "  " << command << repeated << '\n';
}

void print_lanes(const context& with, const season_report& report) {
  text_table table{{{"LANE"},
                    {"PLANNED", align::right},
                    {"DONE", align::right},
                    {"CLOSED", align::right},
                    {"PARKED", align::right},
                    {"OPEN", align::right},
                    {"WATERMARK"},
                    {"BEHIND", align::right}}};
  for (const auto& [summary, stored, release] : report.lanes) {
    const auto parked = in_state(summary, game_state::parked);
    table.add_row({std::string{to_string(summary.lane.type)}, number(summary.planned), number(summary.done),
                   number(summary.closed()), number(parked), number(summary.planned - summary.terminal - parked),
                   summary.watermark ? summary.watermark->str() : "-", number(summary.lag)});
  }
  table.print(with.out);
}

void print_notes(const context& with, const season_report& report, const std::vector<game_override>& overrides) {
  for (const auto& [summary, stored, release] : report.lanes) {
    const auto computed = summary.watermark ? summary.watermark->str() : std::string{};
    if (const auto closed = describe_closed(summary); !closed.empty())
      with.out << fmt::format("Closed in {}: {}.\n", to_string(summary.lane.type), closed);
    if (stored.value_or("") != computed)
      with.out << fmt::format(
          "The stored watermark of {} is {}; {}.\n", to_string(summary.lane.type), stored.value_or("not set"),
          stored.value_or("") < computed ? "the next backfill sets it"
                                         : "a game below it is open: it was opened again, or the mark was set");
  }
  if (report.closed() > 0)
    with.out << fmt::format("Which and why: {}\n",
                            with.command(fmt::format("gaps --season {} --closed", to_string(report.season))));
  std::vector<std::string> left_out;
  for (const auto& summary : report.left_out)
    left_out.push_back(fmt::format("{} ({})", to_string(summary.lane.type), number(summary.planned)));
  if (!overrides.empty())
    with.out << fmt::format("{} corrected by hand; --json lists them with their reasons.\n",
                            counted(static_cast<long long>(overrides.size()), "event", "events"));
  if (report.derived_by_older_rules > 0)
    with.out << fmt::format("{} derived by older rules; to renew: {}\n",
                            counted(static_cast<long long>(report.derived_by_older_rules), "game", "games"),
                            with.command(fmt::format("derive --season {} --stale", to_string(report.season))));
  if (!left_out.empty()) with.out << fmt::format("Not counted: {}; see --game-types.\n", join_words(left_out));
}

void print_season(const context& with, const season_report& report, const std::vector<game_override>& overrides) {
  if (const auto others = only_other_types(report); !others.empty()) {
    with.out << '\n';
    for (const auto& line : wrap(others + '.', 80)) with.out << line << '\n';
    return;
  }
  const auto closed = report.closed() > 0 ? fmt::format(", {} closed without rows", number(report.closed())) : "";
  const auto line = fmt::format("Season {}: {} of {} games done{}, {}", to_string(report.season), number(report.done()),
                                number(report.planned()), closed,
                                report.through_date ? "complete through " + format_date(*report.through_date)
                                                    : "not complete from its first day on");
  with.out << '\n';
  for (const auto& part : wrap(line, 80)) with.out << part << '\n';
  with.out << '\n';
  print_lanes(with, report);
  print_notes(with, report, overrides);
  print_holders(with, report);
}

void print_runs(const context& with, const std::vector<watched_run>& runs) {
  for (const auto& run : runs) {
    if (!goes_on(run)) continue;
    print_field(with, "Under way", describe(run));
    if (!run.snapshot) continue;
    for (const auto& line : describe_progress(*run.snapshot)) print_field(with, "", line);
  }
  const auto last = std::find_if_not(runs.begin(), runs.end(), goes_on);
  print_field(with, "Last run", last != runs.end() ? describe(*last) : "none yet");
}

void print_status(const context& with, const status_options& options, const watch_facts& facts) {
  const auto& status = facts.status;
  print_field(with, "Database", fmt::format("{} ({})", status.description, status.backend));
  print_runs(with, facts.runs);
  if (!status.daily_state.usable())
    print_field(with, "Daily", fmt::format("{}: {}", status.daily_state.problem, status.daily_state.fix));
  else if (status.daily)
    print_field(with, "Daily", "done through " + *status.daily);
  for (const auto& pause : status.pauses) print_field(with, "Host", describe(pause));
  bool has_season = false;
  for (const auto& report : status.seasons) {
    if (!options.season.empty() && to_string(report.season) != options.season) continue;
    has_season = true;
    print_season(with, report, status.overrides.at(report.season));
  }
  if (has_season) return;
  if (options.season.empty())
    with.out << "\nNo games are planned yet. To fill the database:\n  " << first_run_command(utc_now())
             << options_to_repeat(with.settings) << '\n';
  else
    with.out << fmt::format("\nNo games of {} are planned yet. To fetch them:\n  {}\n", options.season,
                            with.command("schedule backfill --season " + options.season));
}

// The page as it is now; whether all is well, and how old it is when the database is away.
std::string watch_page(const context& with, const status_options& options, const watch_facts& facts) {
  std::ostringstream page;
  const context drawing{with.settings, with.events, with.screen, page, with.unicode, with.command_line, nullptr};
  const auto first = fmt::format("{}Z  {}", format_timestamp(facts.at).substr(0, 19), health_line(facts.health));
  for (const auto& line : wrap(first, 80)) page << line << '\n';
  page << '\n';
  if (facts.trouble && facts.was_read())
    page << "Below: as it was at " << format_timestamp(facts.read_at).substr(0, 19) << "Z\n\n";
  if (facts.was_read()) print_status(drawing, options, facts);
  return page.str();
}

int watch_status(const context& with, const status_options& options) {
  if (options.json || !options.game_types.empty())
    return with.fail(exit_usage, "--watch draws for people: it does not go with --json or --game-types");
  if (!with.screen.is_tty())
    return with.fail(exit_usage,
                     "--watch draws on a terminal, and there is none; for programs: nba-scraper status --json");
  const auto reader = make_watch_reader(with.settings);
  for (;;) {  // until a signal ends the process
    const auto facts = reader->read({}, nullptr);
    with.screen.show_page(watch_page(with, options, *facts), terminal_height(STDERR_FILENO));
    std::this_thread::sleep_for(std::chrono::seconds{options.watch_seconds});
  }
}

}  // namespace

int run_status(const context& with, const status_options& options) {
  const auto today = today_in_new_york(with);
  if (!today) return exit_configuration;
  if (options.watch_seconds > 0) return watch_status(with, options);
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto only = options.season.empty() ? std::nullopt : parse_season(options.season);
  watch_facts facts;
  facts.at = facts.read_at = utc_now();
  auto status = read_database_status(*database.store, only, to_game_types(options.game_types), *today, with.settings);
  if (!status) return with.fail(status.error());
  facts.status = std::move(*status);
  auto runs = run_watch{lock_settings_of(with.settings).patience}.read(*database.store);
  if (!runs) return with.fail(runs.error());
  facts.runs = std::move(*runs);
  if (options.json)
    with.print_json(status_document(facts));
  else
    print_status(with, options, facts);
  return exit_success;
}

void add_status_command(command_syntax& app, chosen_command& chosen) {
  auto* status = app.add_subcommand("status", "what is done, what holds each watermark, and the last run");
  status->group(group_inspect);
  status->footer(
      "A lane is one game type of a season. DONE games are complete; CLOSED ones never\n"
      "will be (cancelled, no data anywhere, waived); PARKED ones failed for good; OPEN\n"
      "ones are still to come or to be tried. WATERMARK is the last game up to which\n"
      "nothing is missing; BEHIND counts the games above it. A Host line says until\n"
      "when a host is left alone, and why. A run that is under way says how far it is;\n"
      "one that was killed is called so. --watch draws all of it again every 2 seconds,\n"
      "or as many as it is told, until a signal ends it.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper status\n"
      "  nba-scraper status --watch\n"
      "  nba-scraper status --season 2024-25 --json\n");
  auto options = std::make_shared<status_options>();
  add_season_option(*status, options->season, season_need::optional, "only this season");
  add_game_types_option(*status, options->game_types);
  status->add_option("--watch", options->watch_seconds, "draw it again every so many seconds (2), on a terminal")
      ->type_name("SECONDS")
      ->check(in_range(1, watch_seconds_max))
      ->may_stand_alone("2");
  add_json_option(*status, options->json);
  on_selected(*status, chosen, options, &run_status);
}

}  // namespace nba::cli
