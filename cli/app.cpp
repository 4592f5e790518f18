#include "cli/app.hpp"

#include "actors/run/run_session.hpp"
#include "cli/alerts/run_alerts.hpp"
#include "cli/alerts/watch_sightings.hpp"
#include "cli/command_line.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/manual/command_tree.hpp"
#include "cli/metrics/metrics_file.hpp"
#include "cli/printable.hpp"
#include "cli/secrets.hpp"
#include "cli/setting_table.hpp"
#include "cli/signals.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"
#include "storage/host_name.hpp"

#include <fmt/format.h>
#include <revision.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace nba::cli {
namespace {

using flag_values = std::map<std::string, std::string, std::less<>>;

constexpr const char* description =
    "Keeps a database of NBA games complete and up to date: reads the league's\n"
    "schedule, fetches what is missing, and goes on exactly where it stopped.";

constexpr const char* examples =
    "First steps:\n"
    "  nba-scraper doctor                              what works, what to fix\n"
    "  nba-scraper schedule backfill --season 2024-25  a whole season\n"
    "  nba-scraper status                              what is there, what is missing\n"
    "  nba-scraper schedule daily                      yesterday's games, for cron\n"
    "  (with --source sim all of it works on a synthetic league, without the NBA)\n"
    "\n"
    "Exit codes: 0 success; 1-99 that many games failed; 100-114 usage; 119 answer\n"
    "not written; 120 settings; 121 database; 122 another run is active; 123 no\n"
    "schedule; 125 internal error; 130/143 stopped.\n"
    "\n"
    "nba-scraper COMMAND --help explains a command and shows examples.\n";

// One option for every setting that has a flag; what was typed goes into `flags` by the setting's key.
void add_global_options(command_syntax& root, flag_values& flags) {
  for (const auto& setting : setting_table()) {
    if (setting.flag.empty()) continue;
    const auto key = std::string{setting.key};
    const auto name = std::string{setting.flag};
    const auto help = std::string{setting.help};
    if (setting.kind() == setting_kind::boolean) {
      root.on_flag(
              name, [&flags, key] { flags[key] = "true"; }, help)
          ->group(group_global_options);
      continue;
    }
    root.on_option(
            name, [&flags, key](const std::string& text) { flags[key] = text; }, help)
        ->type_name(std::string{setting.value_name})
        ->group(group_global_options)
        ->take_last()  // a wrapper script sets one, its caller another
        ->offer(setting.choices)
        ->check([&setting](const std::string& text) {
          const auto parsed = parse_value(setting, text);
          const auto* problem = std::get_if<std::string>(&parsed);
          return problem == nullptr ? std::string{} : *problem;
        });
  }
}

void build(command_syntax& root, flag_values& flags, chosen_command& chosen) {
  add_global_options(root, flags);
  for (const auto add : registrars()) add(root, chosen);
  root.footer(examples);  // last: subcommands would inherit it
}

// The words of the command line in one string, for the record of the run.
std::string one_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const auto& argument : arguments) {
    if (!line.empty()) line += ' ';
    const bool is_plain = !argument.empty() && argument.find_first_of(" \t\n\"'") == std::string::npos;
    const auto shown = shown_argument(argument);
    line += is_plain ? shown : fmt::format("'{}'", shown);
  }
  return line;
}

bool locale_is_utf8(const std::function<std::optional<std::string>(std::string_view)>& environment) {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = environment(name);
    if (!value || value->empty()) continue;
    return value->find("UTF-8") != std::string::npos || value->find("utf8") != std::string::npos;
  }
  return false;
}

// What tells people of this run; null where nobody is to be told.
std::unique_ptr<run_alerts> make_run_alerts(const context& with, std::shared_ptr<const alert_setup> setup) {
  if (!with.session || setup->empty()) return nullptr;
  return std::make_unique<run_alerts>(
      std::move(setup),
      alerting_run{with.session->job(), with.session->run_id(), host_name(), with.screen.is_tty(),
                   parse_database_url(with.settings.database), store_options_of(with.settings), with.command_line},
      with.events);
}

// What lies in the database when the run is over: lanes that are held, the disk, runs of others that were killed.
sightings see_database(const settings& values, const std::string& run_id) {
  const auto facts = make_watch_reader(values)->read({}, nullptr);
  return facts ? see(*facts, values, run_id) : sightings{};
}

int run_chosen(const chosen_command& chosen, const settings& values, const std::vector<std::string>& arguments,
               const app_streams& streams, std::ostream& out,
               const std::function<std::optional<std::string>(std::string_view)>& environment) {
  const auto able = abilities_of(streams.err_is_tty, environment);
  terminal screen{streams.err, able.moves, streams.err_width, able.colors};
  log_options options;
  options.format = values.log_format == "json" ? log_format::json : log_format::text;
  options.level = parse_level(values.log_level);
  // What goes on is in the progress line; the log file has the rest.
  const bool shows_progress = screen.is_tty() && !values.no_progress;
  options.terminal_level = values.quiet || shows_progress ? std::max(options.level, event_level::warn) : options.level;
  if (!chosen.cannot_tell) options.file = values.log_file;
  auto events = log_sink::open(options, screen);
  if (!events) {
    screen.write_line("nba-scraper: " + redact_secrets(events.error().message));
    return exit_configuration;
  }
  // logrotate moves the file away and says so.
  std::optional<hangup_reopens> reopening;
  if (!options.file.empty()) reopening.emplace([&sink = **events] { sink.reopen(); });
  context with{values, **events, screen, out, locale_is_utf8(environment), one_line(arguments)};
  std::optional<run_session> session;
  snapshot_board board;
  std::optional<metrics_file> figures;  // made while signals are blocked
  if (!chosen.job.empty()) {
    // The sink outlives the session: shared without ownership.
    session.emplace(chosen.job, with.command_line, std::shared_ptr<event_sink>{std::shared_ptr<void>{}, events->get()});
    (*events)->set_run_id(session->run_id());
    with.session = &*session;
    with.board = &board;
    if (!values.metrics_file.empty())
      figures.emplace(values, metrics_scope{chosen.job, false, session->run_id()}, board, **events,
                      make_watch_reader(values));
  }
  with.environment = environment;
  const auto setup = make_alert_setup(values, environment);
  with.events.set_redactor(setup->hide);
  const auto alerts = make_run_alerts(with, setup);
  if (alerts)
    with.events.set_listener(
        [heard_by = alerts.get()](const log_event& event, utc_time at) { heard_by->hear(event, at); });
  // A run that has ended already keeps its ending.
  const auto ended = [&](int code) {
    if (session) session->end({.exit_code = code, .stopped_cleanly = true});
    if (figures) figures->finish(code);
    if (alerts) alerts->finish(code, [values, run_id = session->run_id()] { return see_database(values, run_id); });
    return code;
  };
  if (chosen.signals == signals_by::system) unblock_termination_signals();
  int code = exit_internal;
  try {
    code = chosen.run(with);
  } catch (const std::exception& error) {
    const auto failed = with.fail(exit_internal, internal_error_text(error));
    return chosen.cannot_tell ? *chosen.cannot_tell : ended(failed);
  }
  out.flush();
  // A command that did its work (a run) keeps its own code; for one whose work is the answer, there is none.
  if (!out && chosen.cannot_tell) return *chosen.cannot_tell;
  if (!out && chosen.signals == signals_by::system)
    return ended(with.fail(exit_output, "the answer could not be written to standard output; is the disk full?"));
  if (session) return ended(code);
  // Whoever reads only the log learns of every command that did not do its job.
  const bool was_stopped = code == exit_interrupted || code == exit_terminated;
  if (code >= exit_usage && !was_stopped && !(*events)->has_error())
    (*events)->write(events::command_error(code, std::nullopt));
  return code;
}

int parse_and_run(const std::vector<std::string>& arguments, const app_streams& streams,
                  const std::function<std::optional<std::string>(std::string_view)>& environment) {
  settings_input input;
  input.environment = environment;
  chosen_command chosen;
  // Everything that commands and usage errors print goes through these.
  printable_stream out{streams.out};
  printable_stream err{streams.err};
  command_line_parser parser{"nba-scraper", description, program_version()};
  build(parser.root(), input.flags, chosen);
  std::ostringstream complaint;  // quotes words of the command line as they are
  if (const auto code = parser.parse(arguments, out, complaint)) {
    err << redact_secrets(without_arguments(complaint.str(), arguments));
    return *code;
  }
  const auto values = load_settings(input);
  if (!values) {
    const auto& why = values.error();
    err << "nba-scraper: " << redact_secrets(why.message) << "\n  in: " << redact_secrets(why.where) << '\n';
    if (!chosen.cannot_tell) return exit_configuration;
    out << "UNKNOWN: the settings cannot be used: " << redact_secrets(why.message) << '\n';  // a monitor shows this
    return *chosen.cannot_tell;
  }
  return run_chosen(chosen, *values, arguments, streams, out, environment);
}

}  // namespace

command_description describe_program() {
  flag_values flags;
  chosen_command chosen;
  command_line_parser parser{"nba-scraper", description, program_version()};
  build(parser.root(), flags, chosen);
  return parser.describe();
}

std::string program_version() { return fmt::format("nba-scraper {} ({})", version, git_revision); }

int run_app(const std::vector<std::string>& arguments, const app_streams& streams,
            const std::function<std::optional<std::string>(std::string_view)>& environment) {
  try {
    return parse_and_run(arguments, streams, environment);
  } catch (const std::exception& error) {
    streams.err << "nba-scraper: " << printable_lines(internal_error_text(error)) << '\n';
    return exit_internal;
  }
}

}  // namespace nba::cli
