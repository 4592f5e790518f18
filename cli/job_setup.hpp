// From settings to a job's environment, and a job's life on the screen.
//
// Threads: belongs to main's thread; signals are taken on a thread of their own while a job runs.
#pragma once

#include "actors/run/job_runner.hpp"
#include "cli/context.hpp"
#include "cli/forced_exit.hpp"
#include "cli/run_summary.hpp"
#include "cli/signals.hpp"
#include "cli/source_session.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace nba::cli {

// The engine's settings as the configuration has them, with the budgets of the hosts in use.
engine_settings engine_settings_of(const settings& values, const source_urls& urls);

// Whether a job asks a source; one that does not takes the database as it is.
enum class games_from { source, database };

// Everything run_job needs but the job. Holds the source (with `--source sim` a server) for as long as it lives.
struct job_setup {
  std::unique_ptr<source_session> source;
  job_environment environment;
};
// Class configuration for a database URL or source that cannot be used.
result<job_setup> prepare_job(const context& with, games_from from = games_from::source);

// While it lives, SIGINT and SIGTERM stop a job through its stop_control; what does not end within its time is ended by
// force. For commands registered as signals_by::command: nobody else takes their signals.
class stop_on_signals {
 public:
  stop_on_signals(stop_control& stop, std::chrono::milliseconds drain_deadline);

 private:
  forced_exit last_resort_;
  signal_watch watch_;  // last: it uses the other
};

// Runs the job with progress and signals, prints its report (null: as any run's), and answers the exit code.
using report_printer = std::function<void(const job_outcome&, const summary_options&)>;
int run_job_on_screen(const context& with, job& wanted, const report_printer& print = nullptr,
                      games_from from = games_from::source);
// Prints what the job would do: plan, chunks, requests per host, estimated time. Writes nothing. Ends when a signal
// says so.
int dry_run_on_screen(const context& with, job& wanted);

// The same two with one JSON document on standard output in place of the text, whatever becomes of the job
// (cli/documents/run_documents.hpp). `adds` may put more into that of a run that came to its report;
// `first` is asked before the job begins, and ends the command unless it answers 0.
using document_addition = std::function<void(nlohmann::ordered_json& document, const job_outcome& done)>;
int run_job_as_json(const context& with, job& wanted, const document_addition& adds = nullptr,
                    games_from from = games_from::source, const std::function<int(const context&)>& first = nullptr);
int dry_run_as_json(const context& with, job& wanted);

// One sentence and the fix for a job that could not run, on stderr; answers the exit code.
int fail_job(const context& with, const job_error& error);

}  // namespace nba::cli
