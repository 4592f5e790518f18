#include "actors/job_runner.hpp"

#include "actors/run_session.hpp"
#include "actors/schedule_finder.hpp"
#include "actors/travel_refresh.hpp"
#include "pipeline/events.hpp"
#include "pipeline/exit_codes.hpp"
#include "pipeline/plan/empty_scope.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace nba {
namespace {

using error_kind = job_error::kind;

// A step that ends the job unless it answers nullopt.
using step = std::optional<job_error>;

job_error database_error(failure why) {
  const auto kind = is_lock_lost(why) ? error_kind::lock_held : error_kind::database;
  return {kind, std::move(why), std::nullopt};
}

job_error refusal_error(database_refusal refused) {
  return {refused.mixes ? error_kind::configuration : error_kind::database, std::move(refused.why), std::nullopt};
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
  ways.stopped = [&environment, &source] {
    return source.wrong_source() || (environment.stop && environment.stop->requests() > 0);
  };
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
    if (auto wrong = source.wrong_source())
      return job_error{error_kind::configuration, *std::move(wrong), std::nullopt};
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
      environment.log->write(
          events::chunk_error.at(definition.any_season_suffices ? event_level::warn : event_level::error, wanted.season,
                                 found.error().kind, found.error().message));
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

// A game that was asked for by name and that nobody knows is a mistake, not a game without work.
step refuse_unknown(const job_plan& plan) {
  const auto unknown = unknown_games(plan);
  if (unknown.empty()) return std::nullopt;
  std::string ids;
  for (const auto& id : unknown) ids += (ids.empty() ? "" : ", ") + id.str();
  const auto season = to_string(unknown.front().in_season());
  return job_error{error_kind::usage,
                   {failure_class::configuration, (unknown.size() == 1 ? "there is no game " : "there are no games ") +
                                                      ids + ": neither the schedule of " + season +
                                                      " nor this database knows it. Check the id (nba-scraper gaps "
                                                      "--season " +
                                                      season + " --all lists what is open). Nothing was fetched"},
                   std::nullopt};
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
template <class Kind, class Chosen>
void name_games(const job_environment& environment, event_level level, const Kind& kind,
                const std::vector<not_ready_game>& games, Chosen chosen, std::size_t named_max = games_named_max) {
  if (!environment.log) return;
  std::size_t count = 0;
  for (const auto& game : games) {
    if (!chosen(game) || ++count > named_max) continue;
    environment.log->write(
        kind.at(level, game.id, game.date, game.ground, std::nullopt, std::nullopt, game.state, game.reason));
  }
  if (count > named_max) environment.log->write(kind.further(level, "further_games", count - named_max));
}

// What follows from the schedule alone, before anything is fetched.
void report_planned_verdicts(const job_environment& environment, const job_plan& plan) {
  const auto any = [](const not_ready_game&) { return true; };
  for (const auto& one : plan.seasons) {
    const auto& closed = one.work.newly_cancelled;
    // Each alarm is named; plan_work bounds them.
    name_games(environment, event_level::error, events::game_closed, closed, is_alarm, closed.size());
    name_games(environment, event_level::info, events::game_closed, closed,
               [](const auto& game) { return !is_alarm(game); });
    name_games(environment, event_level::warn, events::game_reopened, one.work.reopened, any);
    name_games(environment, event_level::warn, events::game_not_ready, one.work.not_ready,
               [](const auto& game) { return game.suspicion; });
    if (const auto& lacking = one.work.unlisted_stored; !lacking.empty() && environment.log)
      environment.log->write(events::schedule_lacks_stored(one.season, lacking.size(), lacking.front()));
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
      environment.log->write(
          events::host_recovered.at(event_level::warn, row.key, row.value,
                                    "the stored pause is longer than a pause can be (" +
                                        std::to_string(std::chrono::ceil<std::chrono::minutes>(longest).count()) +
                                        " minutes): a clock was wrong. It does not count",
                                    std::nullopt));
    if (!database) continue;
    for (const auto* stage : {host_reason_stage, host_stage})
      if (auto gone = database->decree_watermark(stage, row.key, std::nullopt); !gone) return gone.error();
  }
  return out;
}

void report_unknown_arenas(const job_environment& environment, const run_input& input) {
  if (!environment.log) return;
  for (const auto& [season, travel] : input.travel)
    for (const auto& arena : travel->unknown_arenas()) environment.log->write(events::travel_unknown_arena(arena));
}

// ---- the locks ---------------------------------------------------------------------------------------------------

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
      events::database_log_grown(path, bytes, "end the program that keeps a read transaction open on the database"));
}

// ---- the run itself ----------------------------------------------------------------------------------------------

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
  std::string reasons;
  for (const auto& one : plan.seasons)
    if (const auto why = why_empty(one.schedule, one.limits); !why.empty() && one.work.in_scope() == 0)
      reasons += (reasons.empty() ? "" : "; ") + why;
  log.write(events::job_no_games(definition.name, std::nullopt, std::nullopt, unless_empty(reasons)));
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
    if (*refreshed > 0 && environment.log) environment.log->write(events::travel_refreshed(one.season, *refreshed));
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
  // Not before: a host that turns out to serve the other kind must not decide what the database is for.
  if (auto refused = claim_database(database, kind_of_source(environment.source), environment.made_by))
    return refusal_error(*std::move(refused));
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
  if (auto failed = refuse_unknown(out.plan)) return *failed;
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
    // The host became another one while the run went on. What it served since was not taken.
    if (auto wrong = pipeline.wrong_source())
      return job_error{error_kind::configuration, *std::move(wrong), std::nullopt};
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

job_result run_in_session(const job_environment& environment, const job_definition& definition, run_session& session) {
  if (!tz_available())
    return job_error{error_kind::configuration,
                     {failure_class::configuration, "this system has no time zone data; install the package tzdata"},
                     std::nullopt};
  auto opened = open_store(environment.database, environment.database_options);
  if (!opened) return database_error(opened.error());
  // Until the session has ended: it completes its row through it.
  auto& database = *session.keep(std::move(*opened));
  if (auto refused = prepare_database(database, kind_of_source(environment.source), environment.made_by))
    return refusal_error(*std::move(refused));
  session.locks_at({environment.database, environment.database_options, environment.locks,
                    [&environment] { return environment.stop && environment.stop->requests() > 0; }});
  auto wanted_locks = definition.further_locks;
  wanted_locks.insert(wanted_locks.begin(), {definition.stage, definition.key});
  for (const auto& [stage, key] : wanted_locks) {
    auto held = session.lock(database, stage, key);
    if (!held) return lock_error(environment, std::move(held).error());
    if (*held)
      return job_error{
          error_kind::lock_held, {failure_class::configuration, lock_held_message(stage, key, **held)}, **held};
  }
  if (auto noted = session.start(database, definition.announced); !noted) return database_error(noted.error());
  auto outcome = run_locked(environment, definition, database, session.locks());
  report_grown_log(environment);
  return outcome;
}

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

void end_session(const job_environment& environment, job_result& outcome, run_session& session) {
  run_session::ending how;
  auto* done = std::get_if<job_outcome>(&outcome);
  if (done) {
    blame_of(*done, session);
    how.games = done->report.done();
    how.failures = done->report.failures;
    how.exit_code = exit_code_of(*done, environment.stop);
    how.stopped_cleanly = done->report.ending == run_ending::interrupted && how.failures == 0;
  } else {
    const auto& error = std::get<job_error>(outcome);
    how.exit_code = exit_code_of(error, environment.stop);
    how.stopped_cleanly = error.what == error_kind::stopped;
    if (!how.stopped_cleanly) session.blame(error.why);
  }
  if (session.end(how) != how.exit_code && done) {
    done->report.ending = run_ending::storage_lost;
    done->report.ending_reason = session.why()->message;
  }
}

}  // namespace

job_result run_job(const job_environment& given, const job_definition& definition) {
  auto environment = given;
  std::optional<run_session> own;
  if (!given.session) own.emplace(definition.name, definition.arguments, given.log, given.now, given.run_id);
  auto& session = own ? *own : *given.session;
  environment.run_id = session.run_id();
  auto outcome = run_in_session(environment, definition, session);
  end_session(environment, outcome, session);
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
  if (auto failed = refuse_unknown(plan)) return *failed;
  if (auto failed = plan_work_of(environment, definition, plan)) return *failed;
  return plan;
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
    case error_kind::usage:
      return exit_usage;
    case error_kind::configuration:
      return exit_configuration;
    case error_kind::database:
      return exit_database;
    case error_kind::lock_held:
      return exit_lock_held;
    case error_kind::schedule:
      return exit_no_schedule;
    case error_kind::stopped:
      return stop ? stop->exit_code() : exit_interrupted;
  }
  return exit_internal;
}

}  // namespace nba
