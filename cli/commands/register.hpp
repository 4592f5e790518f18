// How a command joins the command line.
//
// A command is one file in cli/commands/: a struct of options, `int run(const context&, const options&)`, and a
// registrar that adds its syntax (cli/command_line.hpp). To add a command, declare the registrar here and add one line
// to the table in register.cpp; the order of the table is the order of `--help`. Threads: used by main's thread only.
#pragma once

#include "cli/command_line.hpp"
#include "cli/context.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace nba::cli {

// Who deals with SIGINT and SIGTERM while the command runs.
enum class signals_by {
  system,   // they end the process at once, which every transaction survives
  command,  // they stay blocked; the command waits for them (cli/signals.hpp)
};

// What the parsed command line asks for; `run` is empty until a command's callback has been called.
struct chosen_command {
  std::function<int(const context&)> run;
  signals_by signals = signals_by::system;
  std::string job;  // its name in the log and in `ingest_runs`; empty when this call of it changes nothing
  // Of a command whose exit code is a verdict for a monitor: the code for whatever keeps it from one, bad settings
  // included. It writes no log file: who monitors may not be who runs.
  std::optional<int> cannot_tell = {};
};
using registrar = void (*)(command_syntax& app, chosen_command& chosen);

std::span<const registrar> registrars();

// When the command line selects `command`, `run(context, *options)` becomes what is to be done.
template <class Options>
void on_selected(command_syntax& command, chosen_command& chosen, std::shared_ptr<Options> options,
                 int (*run)(const context&, const Options&), signals_by signals = signals_by::system) {
  command.callback([&chosen, options = std::move(options), run, signals] {
    chosen = {[options, run](const context& with) { return run(with, *options); }, signals, {}, {}};
  });
}
// The same for a command that changes the database: it gets a session of that name, unless `is_dry` says otherwise.
template <class Options>
void on_selected_job(command_syntax& command, chosen_command& chosen, std::shared_ptr<Options> options,
                     int (*run)(const context&, const Options&), std::string job,
                     signals_by signals = signals_by::command, bool (*is_dry)(const Options&) = nullptr) {
  command.callback([&chosen, options = std::move(options), run, job = std::move(job), signals, is_dry] {
    const bool dry = is_dry && is_dry(*options);
    chosen = {
        [options, run](const context& with) { return run(with, *options); }, signals, dry ? std::string{} : job, {}};
  });
}
template <class Options>
bool is_dry_run(const Options& options) {
  return options.dry_run;
}

// Groups of `nba-scraper --help`.
inline constexpr const char* group_ingest = "Bring games in";
inline constexpr const char* group_inspect = "See where things stand";
inline constexpr const char* group_maintain = "Keep it in order";
inline constexpr const char* group_try = "Try it out";
// And of the help of a command that has commands of its own.
inline constexpr const char* group_nested = "Commands";

void add_schedule_commands(command_syntax& app, chosen_command& chosen);
void add_derive_command(command_syntax& app, chosen_command& chosen);
void add_status_command(command_syntax& app, chosen_command& chosen);
void add_health_command(command_syntax& app, chosen_command& chosen);
void add_gaps_command(command_syntax& app, chosen_command& chosen);
void add_validate_command(command_syntax& app, chosen_command& chosen);
void add_export_command(command_syntax& app, chosen_command& chosen);
void add_watermark_commands(command_syntax& app, chosen_command& chosen);
void add_dlq_commands(command_syntax& app, chosen_command& chosen);
void add_db_commands(command_syntax& app, chosen_command& chosen);
void add_doctor_command(command_syntax& app, chosen_command& chosen);
void add_alerts_commands(command_syntax& app, chosen_command& chosen);
void add_serve_command(command_syntax& app, chosen_command& chosen);
void add_simulate_command(command_syntax& app, chosen_command& chosen);

}  // namespace nba::cli
