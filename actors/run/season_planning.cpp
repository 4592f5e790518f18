#include "actors/run/season_planning.hpp"

#include "actors/run/run_input.hpp"
#include "actors/run/schedule_finder.hpp"
#include "pipeline/events.hpp"

#include <algorithm>
#include <set>
#include <thread>

namespace nba {
namespace {

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
  ways.stopped = [&environment, &source] { return source.wrong_source() || environment.stopped(); };
  return ways;
}

result<schedule> schedule_for(engine& source, store* database, const job_environment& environment, bool stored_schedule,
                              season of) {
  if (stored_schedule && database) return read_stored_schedule(*database, of);
  auto found = find_schedule(ways_of(source, database, environment), of, environment.now());
  if (!found) return std::move(found).error();
  if (environment.log) log_schedule(*environment.log, *found);
  return std::move(found->value);
}

// The plan, and that it was read.
result<void> write_plan(store& database, const schedule& read, utc_time now) {
  if (auto written = database.write_plan(read.season, read.games); !written) return written;
  return database.write_reading({read.season, read.origin, now, read.games.size(), read.left_out_count, read.left_out});
}

run_step read_ledger_into(store& database, season of, std::vector<ledger_entry>& out) {
  auto ledger = database.read_ledger(of);
  if (!ledger) return database_error(std::move(ledger).error());
  out = std::move(*ledger);
  return std::nullopt;
}

}  // namespace

run_step find_schedules(engine& source, store* database, const job_environment& environment, const job_request& request,
                        job_plan& plan) {
  std::optional<failure> first_failure;
  for (const auto& wanted : request.seasons) {
    auto found = schedule_for(source, database, environment, request.stored_schedule, wanted.season);
    if (auto wrong = source.wrong_source()) return job_error{job_error::kind::configuration, *std::move(wrong)};
    if (!found && found.error().kind == failure_class::storage) return database_error(std::move(found).error());
    if (found) {
      plan.seasons.push_back({wanted.season, wanted.limits, std::move(*found), {}, {}});
      continue;
    }
    environment.tell(events::chunk_error.at(request.any_season_suffices ? event_level::warn : event_level::error,
                                            wanted.season, found.error().kind, found.error().message));
    if (!first_failure) first_failure = found.error();
    if (!request.any_season_suffices) break;
    plan.missing.push_back({wanted.season, std::move(found).error(), {}});
  }
  const bool enough = request.any_season_suffices ? !plan.seasons.empty() : !first_failure.has_value();
  if (enough) return std::nullopt;
  return job_error{environment.stopped() ? job_error::kind::stopped : job_error::kind::schedule, *first_failure};
}

run_step read_ledgers(store& database, const job_environment& environment, bool writes, job_plan& plan) {
  for (auto& one : plan.seasons) {
    if (one.schedule.origin != schedule_origin::stored) {
      auto stored = database.read_plan(one.season);
      if (!stored) return database_error(std::move(stored).error());
      note_unlisted(one.schedule, std::move(*stored));
      if (writes)
        if (auto written = write_plan(database, one.schedule, environment.now()); !written)
          return database_error(std::move(written).error());
    }
    if (auto failed = read_ledger_into(database, one.season, one.ledger)) return failed;
  }
  for (auto& one : plan.missing)
    if (auto failed = read_ledger_into(database, one.season, one.ledger)) return failed;
  return std::nullopt;
}

run_step refuse_unknown(const job_plan& plan) {
  const auto unknown = unknown_games(plan);
  if (unknown.empty()) return std::nullopt;
  return refuse_unknown(
      unknown, "neither the schedule of " + to_string(unknown.front().in_season()) + " nor this database knows it",
      "Nothing was fetched");
}

run_step plan_work_of(const job_environment& environment, job& wanted, const job_request& request, job_plan& plan) {
  wanted.narrow(plan.seasons);
  const auto engine = environment.engine.resolve(std::thread::hardware_concurrency(), environment.database.backend);
  const chunk_order order{request.chunk_days, request.parallel, environment.engine.chunks,
                          engine.games_in_flight_max()};
  if (auto planned = plan_chunks(plan, environment.now(), order); !planned)
    return job_error{job_error::kind::schedule, std::move(planned).error()};
  return std::nullopt;
}

run_step write_planned_states(store& database, const job_environment& environment, job_plan& plan) {
  for (auto& one : plan.seasons) {
    if (one.work.ledger_updates.empty()) continue;
    if (auto written = database.write_states(planned_changes(one.work), environment.run_id); !written)
      return database_error(std::move(written).error());
    if (auto failed = read_ledger_into(database, one.season, one.ledger)) return failed;
  }
  return std::nullopt;
}

run_step distrust_damaged(store& database, job_plan& plan) {
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

}  // namespace nba
