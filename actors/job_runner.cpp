#include "actors/job_runner.hpp"

#include "actors/run_locks.hpp"
#include "actors/schedule_finder.hpp"
#include "actors/travel_refresh.hpp"
#include "pipeline/plan/empty_scope.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <unistd.h>

namespace nba {
namespace {

using error_kind = job_error::kind;

// A step that ends the job unless it answers nullopt.
using step = std::optional<job_error>;

job_error database_error(failure why) {
  const auto kind = is_lock_lost(why) ? error_kind::lock_held : error_kind::database;
  return {kind, std::move(why), std::nullopt};
}

// `held`: what every connection of the run checks in its transactions.
engine_services services_of(const job_environment& environment, std::vector<lock_token> held) {
  engine_services out;
  out.urls = environment.urls;
  out.source = environment.source;
  out.make_client = environment.make_client;
  // Beside the connection of the job itself: a file that has gone since is not made anew.
  auto options = environment.database_options;
  options.create = false;
  out.open_store = [url = environment.database, options, held = std::move(held)] {
    auto opened = open_store(url, options);
    if (opened) (*opened)->fence(held);
    return opened;
  };
  out.log = environment.log;
  out.progress = environment.progress;
  out.stop = environment.stop;
  out.now = environment.now;
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

// `database` may be null: nothing is stored then.
schedule_ways ways_of(engine& source, store* database, const job_environment& environment) {
  schedule_ways ways;
  ways.stats = [&source](season of) { return source.fetch_schedule(of); };
  ways.current_urls = current_schedule_urls(environment.urls);
  ways.current = [&source](season of, const std::string& url) -> result<schedule> {
    auto body = source.fetch_document(endpoint::current_schedule, url);
    if (!body) return body.error();
    return parse_schedule((*body)->view(), of);
  };
  ways.stored = [database](season of) -> result<std::optional<schedule_ways::stored_plan>> {
    if (database == nullptr) return std::optional<schedule_ways::stored_plan>{};
    auto reading = database->read_reading(of);
    if (!reading) return std::move(reading).error();
    auto plan = read_stored_schedule(*database, of);
    if (!plan && plan.error().kind == failure_class::storage) return std::move(plan).error();
    if (!*reading || !plan) return std::optional<schedule_ways::stored_plan>{};
    return std::optional{schedule_ways::stored_plan{*std::move(plan), **std::move(reading)}};
  };
  ways.stopped = [&environment] { return environment.stop && environment.stop->requests() > 0; };
  return ways;
}

result<schedule> schedule_for(engine& source, store* database, const job_environment& environment,
                              const job_definition& definition, season of) {
  if (definition.stored_schedule && database) return read_stored_schedule(*database, of);
  auto found = find_schedule(ways_of(source, database, environment), of, environment.now());
  if (!found) return std::move(found).error();
  if (environment.log) log_schedule(*environment.log, *found);
  return std::move(found->value);
}

// Finds every season's schedule, or reads it from the database. A missing one ends the job, unless another season
// suffices.
step find_schedules(engine& source, store* database, const job_environment& environment,
                    const job_definition& definition, job_plan& plan) {
  std::optional<failure> first_failure;
  for (const auto& wanted : definition.seasons) {
    auto found = schedule_for(source, database, environment, definition, wanted.season);
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

// The plan, and that it was read.
result<void> write_plan(store& database, const schedule& read, utc_time now) {
  if (auto written = database.write_plan(read.season, read.games); !written) return written;
  return database.write_reading({read.season, read.origin, now, read.games.size(), read.left_out_count, read.left_out});
}

step plan_work_of(const job_environment& environment, const job_definition& definition, job_plan& plan) {
  if (definition.narrow) definition.narrow(plan.seasons);
  if (auto planned = plan_chunks(plan, environment.now(), definition.chunk_days); !planned)
    return job_error{error_kind::schedule, planned.error(), std::nullopt};
  return std::nullopt;
}

// Ledger rows that follow the schedule: postponed, cancelled, planned again, or more evidence.
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

// ---- what the plan did, said aloud -------------------------------------------------------------------------------

// More games of one kind are counted, not named: a schedule that is cut off names hundreds.
constexpr std::size_t games_named_max = 20;

bool is_alarm(const not_ready_game& closed) { return closed.ground && is_inferred(*closed.ground); }

// The games of a list that `chosen` picks, one event each.
template <class Chosen>
void name_games(const job_environment& environment, event_level level, const std::string& name,
                const std::vector<not_ready_game>& games, Chosen chosen, std::size_t named_max = games_named_max) {
  if (!environment.log) return;
  std::size_t count = 0;
  for (const auto& game : games) {
    if (!chosen(game) || ++count > named_max) continue;
    std::vector<event_field> fields{{"game_id", game.id.str()}, {"date", format_date(game.date)}};
    if (game.ground) fields.push_back({"ground", std::string{to_string(*game.ground)}});
    fields.push_back({"state", std::string{to_string(game.state)}});
    fields.push_back({"reason", game.reason});
    environment.log->write({level, name, std::move(fields)});
  }
  if (count > named_max)
    environment.log->write({level, name, {{"further_games", static_cast<std::int64_t>(count - named_max)}}});
}

// What follows from the schedule alone, before anything is fetched.
void report_planned_verdicts(const job_environment& environment, const job_plan& plan) {
  const auto any = [](const not_ready_game&) { return true; };
  for (const auto& one : plan.seasons) {
    const auto& closed = one.work.newly_cancelled;
    // Each alarm is named; plan_work bounds them.
    name_games(environment, event_level::error, "game.closed", closed, is_alarm, closed.size());
    name_games(environment, event_level::info, "game.closed", closed, [](const auto& game) { return !is_alarm(game); });
    name_games(environment, event_level::warn, "game.reopened", one.work.reopened, any);
    name_games(environment, event_level::warn, "game.not_ready", one.work.not_ready,
               [](const auto& game) { return game.suspicion; });
    if (const auto& lacking = one.work.unlisted_stored; !lacking.empty() && environment.log)
      environment.log->write({event_level::warn,
                              "schedule.lacks_stored",
                              {{"season", to_string(one.season)},
                               {"games", static_cast<std::int64_t>(lacking.size())},
                               {"first_game_id", lacking.front().str()}}});
  }
}

// A finished game that is fetched again counts as unchanged when its documents are the same; not so when its rows are
// not those that were written. Then what the ledger says of them is forgotten for this run.
step distrust_damaged(store& database, job_plan& plan) {
  for (auto& one : plan.seasons) {
    std::set<game_id> again;
    for (const auto& game : one.work.to_fetch) again.insert(game.id);
    for (auto& entry : one.ledger) {
      if (entry.state != game_state::done || !again.contains(entry.id)) continue;
      const auto check = database.check_stored(entry.id);
      if (!check) return database_error(check.error());
      if (!*check || (*check)->good()) continue;
      if (!(*check)->core.empty()) entry.payload_sha256.clear();
      entry.rules_version = 0;
    }
  }
  return std::nullopt;
}

std::chrono::milliseconds longest_pause_of(const engine_settings& settings, const std::string& host) {
  const auto configured = settings.budgets.find(host);
  return longest_pause(configured != settings.budgets.end() ? configured->second : default_budget(host));
}

// Pauses of hosts that an earlier run did not sit out. One that is longer than a pause can be is none: it was written
// while a clock was wrong. It is not to stay, either (`database` null: nothing is written).
result<std::map<std::string, host_pause>> stored_pauses(const std::vector<watermark_row>& marks,
                                                        const job_environment& environment, store* database) {
  std::map<std::string, host_pause> out;
  std::map<std::string, std::string> reasons;
  for (const auto& row : marks)
    if (row.stage == host_reason_stage) reasons[row.key] = row.value;
  const auto now = environment.now();
  for (const auto& row : marks) {
    if (row.stage != host_stage) continue;
    const auto pause = parse_stored_pause(row.key, row.value, reasons[row.key]);
    if (!pause) continue;
    const auto longest = longest_pause_of(environment.engine, row.key);
    const auto verdict = judge_stored_pause(pause->until, now, longest);
    if (verdict == stored_pause::holds) out[row.key] = *pause;
    if (verdict != stored_pause::impossible) continue;
    if (environment.log)
      environment.log->write({event_level::warn,
                              "host.recovered",
                              {{"host", row.key},
                               {"until", row.value},
                               {"reason", "the stored pause is longer than a pause can be (" +
                                              std::to_string(std::chrono::ceil<std::chrono::minutes>(longest).count()) +
                                              " minutes): a clock was wrong. It does not count"}}});
    if (!database) continue;
    for (const auto* stage : {host_reason_stage, host_stage})
      if (auto gone = database->decree_watermark(stage, row.key, std::nullopt); !gone) return gone.error();
  }
  return out;
}

void report_unknown_arenas(const job_environment& environment, const run_input& input) {
  if (!environment.log) return;
  for (const auto& [season, travel] : input.travel)
    for (const auto& arena : travel->unknown_arenas())
      environment.log->write({event_level::warn, "travel.unknown_arena", {{"arena", arena}}});
}

// ---- the locks ---------------------------------------------------------------------------------------------------

// What is said, and asked, while a holder that cannot be seen is watched.
lock_wait waiting_of(const job_environment& environment, const std::string& stage, const std::string& key) {
  lock_wait how;
  how.settings = environment.locks;
  how.waiting = [&environment, stage, key](const lock_holder& holder, std::chrono::milliseconds patience) {
    if (!environment.log) return;
    auto fields = describe_waiting(holder, patience);
    fields.insert(fields.begin(), {{"stage", stage}, {"key", key}});
    environment.log->write({event_level::warn, "job.lock_watch", std::move(fields)});
  };
  how.stopped = [&environment] { return environment.stop && environment.stop->requests() > 0; };
  return how;
}

job_error lock_error(const job_environment& environment, failure why) {
  if (environment.stop && environment.stop->requests() > 0) return {error_kind::stopped, std::move(why), std::nullopt};
  return database_error(std::move(why));
}

// A write-ahead log that cannot be taken over into the file: somebody keeps a read transaction open.
void report_grown_log(const job_environment& environment) {
  constexpr std::uintmax_t expected_max = 256u << 20;
  if (!environment.log || environment.database.backend != database_url::kind::sqlite) return;
  const auto path = environment.database.path + "-wal";
  std::error_code absent;
  const auto bytes = std::filesystem::file_size(path, absent);
  if (absent || bytes <= expected_max) return;
  environment.log->write(
      {event_level::warn,
       "database.log_grown",
       {{"file", path},
        {"bytes", static_cast<std::int64_t>(bytes)},
        {"fix", std::string{"end the program that keeps a read transaction open on the database"}}}});
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

// What became of games before the pipeline began.
void add_planned_verdicts(const job_plan& plan, run_report& report) {
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
  std::sort(report.not_ready.begin(), report.not_ready.end(), by_date);
  std::sort(report.closed.begin(), report.closed.end(), by_date);
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

// A run without work is well; one whose limits leave no game at all is told which of them does.
void log_no_games(event_sink& log, const job_definition& definition, const job_plan& plan) {
  log_event event{event_level::info, "job.no_games", {{"job", definition.name}}};
  for (const auto& one : plan.seasons)
    if (const auto why = why_empty(one.schedule, one.limits); !why.empty() && one.work.in_scope() == 0)
      event.fields.push_back({"reason", why});
  log.write(event);
}

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
                                                store& database, const run_locks& locks) {
  auto marks = database.read_watermarks();
  if (!marks) return database_error(marks.error());
  auto settings = environment.engine;
  auto pauses = stored_pauses(*marks, environment, &database);
  if (!pauses) return database_error(pauses.error());
  settings.cool_downs = std::move(*pauses);
  engine pipeline{settings, services_of(environment, locks.tokens()), database.backend()};
  job_outcome out;
  if (auto failed = find_schedules(pipeline, &database, environment, definition, out.plan)) {
    if (auto kept = pipeline.keep_pauses(); !kept) return database_error(kept.error());
    return *failed;
  }
  if (definition.prepare)
    if (auto prepared = definition.prepare(database); !prepared) return database_error(prepared.error());
  for (auto& one : out.plan.seasons) {
    if (one.schedule.origin != schedule_origin::stored) {
      auto stored = database.read_plan(one.season);
      if (!stored) return database_error(stored.error());
      note_unlisted(one.schedule, std::move(*stored));
      if (auto written = write_plan(database, one.schedule, environment.now()); !written)
        return database_error(written.error());
    }
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
  report_planned_verdicts(environment, out.plan);
  if (out.plan.chunks.empty() && environment.log) log_no_games(*environment.log, definition, out.plan);

  if (auto failed = distrust_damaged(database, out.plan)) return *failed;
  const auto input = make_input(environment.run_id, definition.parallel, out.plan, *marks);
  report_unknown_arenas(environment, input);
  {
    const lock_watch watch(database, locks, environment.lock_check_interval,
                           [&pipeline](failure why) { pipeline.abandon(std::move(why)); });
    auto report = pipeline.run(input);
    if (!report) return database_error(report.error());
    out.report = std::move(*report);
  }
  add_planned_verdicts(out.plan, out.report);
  if (out.report.ending == run_ending::storage_lost) out.lock_lost = locks.find_lost(database);
  if (out.report.ending == run_ending::storage_lost || out.report.ending == run_ending::aborted) return out;

  // What the run did is done, and its report is due, whatever the database says now.
  if (auto concluded = conclude(environment, definition, database, pipeline, input, out); !concluded) {
    out.report.ending = run_ending::storage_lost;
    out.report.ending_reason = describe(concluded.error());
    if (is_lock_lost(concluded.error())) out.lock_lost = concluded.error();
  }
  return out;
}

// Ended by a signal after a clean drain, with nothing parked: that needs nobody.
bool was_stopped_cleanly(const job_result& outcome) {
  if (const auto* error = std::get_if<job_error>(&outcome)) return error->what == error_kind::stopped;
  const auto& report = std::get<job_outcome>(outcome).report;
  return report.ending == run_ending::interrupted && report.failures == 0;
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
  if (auto refused = take_database(database, kind_of_source(environment.source), environment.made_by))
    return job_error{refused->mixes ? error_kind::configuration : error_kind::database, std::move(refused->why),
                     std::nullopt};

  run_locks locks(environment.database, environment.database_options, environment.locks);
  auto wanted_locks = definition.further_locks;
  wanted_locks.insert(wanted_locks.begin(), {definition.stage, definition.key});
  for (const auto& [stage, key] : wanted_locks) {
    auto held = locks.take(database, stage, key, environment.run_id, waiting_of(environment, stage, key));
    if (!held) return lock_error(environment, std::move(held).error());
    if (!*held) continue;
    const auto& holder = **held;
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

  auto outcome = run_locked(environment, definition, database, locks);
  row.ended_at = environment.now();
  if (const auto* done = std::get_if<job_outcome>(&outcome)) {
    row.games = done->report.done();
    row.failures = done->report.failures;
    row.exit_code = exit_code_of(*done, environment.stop);
  } else {
    row.exit_code = exit_code_of(std::get<job_error>(outcome), environment.stop);
  }
  // The connection may be what broke the run; the report matters more than the note.
  const auto* ended = std::get_if<job_outcome>(&outcome);
  const bool lost = ended ? ended->lock_lost.has_value() : is_lock_lost(std::get<job_error>(outcome).why);
  if (lost) {
    log(event_level::error, "job.lock_lost",
        {{"job", definition.name},
         {"reason", ended ? ended->lock_lost->message : std::get<job_error>(outcome).why.message}});
  } else if (auto noted = database.end_run(row); !noted) {
    if (database.reconnect()) noted = database.end_run(row);
    // Whoever looks there finds nothing of what the report calls done.
    if (auto* done = std::get_if<job_outcome>(&outcome); !noted && noted.error().where == moved_file_code && done) {
      done->report.ending = run_ending::storage_lost;
      done->report.ending_reason = noted.error().message;
      row.exit_code = exit_code_of(*done, environment.stop);
    }
    if (!noted) log(event_level::warn, "job.end_not_noted", {{"reason", noted.error().message}});
  }
  report_grown_log(environment);
  log(*row.exit_code == 0 || was_stopped_cleanly(outcome) ? event_level::info : event_level::error, "job.end",
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
    const auto held = (*opened)->read_contents();
    if (!held) return database_error(held.error());
    if (auto mixes = refuse_mix(*held, kind_of_source(environment.source), (*opened)->description()))
      return job_error{error_kind::configuration, std::move(*mixes), std::nullopt};
    if (std::all_of(steps->begin(), steps->end(), [](const auto& one) { return one.applied; }))
      database = std::move(*opened);
  }
  if (database) {
    const auto marks = database->read_watermarks();
    if (!marks) return database_error(marks.error());
    settings.cool_downs = *stored_pauses(*marks, environment, nullptr);
  }
  engine source{settings, services_of(environment, {}), backend_name(environment.database)};
  job_plan plan;
  if (auto failed = find_schedules(source, database.get(), environment, definition, plan)) return *failed;
  for (auto& one : plan.seasons) {
    if (!database) break;
    auto stored = database->read_plan(one.season);
    if (!stored) return database_error(stored.error());
    note_unlisted(one.schedule, std::move(*stored));
    auto ledger = database->read_ledger(one.season);
    if (!ledger) return database_error(ledger.error());
    one.ledger = std::move(*ledger);
  }
  if (auto failed = plan_work_of(environment, definition, plan)) return *failed;
  return plan;
}

int exit_code_of(const job_outcome& outcome, const stop_control* stop) {
  const auto& report = outcome.report;
  if (outcome.lock_lost) return 122;
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
