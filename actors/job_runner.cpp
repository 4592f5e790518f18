#include "actors/job_runner.hpp"

#include "actors/travel_refresh.hpp"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include <unistd.h>

namespace nba {
namespace {

using error_kind = job_error::kind;

// A step that ends the job unless it answers nullopt.
using step = std::optional<job_error>;

job_error database_error(failure why) { return {error_kind::database, std::move(why), std::nullopt}; }

engine_services services_of(const job_environment& environment) {
  engine_services out;
  out.urls = environment.urls;
  out.source = environment.source;
  out.make_client = environment.make_client;
  out.open_store = [url = environment.database, options = environment.database_options] {
    return open_store(url, options);
  };
  out.log = environment.log;
  out.progress = environment.progress;
  out.stop = environment.stop;
  return out;
}

std::string_view backend_name(const database_url& url) {
  return url.backend == database_url::kind::postgresql ? "postgresql" : "sqlite";
}

// ---- planning ----------------------------------------------------------------------------------------------------

// The plan of a season as an earlier run stored it.
result<schedule> read_stored_schedule(store& database, season of) {
  auto games = database.read_plan(of);
  if (!games) return games.error();
  return schedule_of_plan(of, std::move(*games));
}

// Fetches every season's schedule, or reads it from the database. A missing one ends the job, unless another season
// suffices.
step find_schedules(engine& source, store* database, const job_environment& environment,
                    const job_definition& definition, job_plan& plan) {
  std::optional<failure> first_failure;
  for (const auto& wanted : definition.seasons) {
    auto found = definition.stored_schedule && database ? read_stored_schedule(*database, wanted.season)
                                                        : source.fetch_schedule(wanted.season);
    if (!found && found.error().kind == failure_class::storage) return database_error(std::move(found).error());
    if (found) {
      season_plan one;
      one.season = wanted.season;
      one.limits = wanted.limits;
      one.schedule = std::move(*found);
      plan.seasons.push_back(std::move(one));
      continue;
    }
    if (environment.log)
      environment.log->write({definition.any_season_suffices ? event_level::warn : event_level::error,
                              "chunk.error",
                              {{"season", to_string(wanted.season)},
                               {"class", std::string{to_string(found.error().kind)}},
                               {"reason", found.error().message}}});
    if (!first_failure) first_failure = found.error();
    if (!definition.any_season_suffices) break;
    plan.missing.push_back({wanted.season, std::move(found).error(), {}});
  }
  const bool enough = definition.any_season_suffices ? !plan.seasons.empty() : !first_failure.has_value();
  if (enough) return std::nullopt;
  if (environment.stop && environment.stop->requests() > 0)
    return job_error{error_kind::stopped, *first_failure, std::nullopt};
  return job_error{error_kind::schedule, *first_failure, std::nullopt};
}

step plan_work_of(const job_environment& environment, const job_definition& definition, job_plan& plan) {
  if (definition.narrow) definition.narrow(plan.seasons);
  if (auto planned = plan_chunks(plan, et_date_of(environment.now()), definition.chunk_days); !planned)
    return job_error{error_kind::schedule, planned.error(), std::nullopt};
  return std::nullopt;
}

// Ledger rows that follow the schedule: postponed, cancelled, or planned again.
step write_planned_states(store& database, const job_environment& environment, job_plan& plan) {
  for (auto& one : plan.seasons) {
    if (one.work.ledger_updates.empty()) continue;
    if (auto written = database.write_states(planned_changes(one.work), environment.run_id); !written)
      return database_error(written.error());
    auto ledger = database.read_ledger(one.season);
    if (!ledger) return database_error(ledger.error());
    one.ledger = std::move(*ledger);
  }
  return std::nullopt;
}

// Of hosts that an earlier run was told to leave alone until later than now.
std::map<std::string, utc_time> cool_downs_of(const std::vector<watermark_row>& marks, utc_time now) {
  std::map<std::string, utc_time> out;
  for (const auto& row : marks)
    if (row.stage == host_stage)
      if (const auto until = parse_timestamp(row.value); until && *until > now) out[row.key] = *until;
  return out;
}

void report_unknown_arenas(const job_environment& environment, const run_input& input) {
  if (!environment.log) return;
  for (const auto& [season, travel] : input.travel)
    for (const auto& arena : travel->unknown_arenas())
      environment.log->write({event_level::warn, "travel.unknown_arena", {{"arena", arena}}});
}

// ---- the run itself ----------------------------------------------------------------------------------------------

run_row make_run_row(const job_environment& environment, const job_definition& definition) {
  run_row row;
  row.run_id = environment.run_id;
  row.job = definition.name;
  row.arguments = definition.arguments;
  row.started_at = environment.now();
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  row.host = host;
  row.pid = static_cast<int>(getpid());
  return row;
}

void add_planned_not_ready(const job_plan& plan, run_report& report) {
  for (const auto& one : plan.seasons)
    for (const auto& game : one.work.not_ready)
      report.not_ready.push_back({game.id, game.date, game.state, "", game.reason});
  std::sort(report.not_ready.begin(), report.not_ready.end(),
            [](const auto& a, const auto& b) { return std::tie(a.date, a.id) < std::tie(b.date, b.id); });
}

// Of the missing seasons those that may have games in the scope of the run.
std::vector<missing_season> incomplete_seasons(const job_definition& definition, const job_plan& plan) {
  std::optional<et_date> last;
  bool open_ended = false;
  for (const auto& one : plan.seasons) {
    if (one.limits.to) last = last ? std::max(*last, *one.limits.to) : *one.limits.to;
    open_ended |= !one.limits.to;
  }
  std::vector<missing_season> out;
  for (const auto& missing : plan.missing) {
    const auto wanted = std::find_if(definition.seasons.begin(), definition.seasons.end(),
                                     [&](const season_scope& one) { return one.season == missing.season; });
    const auto held = first_date_held(missing, wanted->limits.from.value_or(et_date::min()), wanted->limits.types);
    if (held && (open_ended || *held <= *last)) out.push_back(missing);
  }
  return out;
}

// While the pipeline runs, the connection that holds the locks has nothing to do, so nobody would notice its end; and
// with it PostgreSQL gives the locks to whoever comes next. A thread of its own asks now and then, and ends the run.
// Nothing else may use the connection meanwhile.
class lock_watch {
 public:
  lock_watch(store& database, engine& pipeline, std::chrono::milliseconds interval)
      : thread_([this, &database, &pipeline, interval](const std::stop_token& stopped) {
          std::unique_lock guard(mutex_);
          while (!wake_.wait_for(guard, stopped, interval, [&] { return stopped.stop_requested(); })) {
            const auto held = database.check_locks();
            if (held) continue;
            pipeline.abandon({failure_class::storage,
                              "the connection that holds the lock of this run is gone, and another run may begin: " +
                                  held.error().message,
                              held.error().where});
            return;
          }
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the others
};

// What follows from a run: travel of games that moved, the job's own checkpoint, the marks for the report.
result<void> conclude(const job_environment& environment, const job_definition& definition, store& database,
                      engine& pipeline, const run_input& input, job_outcome& out) {
  for (auto& one : out.plan.seasons) {
    auto ledger = database.read_ledger(one.season);
    if (!ledger) return ledger.error();
    one.ledger = std::move(*ledger);
    // Games that were derived before a neighbour moved to another day.
    auto refreshed = refresh_travel(database, one, *input.travel.at(one.season), environment.urls, environment.source,
                                    environment.run_id);
    if (!refreshed) return refreshed.error();
    if (*refreshed > 0 && environment.log)
      environment.log->write({event_level::info,
                              "travel.refreshed",
                              {{"season", to_string(one.season)}, {"games", static_cast<std::int64_t>(*refreshed)}}});
  }
  if (definition.checkpoint) {
    out.checkpoint = definition.checkpoint(out.plan, out.report);
    if (out.checkpoint) {
      auto moved = pipeline.advance_checkpoint({definition.stage, definition.key, *out.checkpoint, {}});
      if (!moved) return moved.error();
    }
  }
  auto after = database.read_watermarks();
  if (!after) return after.error();
  out.watermarks = std::move(*after);
  return {};
}

// Everything after the lock is held.
std::variant<job_outcome, job_error> run_locked(const job_environment& environment, const job_definition& definition,
                                                store& database) {
  auto marks = database.read_watermarks();
  if (!marks) return database_error(marks.error());
  auto settings = environment.engine;
  settings.cool_downs = cool_downs_of(*marks, environment.now());
  engine pipeline{settings, services_of(environment), database.backend()};
  job_outcome out;
  if (auto failed = find_schedules(pipeline, &database, environment, definition, out.plan)) {
    if (auto kept = pipeline.keep_pauses(); !kept) return database_error(kept.error());
    return *failed;
  }
  if (definition.prepare)
    if (auto prepared = definition.prepare(database); !prepared) return database_error(prepared.error());
  for (auto& one : out.plan.seasons) {
    if (!definition.stored_schedule)
      if (auto written = database.write_plan(one.season, one.schedule.games); !written)
        return database_error(written.error());
    auto ledger = database.read_ledger(one.season);
    if (!ledger) return database_error(ledger.error());
    one.ledger = std::move(*ledger);
  }
  for (auto& one : out.plan.missing) {
    auto ledger = database.read_ledger(one.season);
    if (!ledger) return database_error(ledger.error());
    one.ledger = std::move(*ledger);
  }
  if (auto failed = plan_work_of(environment, definition, out.plan)) return *failed;
  out.incomplete = incomplete_seasons(definition, out.plan);
  if (auto failed = write_planned_states(database, environment, out.plan)) return *failed;
  if (out.plan.chunks.empty() && environment.log)
    environment.log->write({event_level::info, "job.no_games", {{"job", definition.name}}});

  const auto input = make_input(environment.run_id, definition.parallel, out.plan, *marks);
  report_unknown_arenas(environment, input);
  {
    const lock_watch watch(database, pipeline, environment.lock_check_interval);
    auto report = pipeline.run(input);
    if (!report) return database_error(report.error());
    out.report = std::move(*report);
  }
  add_planned_not_ready(out.plan, out.report);
  if (out.report.ending == run_ending::storage_lost || out.report.ending == run_ending::aborted) return out;

  // What the run did is done, and its report is due, whatever the database says now.
  if (auto concluded = conclude(environment, definition, database, pipeline, input, out); !concluded) {
    out.report.ending = run_ending::storage_lost;
    out.report.ending_reason = describe(concluded.error());
  }
  return out;
}

}  // namespace

job_result run_job(const job_environment& environment, const job_definition& definition) {
  const auto log = [&](event_level level, const char* name, std::vector<event_field> fields) {
    if (environment.log) environment.log->write({level, name, std::move(fields)});
  };
  if (!tz_available())
    return job_error{error_kind::configuration,
                     {failure_class::configuration, "this system has no time zone data; install the package tzdata"},
                     std::nullopt};
  auto opened = open_store(environment.database, environment.database_options);
  if (!opened) return database_error(opened.error());
  auto& database = **opened;
  if (auto migrated = database.migrate(); !migrated) return database_error(migrated.error());

  std::vector<std::unique_ptr<run_lock>> locks;
  auto wanted_locks = definition.further_locks;
  wanted_locks.insert(wanted_locks.begin(), {definition.stage, definition.key});
  for (const auto& [stage, key] : wanted_locks) {
    auto lock = database.try_lock(stage, key, environment.run_id);
    if (!lock) return database_error(lock.error());
    if (auto* taken = std::get_if<std::unique_ptr<run_lock>>(&*lock)) {
      locks.push_back(std::move(*taken));
      continue;
    }
    const auto& holder = std::get<lock_holder>(*lock);
    log(event_level::error, "job.lock_held",
        {{"job", definition.name},
         {"stage", stage},
         {"key", key},
         {"held_by_run", holder.run_id},
         {"host", holder.host},
         {"pid", std::int64_t{holder.pid}}});
    return job_error{error_kind::lock_held,
                     {failure_class::configuration, "another run holds the lock (" + stage + ", " + key + ")"},
                     holder};
  }
  auto start = definition.announced;
  start.insert(start.begin(), {"job", definition.name});
  log(event_level::info, "job.start", std::move(start));
  auto row = make_run_row(environment, definition);
  if (auto noted = database.start_run(row); !noted) return database_error(noted.error());

  auto outcome = run_locked(environment, definition, database);
  row.ended_at = environment.now();
  if (const auto* done = std::get_if<job_outcome>(&outcome)) {
    row.games = done->report.done();
    row.failures = done->report.failures;
    row.exit_code = exit_code_of(*done, environment.stop);
  } else {
    row.exit_code = exit_code_of(std::get<job_error>(outcome), environment.stop);
  }
  // The connection may be what broke the run; the report matters more than the note.
  if (auto noted = database.end_run(row); !noted) {
    if (database.reconnect()) noted = database.end_run(row);
    if (!noted) log(event_level::warn, "job.end_not_noted", {{"reason", noted.error().message}});
  }
  log(*row.exit_code == 0 ? event_level::info : event_level::error, "job.end",
      {{"job", definition.name},
       {"failures", row.failures},
       {"games", row.games},
       {"exit_code", std::int64_t{*row.exit_code}}});
  return outcome;
}

std::variant<job_plan, job_error> plan_job(const job_environment& environment, const job_definition& definition) {
  std::unique_ptr<store> database;  // null: there is none, or an empty one; everything is missing
  auto settings = environment.engine;
  if (environment.database.backend == database_url::kind::postgresql ||
      std::filesystem::exists(environment.database.path)) {
    auto opened = open_store(environment.database, environment.database_options);
    if (!opened) return database_error(opened.error());
    auto steps = (*opened)->check_schema();
    if (!steps) return database_error(steps.error());
    if (std::all_of(steps->begin(), steps->end(), [](const auto& one) { return one.applied; }))
      database = std::move(*opened);
  }
  if (database) {
    const auto marks = database->read_watermarks();
    if (!marks) return database_error(marks.error());
    settings.cool_downs = cool_downs_of(*marks, environment.now());
  }
  engine source{settings, services_of(environment), backend_name(environment.database)};
  job_plan plan;
  if (auto failed = find_schedules(source, database.get(), environment, definition, plan)) return *failed;
  for (auto& one : plan.seasons) {
    if (!database) break;
    auto ledger = database->read_ledger(one.season);
    if (!ledger) return database_error(ledger.error());
    one.ledger = std::move(*ledger);
  }
  if (auto failed = plan_work_of(environment, definition, plan)) return *failed;
  return plan;
}

int exit_code_of(const job_outcome& outcome, const stop_control* stop) {
  const auto& report = outcome.report;
  switch (report.ending) {
    case run_ending::storage_lost:
      return 121;
    case run_ending::broken:
      return 125;
    case run_ending::interrupted:
    case run_ending::aborted:
      return stop ? stop->exit_code() : 130;
    case run_ending::completed:
    case run_ending::host_lost:
      break;
  }
  if (report.failures == 0 && !outcome.incomplete.empty()) return 123;
  return static_cast<int>(std::min<std::int64_t>(report.failures, 99));
}

int exit_code_of(const job_error& error, const stop_control* stop) {
  switch (error.what) {
    case error_kind::configuration:
      return 120;
    case error_kind::database:
      return 121;
    case error_kind::lock_held:
      return 122;
    case error_kind::schedule:
      return 123;
    case error_kind::stopped:
      return stop ? stop->exit_code() : 130;
  }
  return 125;
}

}  // namespace nba
