// What every command gets: the effective settings and the ways to speak.
//
// `out` is for the answer (people, or --json for programs); `screen` is stderr: errors, hints, progress; `events` is
// the event log. A command prints nowhere else, so a test can hold all of it. Ownership: everything referred to
// outlives the command.
#pragma once

#include "cli/logging.hpp"
#include "cli/settings.hpp"
#include "cli/terminal.hpp"
#include "pipeline/exit_codes.hpp"
#include "pipeline/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace nba {
class run_session;
class snapshot_board;
}  // namespace nba

namespace nba::cli {

struct context {
  const cli::settings& settings;
  log_sink& events;
  terminal& screen;
  std::ostream& out;
  bool unicode = false;      // the locale is UTF-8: block characters may be drawn
  std::string command_line;  // as typed, without the program's name, secrets redacted; for `ingest_runs.arguments`
  // Of a command that changes the database; null for one that reads. Ended at the latest when the command returns.
  run_session* session = nullptr;
  // Where a run of this process puts its newest snapshot; null: nobody looks.
  snapshot_board* board = nullptr;
  std::optional<std::string>* failure_text = nullptr;  // what `fail` says is kept there, too; null: nowhere
  // The variables of the process, or what a test says that they are.
  std::function<std::optional<std::string>(std::string_view)> environment = process_environment;

  bool shows_progress() const { return screen.is_tty() && !settings.quiet && !settings.no_progress; }
  // "nba-scraper ARGUMENTS", with the options that decide about the database (cli/hints.hpp): a command to be copied.
  std::string command(std::string_view arguments) const;
  // "nba-scraper: MESSAGE" on stderr, with those options in the commands that it has between backticks; in the log the
  // reason of the session's job.end, or, without a session, an event `command.error` (ERROR from code 100 on, else
  // WARN; see log_sink::tell). Answers the code, so that a command can `return c.fail(...)`.
  int fail(int code, std::string_view message) const;
  // The same for a failure of a class that has one exit code everywhere: storage 121, configuration 120, else 125.
  int fail(const failure& why) const;
  // The same for a remark that changes no exit code: event `command.note`, WARN.
  void note(std::string_view message) const;
  // One indented JSON document on `out`.
  void print_json(const nlohmann::ordered_json& document) const;
};

}  // namespace nba::cli
