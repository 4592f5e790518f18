#include "tests/issues/mornings.hpp"

#include "actors/jobs/backfill_job.hpp"
#include "actors/jobs/daily_job.hpp"
#include "actors/run/job_runner.hpp"
#include "cli/commands/schedule.hpp"
#include "pipeline/source/canary.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using nlohmann::json;

namespace nba::test {

void event_list::write(const log_event& event) {
  std::lock_guard guard(mutex_);
  events_.push_back(event);
}

std::size_t event_list::count(event_level level, const game_id& id, std::string_view name) const {
  std::lock_guard guard(mutex_);
  return static_cast<std::size_t>(std::count_if(events_.begin(), events_.end(), [&](const log_event& event) {
    const bool of_game = std::any_of(event.fields.begin(), event.fields.end(), [&](const event_field& field) {
      const auto* text = std::get_if<std::string>(&field.value);
      return text && *text == id.str();
    });
    return event.level == level && of_game && (name.empty() || event.name == name);
  }));
}

std::size_t event_list::count(std::string_view name) const {
  std::lock_guard guard(mutex_);
  return static_cast<std::size_t>(
      std::count_if(events_.begin(), events_.end(), [&](const log_event& event) { return event.name == name; }));
}

mornings::mornings(const std::string& backend, int regular_games)
    : world(regular_games), database(world.new_database(backend)) {
  for (const auto& game : world.league().games())
    if (game.id.type() == game_type::regular) regular.push_back(game);
  std::sort(regular.begin(), regular.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
}

int mornings::backfill(et_date on, std::vector<std::string> games) {
  cli::backfill_options options;
  options.season = "2024-25";
  options.games = std::move(games);
  options.chunk_days = 20;
  backfill_job job{cli::backfill_order_of(options)};
  return run(job, on);
}

int mornings::daily(et_date on) {
  daily_job job{{}};
  return run(job, on);
}

std::string mornings::state(const game_id& id) {
  return ask(database, "SELECT state FROM ingest_games WHERE game_id = '" + id.str() + "'");
}

std::string mornings::daily_date() {
  if (runs_ == 0) return {};
  return ask(database, "SELECT value FROM ingest_watermarks WHERE stage = 'schedule' AND key = 'daily'");
}

std::vector<planned_game> mornings::games_of(et_date date) const {
  std::vector<planned_game> out;
  std::copy_if(regular.begin(), regular.end(), std::back_inserter(out),
               [&](const auto& game) { return game.date == date; });
  return out;
}

void mornings::serve_schedule(std::optional<et_date> today, const std::function<bool(nlohmann::json&)>& change) {
  world.server().set_today(today);
  auto document = json::parse(world.league().schedule_json(today));
  for (auto& date : document["leagueSchedule"]["gameDates"]) {
    auto kept = json::array();
    for (auto& game : date["games"])
      if (change(game)) kept.push_back(game);
    date["games"] = kept;
  }
  world.server().set_override(game_id{}, endpoint::schedule, document.dump());
}

void mornings::serve(std::optional<et_date> today) {
  world.server().set_today(today);
  world.server().clear_override(game_id{}, endpoint::schedule);
}

void mornings::serve_one_document_only() {
  const auto known = *game_id::parse(default_canary_game);
  std::vector<fault_rule> refusals;
  bool in_season = false;
  for (const auto& game : world.league().games())
    if (game.id == known)
      in_season = true;
    else
      refusals.push_back(*parse_fault("403:game=" + game.id.str()));
  world.server().set_faults(std::move(refusals));
  if (in_season) return;
  for (const auto what : {endpoint::boxscore, endpoint::playbyplay})
    world.server().set_override(known, what, R"({"game":{"gameId":")" + known.str() + R"("}})");
}

int mornings::run(job& wanted, et_date on) {
  job_environment environment;
  environment.database = *parse_database_url(database);
  environment.urls = world.server().urls();
  environment.engine.metrics_interval = std::chrono::milliseconds{0};
  if (budget) environment.engine.budgets[host_of(world.server().cdn_url())] = *budget;
  environment.run_id = "run-" + std::to_string(++runs_);
  environment.log = log;
  environment.now = [on] { return utc_time{date::sys_days{on.time_since_epoch()}} + std::chrono::hours{12}; };
  const auto outcome = run_job(environment, wanted);
  if (const auto* error = std::get_if<job_error>(&outcome)) {
    FAIL_CHECK(describe(error->why));
    return exit_code_of(*error);
  }
  const auto& done = std::get<job_outcome>(outcome);
  report = done.report;
  closed_before = done.plan.already_closed();
  done_before = done.plan.already_terminal() - closed_before;
  return exit_code_of(done);
}

}  // namespace nba::test
