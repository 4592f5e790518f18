#include "actors/run/job_runner.hpp"

#include "actors/run/run_events.hpp"
#include "actors/run/run_input.hpp"
#include "actors/run/run_news.hpp"
#include "actors/run/run_outcome.hpp"
#include "actors/run/run_session.hpp"
#include "actors/run/season_planning.hpp"
#include "actors/run/stored_pauses.hpp"
#include "actors/run/travel_refresh.hpp"
#include "pipeline/events.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"

#include <algorithm>
#include <filesystem>

namespace nba {
namespace {

using error_kind = job_error::kind;

// `held`: what every connection of the run checks in its transactions.
engine_services services_of(const job_environment& environment, std::vector<lock_token> held) {
  engine_services out;
  out.urls = environment.urls;
  out.games = environment.source_of_games();
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

job_error refusal_error(database_refusal refused) {
  return {refused.mixes ? error_kind::configuration : error_kind::database, std::move(refused.why)};
}

job_site site_of(const job_environment& environment, store* database) {
  return {database, environment.run_id, environment.now(), environment.log};
}

// ---- the locks ---------------------------------------------------------------------------------------------------

run_step take_locks(const job_environment& environment, const std::vector<lock_name>& wanted, store& database,
                    run_session& session) {
  session.locks_at({environment.database, environment.database_options, environment.locks,
                    [&environment] { return environment.stopped(); }});
  for (const auto& [stage, key] : wanted) {
    auto held = session.lock(database, stage, key);
    if (!held && environment.stopped()) return job_error{error_kind::stopped, std::move(held).error()};
    if (!held) return database_error(std::move(held).error());
    if (*held)
      return job_error{
          error_kind::lock_held, {failure_class::configuration, lock_held_message(stage, key, **held)}, **held};
  }
  return std::nullopt;
}

// ---- the run itself ----------------------------------------------------------------------------------------------

// What follows from a run: travel of games that moved, the job's own checkpoint, the marks for the report.
result<void> conclude(const job_environment& environment, job& wanted, const lock_name& mark, store& database,
                      engine& pipeline, const run_input& input, job_outcome& out) {
  for (auto& one : out.plan.seasons) {
    auto ledger = database.read_ledger(one.season);
    if (!ledger) return ledger.error();
    one.ledger = std::move(*ledger);
    if (environment.source.empty()) continue;
    // Games that were derived before a neighbour moved to another day.
    auto refreshed = refresh_travel(database, one, *input.travel.at(one.season), *environment.source_of_games(),
                                    environment.source, environment.run_id);
    if (!refreshed) return refreshed.error();
    if (*refreshed > 0) environment.tell(events::travel_refreshed(one.season, *refreshed));
  }
  out.checkpoint = wanted.checkpoint(out.plan, out.report);
  if (out.checkpoint)
    if (auto moved = pipeline.advance_checkpoint({mark.stage, mark.key, *out.checkpoint, {}}); !moved)
      return moved.error();
  auto beside = wanted.failures_beside(site_of(environment, &database));
  if (!beside) return std::move(beside).error();
  out.report.failures += *beside;
  auto after = database.read_watermarks();
  if (!after) return after.error();
  out.watermarks = std::move(*after);
  return {};
}

// Everything after the locks are held and the job has said what it asks for.
job_result run_request(const job_environment& environment, job& wanted, const job_request& request,
                       const lock_name& mark, store& database, const run_locks& locks) {
  auto marks = database.read_watermarks();
  if (!marks) return database_error(std::move(marks).error());
  auto settings = environment.engine;
  auto pauses = stored_pauses(*marks, environment, &database);
  if (!pauses) return database_error(std::move(pauses).error());
  settings.cool_downs = std::move(*pauses);
  auto services = services_of(environment, locks.tokens());
  services.news = std::make_shared<news_slot>();
  run_news news{environment.database, environment.database_options, environment.run_id, services.news};
  services.progress = [&news, told = environment.progress](const run_snapshot& newest) {
    news.tell(newest);
    if (told) told(newest);
  };
  if (auto equipped = wanted.equip(settings, services); !equipped) return database_error(std::move(equipped).error());
  engine pipeline{settings, std::move(services), database.backend()};
  job_outcome out;
  if (auto failed = find_schedules(pipeline, &database, environment, request, out.plan)) {
    if (auto kept = pipeline.keep_pauses(); !kept) return database_error(std::move(kept).error());
    return *std::move(failed);
  }
  // Not before: a host that turns out to serve the other kind must not decide what the database is for.
  if (!environment.source.empty())
    if (auto refused = claim_database(database, kind_of_source(environment.source), environment.made_by))
      return refusal_error(*std::move(refused));
  if (auto decreed = wanted.decree(site_of(environment, &database)); !decreed)
    return database_error(std::move(decreed).error());
  if (auto failed = read_ledgers(database, environment, true, out.plan)) return *std::move(failed);
  if (auto failed = refuse_unknown(out.plan)) return *std::move(failed);
  if (auto failed = plan_work_of(environment, wanted, request, out.plan)) return *std::move(failed);
  out.incomplete = incomplete_seasons(request, out.plan);
  if (auto failed = write_planned_states(database, environment, out.plan)) return *std::move(failed);
  report_planned_verdicts(environment, out.plan);
  report_chosen_chunks(environment, out.plan);
  if (out.plan.chunks.empty()) report_no_games(environment, wanted.name(), request, out.plan);

  if (auto failed = distrust_damaged(database, out.plan)) return *std::move(failed);
  const auto input = make_input(environment.run_id, out.plan.parallel, out.plan, *marks);
  report_unknown_arenas(environment, input);
  {
    const lock_watch watch(database, locks, environment.lock_check_interval,
                           [&pipeline](failure why) { pipeline.abandon(std::move(why)); });
    auto report = pipeline.run(input);
    // The host became another one while the run went on. What it served since was not taken.
    if (auto wrong = pipeline.wrong_source()) return job_error{error_kind::configuration, *std::move(wrong)};
    if (!report) return database_error(std::move(report).error());
    out.report = std::move(*report);
    if (const auto last = pipeline.snapshot()) out.limit = last->limit_of_run;
  }
  add_planned_verdicts(request, out.plan, out.report);
  if (out.report.ending == run_ending::storage_lost) out.lock_lost = locks.find_lost(database);
  if (out.report.ending == run_ending::storage_lost || out.report.ending == run_ending::aborted) return out;

  // What the run did is done, and its report is due, whatever the database says now.
  if (auto concluded = conclude(environment, wanted, mark, database, pipeline, input, out); !concluded) {
    out.report.ending = run_ending::storage_lost;
    out.report.ending_reason = describe(concluded.error());
    if (is_lock_lost(concluded.error())) out.lock_lost = concluded.error();
  }
  return out;
}

// A run of which nothing is asked.
job_outcome idle_outcome(const job_environment& environment, const std::string& job, const job_request& request) {
  job_outcome out;
  out.nothing = request.nothing;
  add_planned_verdicts(request, out.plan, out.report);
  report_no_games(environment, job, request, out.plan);
  return out;
}

job_error no_time_zones() {
  return {error_kind::configuration,
          {failure_class::configuration, "this system has no time zone data; install the package tzdata"}};
}

job_result run_in_session(const job_environment& environment, job& wanted, run_session& session) {
  if (!tz_available()) return no_time_zones();
  auto opened = open_store(environment.database, environment.database_options);
  if (!opened) return database_error(std::move(opened).error());
  // Until the session has ended: it completes its row through it.
  auto& database = *session.keep(std::move(*opened));
  if (!environment.source.empty())
    if (auto refused = prepare_database(database, kind_of_source(environment.source), environment.made_by))
      return refusal_error(*std::move(refused));
  auto locks = wanted.locks(site_of(environment, &database));
  if (auto* error = std::get_if<job_error>(&locks)) return std::move(*error);
  const auto& names = std::get<0>(locks);
  if (auto failed = take_locks(environment, names, database, session)) return *std::move(failed);
  auto prepared = wanted.prepare(site_of(environment, &database));
  if (auto* error = std::get_if<job_error>(&prepared)) return std::move(*error);
  const auto& request = std::get<0>(prepared);
  if (auto noted = session.start(database, request.announced); !noted) return database_error(std::move(noted).error());
  if (request.seasons.empty()) return idle_outcome(environment, wanted.name(), request);
  auto outcome = run_request(environment, wanted, request, names.front(), database, session.locks());
  report_grown_log(environment);
  return outcome;
}

}  // namespace

std::shared_ptr<const game_source> job_environment::source_of_games() const {
  return games ? games : make_cdn_source(urls);
}

job_result run_job(const job_environment& given, job& wanted) {
  auto environment = given;
  std::optional<run_session> own;
  if (!given.session) own.emplace(wanted.name(), given.arguments, given.log, given.now, given.run_id);
  auto& session = own ? *own : *given.session;
  environment.run_id = session.run_id();
  auto outcome = run_in_session(environment, wanted, session);
  end_session(environment, outcome, session);
  return outcome;
}

job_step<dry_run> plan_job(const job_environment& environment, job& wanted) {
  if (!tz_available()) return no_time_zones();
  std::unique_ptr<store> stored;  // null: there is none, or an empty one; everything is missing
  bool is_current = false;        // its tables are those of this version
  auto settings = environment.engine;
  if (!environment.database.kind().is_file || std::filesystem::exists(environment.database.path)) {
    auto opened = open_store(environment.database, environment.database_options);
    if (!opened) return database_error(std::move(opened).error());
    const auto steps = (*opened)->check_schema();
    if (!steps) return database_error(steps.error());
    const auto held = (*opened)->read_contents();
    if (!held) return database_error(held.error());
    if (auto mixes = refuse_mix(*held, kind_of_source(environment.source), (*opened)->description()))
      return job_error{error_kind::configuration, std::move(*mixes)};
    const auto is_applied = [](const migration_step& one) { return one.applied; };
    is_current = std::all_of(steps->begin(), steps->end(), is_applied);
    if (std::any_of(steps->begin(), steps->end(), is_applied)) stored = std::move(*opened);
  }
  dry_run out;
  auto prepared = wanted.prepare(site_of(environment, stored.get()));
  if (auto* error = std::get_if<job_error>(&prepared)) return std::move(*error);
  out.request = std::get<0>(std::move(prepared));
  if (out.request.seasons.empty()) {
    report_no_games(environment, wanted.name(), out.request, out.plan);
    return out;
  }
  auto* database = is_current ? stored.get() : nullptr;
  if (database) {
    const auto marks = database->read_watermarks();
    if (!marks) return database_error(marks.error());
    settings.cool_downs = *stored_pauses(*marks, environment, nullptr);
  }
  auto services = services_of(environment, {});
  if (auto equipped = wanted.equip(settings, services); !equipped) return database_error(std::move(equipped).error());
  engine source{settings, std::move(services), environment.database.backend};
  if (auto failed = find_schedules(source, database, environment, out.request, out.plan)) return *std::move(failed);
  if (database)
    if (auto failed = read_ledgers(*database, environment, false, out.plan)) return *std::move(failed);
  if (auto failed = refuse_unknown(out.plan)) return *std::move(failed);
  if (auto failed = plan_work_of(environment, wanted, out.request, out.plan)) return *std::move(failed);
  return out;
}

}  // namespace nba
