// `alerts on-failure`: what systemd's OnFailure= calls when a unit of ours has failed.
//
// A run that ended by itself has told everybody; this is for those that could not: killed, out of memory, out of time,
// or with settings that nobody could read.
#include "actors/run/run_session.hpp"
#include "cli/alerts/run_alerts.hpp"
#include "cli/commands/alerts.hpp"
#include "cli/database.hpp"
#include "cli/watch/run_task.hpp"
#include "storage/host_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace nba::cli {
namespace {

// Without systemd's id of the start: what was said so shortly ago is about this failure.
constexpr std::chrono::minutes said_just_now{15};

struct unit_failure {
  std::string unit, job, result, invocation;
  int status = 0;
  bool by_exit_code = false;  // else it was killed, in whatever way
};

// What stands after the @ of a unit is a season, or something of the user's.
std::string season_of_unit(std::string_view unit) {
  const auto at = unit.find('@');
  if (at == std::string_view::npos) return {};
  const auto season = parse_season(unit.substr(at + 1, unit.rfind('.') - at - 1));
  return season ? to_string(*season) : std::string{};
}

std::string job_of_unit(std::string unit) {
  if (unit.ends_with(".service")) unit.resize(unit.size() - 8);
  unit = unit.substr(0, unit.find('@'));
  constexpr std::string_view prefix = "nba-scraper-";
  return unit.starts_with(prefix) ? unit.substr(prefix.size()) : unit;
}

unit_failure read_failure(const context& with, const alerts_options& options) {
  const auto variable = [&](std::string_view name) { return with.environment(name).value_or(""); };
  unit_failure out;
  out.unit = options.unit.empty() ? variable("MONITOR_UNIT") : options.unit;
  out.job = job_of_unit(out.unit);
  out.result = variable("MONITOR_SERVICE_RESULT");
  out.invocation = variable("MONITOR_INVOCATION_ID");
  const auto status = variable("MONITOR_EXIT_STATUS");
  std::from_chars(status.data(), status.data() + status.size(), out.status);
  out.by_exit_code = out.result.empty() || out.result == "exit-code" || out.result == "success";
  return out;
}

bool was_said(const std::vector<alert_record>& alerts, const unit_failure& failed, utc_time now) {
  return std::any_of(alerts.begin(), alerts.end(), [&](const alert_record& alert) {
    const auto kind = alert.news.kind;
    if (kind != alert_kind::run_failed && kind != alert_kind::run_died && kind != alert_kind::database_trouble)
      return false;
    if (!failed.invocation.empty() && !alert.news.invocation.empty()) return alert.news.invocation == failed.invocation;
    return alert.news.job == failed.job && alert.last_seen_at > now - said_just_now;
  });
}

// The run that the unit was, where it has a row without an end.
std::optional<run_row> unended_run(store* database, const unit_failure& failed) {
  if (!database) return std::nullopt;
  auto last = database->last_run(failed.job);
  if (!last || !*last || (*last)->ended_at) return std::nullopt;
  // Of another season: a run that has nothing to do with this unit, and may be under way.
  const auto season = season_of_unit(failed.unit);
  if (!season.empty() && season_in((*last)->arguments) != season) return std::nullopt;
  return std::move(**last);
}

sightings seen_of(const unit_failure& failed, const std::optional<run_row>& row, const std::string& host,
                  const alert_setup& setup) {
  sightings out;
  alert_news news;
  news.kind = failed.by_exit_code ? alert_kind::run_failed : alert_kind::run_died;
  const auto task = row ? task_of(*row) : task_name(failed.job, season_of_unit(failed.unit));
  news.subject = task;
  news.job = failed.job;
  news.run_id = row ? row->run_id : make_run_id();
  news.occurrence = news.run_id;
  news.invocation = failed.invocation;
  news.host = host;
  news.exit_code = failed.status;
  news.at = utc_now();
  news.title = task + (failed.by_exit_code ? " failed" : " was killed");
  news.text =
      failed.by_exit_code
          ? fmt::format("The unit {} ended with exit code {}.", failed.unit, failed.status)
          : fmt::format("The unit {} ended by: {}. What it had written is complete; the next run does the rest.",
                        failed.unit, failed.result);
  news.help = "journalctl -u " + failed.unit;
  if (setup.outermost) {
    auto check = news;
    check.kind = alert_kind::check_in;
    check.status = "error";
    out.check_ins.push_back(std::move(check));
  }
  out.firing.push_back(std::move(news));
  return out;
}

}  // namespace

int run_alerts_on_failure(const context& with, const alerts_options& options) {
  const auto failed = read_failure(with, options);
  if (failed.unit.empty())
    return with.fail(exit_usage, "which unit failed? systemd sets $MONITOR_UNIT; by hand: --unit nba-scraper-daily");
  const auto setup = make_alert_setup(with.settings, with.environment);
  if (setup->channels.empty()) {
    with.out << "Nobody is told: " << why_no_channel(with) << '\n';
    return exit_success;
  }
  const auto verdict = judge_exit_code(failed.status, 1, setup->games_failed);
  if (failed.by_exit_code && verdict != run_verdict::failed && verdict != run_verdict::database) {
    with.out << fmt::format("Exit code {} is nothing to tell of.\n", failed.status);
    return exit_success;
  }
  const alert_desk desk{parse_database_url(with.settings.database), store_options_of(with.settings), failed.job};
  if (const auto alerts = desk.read(*setup); alerts && was_said(*alerts, failed, utc_now())) {
    with.out << "The run has said it by itself.\n";
    return exit_success;
  }
  std::string why;
  const auto database = desk.open(why);
  const auto seen = seen_of(failed, unended_run(database.get(), failed), host_name(), *setup);
  const alert_courier courier{setup, std::make_shared<log_door>(&with.events), nullptr};
  const auto done = desk.visit(courier, seen, alert_courier::clock::now() + setup->deadline);
  with.out << fmt::format("{}: {} delivered, {} not.\n", seen.firing.front().title, done.delivered, done.undelivered);
  return done.undelivered > 0 ? exit_not_found : exit_success;
}

}  // namespace nba::cli
