#include "actors/run/run_outcome.hpp"

#include "actors/run/run_events.hpp"
#include "actors/snapshot_json.hpp"
#include "pipeline/exit_codes.hpp"

#include <algorithm>
#include <tuple>

namespace nba {
namespace {

// What a run that got as far as its report ends with.
void blame_of(const job_outcome& done, run_session& session) {
  if (done.lock_lost) return session.blame(*done.lock_lost);
  switch (done.report.ending) {
    case run_ending::storage_lost:
      return session.blame({failure_class::storage, done.report.ending_reason});
    case run_ending::broken:
      return session.blame({failure_class::internal, done.report.ending_reason});
    case run_ending::aborted:
      return session.blame({failure_class::transient, done.report.ending_reason});
    case run_ending::host_lost:
      if (done.report.failures > 0) session.blame({failure_class::edge_blocked, done.report.ending_reason});
      return;
    case run_ending::documents_changed:
      return session.blame({failure_class::contract_drift, done.report.ending_reason});
    case run_ending::completed:
    case run_ending::interrupted:
      if (done.report.failures == 0 && !done.incomplete.empty()) session.blame(done.incomplete.front().why);
      return;
  }
}

}  // namespace

void add_planned_verdicts(const job_request& request, const job_plan& plan, run_report& report) {
  const auto by_date = [](const auto& a, const auto& b) { return std::tie(a.date, a.id) < std::tie(b.date, b.id); };
  for (const auto& one : plan.seasons) {
    for (const auto& game : one.work.not_ready)
      report.not_ready.push_back({game.id, game.date, game.state, "", game.reason});
    for (const auto& game : one.work.reopened)
      report.reopened.push_back({game.id, game.date, game.state, "", game.reason});
    for (const auto& game : one.work.newly_cancelled) {
      report.closed.push_back({game.id, game.date, game.state, "", game.reason, is_alarm(game)});
      if (is_alarm(game)) ++report.failures;
    }
  }
  report.failed.insert(report.failed.end(), request.failed.begin(), request.failed.end());
  report.failures += static_cast<std::int64_t>(request.failed.size());
  std::sort(report.not_ready.begin(), report.not_ready.end(), by_date);
  std::sort(report.closed.begin(), report.closed.end(), by_date);
}

std::vector<missing_season> incomplete_seasons(const job_request& request, const job_plan& plan) {
  std::optional<et_date> last;
  bool open_ended = false;
  for (const auto& one : plan.seasons) {
    if (one.limits.to) last = last ? std::max(*last, *one.limits.to) : *one.limits.to;
    open_ended |= !one.limits.to;
  }
  std::vector<missing_season> out;
  for (const auto& missing : plan.missing) {
    const auto wanted = std::find_if(request.seasons.begin(), request.seasons.end(),
                                     [&](const season_scope& one) { return one.season == missing.season; });
    const auto held = first_date_held(missing, wanted->limits.from.value_or(et_date::min()), wanted->limits.types);
    if (held && (open_ended || *held <= *last)) out.push_back(missing);
  }
  return out;
}

void end_session(const job_environment& environment, job_result& outcome, run_session& session) {
  run_session::ending how;
  auto* done = std::get_if<job_outcome>(&outcome);
  if (done) {
    blame_of(*done, session);
    how.games = done->report.done();
    if (done->nothing.empty()) how.report = to_json(done->report, done->limit);
    how.failures = done->report.failures;
    how.exit_code = exit_code_of(*done, environment.stop);
    how.stopped_cleanly = done->report.ending == run_ending::interrupted && how.failures == 0;
  } else {
    const auto& error = std::get<job_error>(outcome);
    how.exit_code = exit_code_of(error, environment.stop);
    how.stopped_cleanly = error.what == job_error::kind::stopped;
    if (!how.stopped_cleanly) session.blame(error.why);
  }
  if (session.end(how) != how.exit_code && done) {
    done->report.ending = run_ending::storage_lost;
    done->report.ending_reason = session.why()->message;
  }
}

int exit_code_of(const job_outcome& outcome, const stop_control* stop) {
  const auto& report = outcome.report;
  if (outcome.lock_lost) return exit_lock_held;
  switch (report.ending) {
    case run_ending::storage_lost:
      return exit_database;
    case run_ending::broken:
      return exit_internal;
    case run_ending::interrupted:
    case run_ending::aborted:
      return stop ? stop->exit_code() : exit_interrupted;
    case run_ending::completed:
    case run_ending::host_lost:
    case run_ending::documents_changed:
      break;
  }
  if (report.failures == 0 && !outcome.incomplete.empty()) return exit_no_schedule;
  return failures_exit_code(report.failures);
}

int exit_code_of(const job_error& error, const stop_control* stop) {
  switch (error.what) {
    case job_error::kind::configuration:
      return exit_configuration;
    case job_error::kind::database:
      return exit_database;
    case job_error::kind::lock_held:
      return exit_lock_held;
    case job_error::kind::schedule:
      return exit_no_schedule;
    case job_error::kind::stopped:
      return stop ? stop->exit_code() : exit_interrupted;
    case job_error::kind::refused:
      return error.exit_code;
  }
  return exit_internal;
}

}  // namespace nba
