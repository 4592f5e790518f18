#include "cli/commands/status.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/host_report.hpp"
#include "cli/season_report.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/derive/overrides.hpp"
#include "pipeline/plan/daily_mark.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace nba::cli {
namespace {

using nlohmann::ordered_json;

struct database_status {
  std::string description;
  std::string backend;
  std::optional<run_row> last_run;
  std::optional<std::string> daily;  // the daily date
  std::vector<host_pause> pauses;
  daily_mark daily_state;  // whether it can be believed
  std::vector<season_report> seasons;
  std::map<season, std::vector<game_override>> overrides;  // in use
};

// Of the games that are done, those made for the record that is stored.
result<std::vector<game_override>> overrides_used(nba::store& database, const season_report& report) {
  std::vector<game_override> used;
  for (const auto& entry : report.ledger) {
    if (entry.state != game_state::done || overrides_of(entry.id).empty()) continue;
    const auto rows = database.read_game(entry.id);
    if (!rows && rows.error().kind == failure_class::storage) return rows.error();
    if (!rows) continue;  // what is not there is not corrected
    const auto applied = choose_overrides(*rows).applied;
    used.insert(used.end(), applied.begin(), applied.end());
  }
  return used;
}

result<database_status> read_status(nba::store& database, const status_options& options, et_date today,
                                    const settings& values) {
  database_status status;
  status.description = redact_secrets(database.description());
  status.backend = database.backend();
  auto last = database.last_run("");
  if (!last) return std::move(last).error();
  status.last_run = std::move(last).value();
  const auto daily = database.read_watermark("schedule", "daily");
  if (!daily) return daily.error();
  if (*daily) status.daily = (*daily)->value;
  auto pauses = read_host_pauses(database, values, utc_now());
  if (!pauses) return pauses.error();
  status.pauses = std::move(*pauses);
  status.daily_state = judge_daily_mark(status.daily, today - date::days{1});

  std::optional<season> only;
  if (!options.season.empty()) only = parse_season(options.season);
  const auto progress = database.read_progress(only);
  if (!progress) return progress.error();
  std::set<season> seasons;
  for (const auto& row : *progress) seasons.insert(row.season);
  for (const auto season : seasons) {
    auto report = read_season_report(database, season, to_game_types(options.game_types), today,
                                     values.engine.dispositions.unavailable_confirmations);
    if (!report) return std::move(report).error();
    auto used = overrides_used(database, *report);
    if (!used) return std::move(used).error();
    status.overrides[season] = std::move(used).value();
    status.seasons.push_back(std::move(report).value());
  }
  return status;
}

std::size_t in_state(const lane_summary& summary, game_state state) {
  const auto found = summary.by_state.find(state);
  return found == summary.by_state.end() ? 0 : found->second;
}

std::string number(std::size_t value) { return with_thousands(static_cast<long long>(value)); }

// ---- JSON

ordered_json optional_text(const std::optional<std::string>& value) {
  return value ? ordered_json(*value) : ordered_json();
}
ordered_json optional_date(const std::optional<et_date>& value) {
  return value ? ordered_json(format_date(*value)) : ordered_json();
}

ordered_json to_json(const run_row& run) {
  ordered_json document{{"run_id", run.run_id},       {"job", run.job},
                        {"arguments", run.arguments}, {"started_at", format_timestamp(run.started_at)},
                        {"ended_at", nullptr},        {"games", run.games},
                        {"failures", run.failures},   {"exit_code", nullptr},
                        {"host", run.host},           {"pid", run.pid}};
  if (run.ended_at) document["ended_at"] = format_timestamp(*run.ended_at);
  if (run.exit_code) document["exit_code"] = *run.exit_code;
  return document;
}

ordered_json to_json(const lane_report& lane) {
  const auto& summary = lane.summary;
  ordered_json states = ordered_json::object();
  for (const auto& [state, games] : summary.by_state) states[std::string{to_string(state)}] = games;
  ordered_json document{{"lane", watermark_key(summary.lane)},
                        {"game_type", to_string(summary.lane.type)},
                        {"planned", summary.planned},
                        {"terminal", summary.terminal},
                        {"done", summary.done},
                        {"closed", summary.closed()},
                        {"states", std::move(states)},
                        {"watermark", summary.watermark ? ordered_json(summary.watermark->str()) : ordered_json()},
                        {"watermark_stored", optional_text(lane.stored_watermark)},
                        {"lag_games", summary.lag},
                        {"through_date", optional_date(summary.through_date)},
                        {"holder", nullptr}};
  if (summary.holder)
    document["holder"] = {{"game_id", summary.holder->id.str()},
                          {"game_date", format_date(summary.holder->date)},
                          {"state", to_string(summary.holder->state)},
                          {"attempts", summary.holder->attempts},
                          {"reason", summary.holder_reason},
                          {"release", lane.release},
                          {"terminal_games_above", summary.terminal_above_holder}};
  return document;
}

void print_json(const context& with, const database_status& status) {
  ordered_json document{
      {"database", status.description},
      {"backend", status.backend},
      {"last_run", status.last_run ? to_json(*status.last_run) : ordered_json()},
      {"daily", optional_text(status.daily)},
      {"daily_problem", status.daily_state.usable() ? ordered_json() : ordered_json(status.daily_state.problem)},
      {"hosts", ordered_json::array()},
      {"seasons", ordered_json::array()}};
  for (const auto& pause : status.pauses) document["hosts"].push_back(json_of(pause));
  for (const auto& report : status.seasons) {
    ordered_json season{{"season", to_string(report.season)},
                        {"planned", report.planned()},
                        {"terminal", report.terminal()},
                        {"done", report.done()},
                        {"closed", report.closed()},
                        {"through_date", optional_date(report.through_date)},
                        {"derived_by_older_rules", report.derived_by_older_rules},
                        {"lanes", ordered_json::array()}};
    for (const auto& lane : report.lanes) season["lanes"].push_back(to_json(lane));
    season["overrides"] = ordered_json::array();
    for (const auto& correction : status.overrides.at(report.season))
      season["overrides"].push_back({{"game_id", correction.game_id.str()},
                                     {"rule", to_string(correction.rule)},
                                     {"order_number", correction.order_number},
                                     {"value", correction.value},
                                     {"reason", correction.reason},
                                     {"source", correction.source}});
    document["seasons"].push_back(std::move(season));
  }
  with.print_json(document);
}

// ---- for people

std::string describe_run(const run_row& run) {
  const auto minute = [](utc_time value) { return to_the_minute(format_timestamp(value)); };
  if (!run.ended_at)
    return fmt::format("{}, started {} UTC on {} (pid {}), has not ended: active or killed", run.job,
                       minute(run.started_at), run.host, run.pid);
  return fmt::format("{}, ended {} UTC: {} done, {}, exit code {}", run.job, minute(*run.ended_at),
                     counted(run.games, "game", "games"), counted(run.failures, "failure", "failures"),
                     run.exit_code ? std::to_string(*run.exit_code) : "unknown");
}

void print_field(const context& with, std::string_view name, const std::string& value) {
  bool first = true;
  for (const auto& line : wrap(value, 80 - 11)) {
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
  for (const auto& command : releases) with.out << "  " << command << '\n';
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
    with.out << fmt::format("Which and why: nba-scraper gaps --season {} --closed\n", to_string(report.season));
  std::vector<std::string> left_out;
  for (const auto& summary : report.left_out)
    left_out.push_back(fmt::format("{} ({})", to_string(summary.lane.type), number(summary.planned)));
  if (!overrides.empty())
    with.out << fmt::format("{} corrected by hand; --json lists them with their reasons.\n",
                            counted(static_cast<long long>(overrides.size()), "event", "events"));
  if (report.derived_by_older_rules > 0)
    with.out << fmt::format("{} derived by older rules; to renew: nba-scraper derive --season {} --stale\n",
                            counted(static_cast<long long>(report.derived_by_older_rules), "game", "games"),
                            to_string(report.season));
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

void print_status(const context& with, const status_options& options, const database_status& status) {
  print_field(with, "Database", fmt::format("{} ({})", status.description, status.backend));
  print_field(with, "Last run", status.last_run ? describe_run(*status.last_run) : "none yet");
  if (!status.daily_state.usable())
    print_field(with, "Daily", fmt::format("{}: {}", status.daily_state.problem, status.daily_state.fix));
  else if (status.daily)
    print_field(with, "Daily", "done through " + *status.daily);
  for (const auto& pause : status.pauses) print_field(with, "Host", describe(pause));
  for (const auto& report : status.seasons) print_season(with, report, status.overrides.at(report.season));
  if (!status.seasons.empty()) return;
  if (options.season.empty())
    with.out << "\nNo games are planned yet. To fill the database:\n"
                "  nba-scraper schedule backfill --season 2024-25\n";
  else
    with.out << fmt::format(
        "\nNo games of {0} are planned yet. To fetch them:\n"
        "  nba-scraper schedule backfill --season {0}\n",
        options.season);
}

}  // namespace

int run_status(const context& with, const status_options& options) {
  const auto today = today_in_new_york(with);
  if (!today) return exit_configuration;
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto status = read_status(*database.store, options, *today, with.settings);
  if (!status) return with.fail(status.error());
  if (options.json)
    print_json(with, *status);
  else
    print_status(with, options, *status);
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
      "when a host is left alone, and why.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper status\n"
      "  nba-scraper status --season 2024-25 --json\n");
  auto options = std::make_shared<status_options>();
  add_season_option(*status, options->season, season_need::optional, "only this season");
  add_game_types_option(*status, options->game_types);
  add_json_option(*status, options->json);
  on_selected(*status, chosen, options, &run_status);
}

}  // namespace nba::cli
