#include "cli/job_setup.hpp"

#include "actors/run/run_session.hpp"
#include "cli/app.hpp"
#include "cli/database.hpp"
#include "cli/descriptors.hpp"
#include "cli/documents/command_document.hpp"
#include "cli/documents/run_documents.hpp"
#include "cli/hints.hpp"
#include "cli/http/run_web.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace nba::cli {
engine_settings engine_settings_of(const settings& values, const source_urls& urls) {
  auto out = values.engine;
  for (const auto& url : {urls.cdn, urls.stats}) {
    const auto host = host_of(url);
    out.budgets[host] = budget_of(values, host);
  }
  return out;
}

result<job_setup> prepare_job(const context& with, games_from from) {
  job_setup out;
  auto url = parse_database_url(with.settings.database);
  if (!url) return url.error();
  auto& e = out.environment;
  e.database = std::move(*url);
  e.database_options = store_options_of(with.settings);
  e.locks = lock_settings_of(with.settings);
  e.source.clear();
  e.database_options.create = from == games_from::source;
  if (from == games_from::source) {
    auto source = open_source(with.settings);
    if (!source) return source.error();
    out.source = std::move(*source);
    e.urls = out.source->urls();
    e.games = out.source->games();
    e.source = out.source->name();
  }
  e.made_by = program_version();
  e.engine = engine_settings_of(with.settings, e.urls);
  if (auto enough = ensure_descriptors(descriptors_needed(e.engine, e.source == "sim")); !enough)
    return std::move(enough).error();
  e.session = with.session;
  // The sink belongs to the application and outlives every job: shared without ownership.
  e.log = std::shared_ptr<event_sink>{std::shared_ptr<void>{}, &with.events};
  return out;
}

int fail_job(const context& with, const job_error& error) {
  const auto code = exit_code_of(error);
  switch (error.what) {
    case job_error::kind::schedule:
      return with.fail(code, fmt::format("no schedule: {}. Check the season and the network; `nba-scraper doctor` "
                                         "tests both",
                                         error.why.message));
    case job_error::kind::stopped:
      return with.fail(code, "stopped before anything was written");
    case job_error::kind::configuration:
    case job_error::kind::database:
    case job_error::kind::lock_held:
    case job_error::kind::refused:
      return with.fail(code, error.why.message);
  }
  return with.fail(code, error.why.message);
}

stop_on_signals::stop_on_signals(stop_control& stop, std::chrono::milliseconds drain_deadline)
    : watch_{[this, &stop, drain_deadline](int signal_number) {
        const auto code = signal_exit_code(signal_number);
        stop.request(code);
        last_resort_.order(stop.requests() > 1 ? forced_exit_grace : drain_deadline + forced_exit_grace, code);
      }} {}

namespace {

// What is done with what a job came to.
using outcome_reader = std::function<void(const job_outcome& done, const job_environment& environment)>;
using plan_reader = std::function<void(const dry_run& planned, const job_environment& environment)>;

// Runs the job with progress and signals; answers the exit code. `read` is not called for a job that did not come to a
// report.
int carry_out(const context& with, job& wanted, games_from from, const outcome_reader& read) {
  auto setup = prepare_job(with, from);
  if (!setup) return with.fail(setup.error());
  auto& environment = setup->environment;
  const auto web = run_web::start(with, descriptors_needed(environment.engine, environment.source == "sim"));
  if (!web) return with.fail(web.error());
  stop_control stop;
  environment.stop = &stop;
  auto outcome = [&] {
    progress_display display{with.screen, with.shows_progress(), with.unicode};
    display.announce("looking for what is missing");
    environment.progress = [&display, board = with.board, page = web->get()](const run_snapshot& run) {
      display.update(run);
      if (board) board->publish(std::make_shared<const run_snapshot>(run));
      if (page != nullptr) page->tell(run);
    };
    const stop_on_signals signals{stop, with.settings.engine.drain_deadline};
    return run_job(environment, wanted);
  }();
  if (const auto* error = std::get_if<job_error>(&outcome)) {
    fail_job(with, *error);
    return exit_code_of(*error, &stop);
  }
  const auto& done = std::get<job_outcome>(outcome);
  read(done, environment);
  if (done.lock_lost) return with.fail(exit_code_of(done), done.lock_lost->message);
  if (done.report.ending == run_ending::storage_lost || done.report.ending == run_ending::broken)
    return with.fail(exit_code_of(done), done.report.ending_reason);
  return exit_code_of(done, &stop);
}

// The same for the plan alone.
int make_plan(const context& with, job& wanted, const plan_reader& read) {
  auto setup = prepare_job(with);
  if (!setup) return with.fail(setup.error());
  auto& environment = setup->environment;
  stop_control stop;
  environment.stop = &stop;
  const auto planned = [&] {
    const stop_on_signals signals{stop, with.settings.engine.drain_deadline};
    return plan_job(environment, wanted);
  }();
  if (const auto* error = std::get_if<job_error>(&planned)) {
    fail_job(with, *error);
    return exit_code_of(*error, &stop);
  }
  read(std::get<dry_run>(planned), environment);
  return exit_success;
}

std::string database_name_of(const job_environment& environment) {
  return redact_secrets(environment.database.redacted);
}

dry_run_options dry_run_options_of(const context& with, const job_environment& environment) {
  dry_run_options options;
  options.repeated = options_to_repeat(with.settings);
  options.database = database_name_of(environment);
  options.engine = environment.engine;
  options.urls = environment.urls;
  options.games = environment.source_of_games();
  return options;
}

}  // namespace

int run_job_on_screen(const context& with, job& wanted, const report_printer& print, games_from from) {
  return carry_out(with, wanted, from, [&](const job_outcome& done, const job_environment& environment) {
    if (with.settings.quiet) return;
    summary_options options;
    options.database = database_name_of(environment);
    options.repeated = options_to_repeat(with.settings);
    options.unavailable_confirmations = with.settings.engine.dispositions.unavailable_confirmations;
    for (const auto& season : done.plan.seasons)
      if (season.limits.since) options.since = season.limits.since;
    if (print)
      print(done, options);
    else if (!done.nothing.empty())
      with.out << fmt::format("Nothing to do: {}.\n", done.nothing);
    else
      print_run_summary(with.out, done, options, et_date_of(environment.now()));
  });
}

int run_job_as_json(const context& with, job& wanted, const document_addition& adds, games_from from,
                    const std::function<int(const context&)>& first) {
  auto begun = run_document_head(wanted.name(), with.session ? with.session->run_id() : std::string());
  return answer_in_json(with, std::move(begun), [&](const context& within, nlohmann::ordered_json& document) {
    if (const auto code = first ? first(within) : exit_success; code != exit_success) return code;
    return carry_out(within, wanted, from, [&](const job_outcome& done, const job_environment& environment) {
      add_run(document, done, database_name_of(environment));
      if (adds) adds(document, done);
    });
  });
}

int dry_run_on_screen(const context& with, job& wanted) {
  return make_plan(with, wanted, [&](const dry_run& planned, const job_environment& environment) {
    if (planned.request.nothing.empty())
      print_dry_run(with.out, planned.plan, dry_run_options_of(with, environment));
    else if (!with.settings.quiet)
      with.out << fmt::format("Nothing to do: {}.\n", planned.request.nothing);
  });
}

int dry_run_as_json(const context& with, job& wanted) {
  return answer_in_json(
      with, dry_run_document_head(wanted.name()), [&](const context& within, nlohmann::ordered_json& document) {
        return make_plan(within, wanted, [&](const dry_run& planned, const job_environment& environment) {
          add_plan(document, planned, dry_run_options_of(within, environment));
        });
      });
}

}  // namespace nba::cli
