// From settings to a job's environment, and a job's life on the screen.
//
// Threads: belongs to main's thread; signals are taken on a thread of their own while a job runs.
#pragma once

#include "actors/job_runner.hpp"
#include "cli/context.hpp"
#include "cli/forced_exit.hpp"
#include "cli/signals.hpp"
#include "cli/source_session.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace nba::cli {

// The engine's settings as the configuration has them, with the budgets of the hosts in use.
engine_settings engine_settings_of(const settings& values, const source_urls& urls);

// Everything run_job needs but the definition. Holds the source (with `--source sim` a server) for as long as it lives.
struct job_setup {
  std::unique_ptr<source_session> source;
  job_environment environment;
};
// Class configuration for a database URL or source that cannot be used.
result<job_setup> prepare_job(const context& with);

// While it lives, SIGINT and SIGTERM stop a job through its stop_control; what does not end within its time is ended by
// force. For commands registered as signals_by::command: nobody else takes their signals.
class stop_on_signals {
 public:
  stop_on_signals(stop_control& stop, std::chrono::milliseconds drain_deadline);

 private:
  forced_exit last_resort_;
  signal_watch watch_;  // last: it uses the other
};

// Runs the job with progress and signals, prints its report, and answers the exit code. `adjust` may change the
// environment before; null: it stays.
int run_job_on_screen(const context& with, const job_definition& definition,
                      const std::function<result<void>(job_environment&)>& adjust = nullptr);
// Prints what the job would do: plan, chunks, requests per host, estimated time. Writes nothing. Ends when a signal
// says so.
int dry_run_on_screen(const context& with, const job_definition& definition);

// One sentence and the fix for a job that could not run, on stderr; answers the exit code.
int fail_job(const context& with, const job_error& error);

}  // namespace nba::cli
