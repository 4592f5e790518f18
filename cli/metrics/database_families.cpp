#include "cli/app.hpp"
#include "cli/metrics/families.hpp"

#include <map>
#include <utility>

namespace nba::cli {
namespace {

// The midnight in New York that ends the day: four hours after that of UTC in summer, else five.
utc_time end_of_day_in_new_york(et_date day) {
  const auto next = day + date::days{1};
  const utc_time midnight{std::chrono::milliseconds{date::sys_days{next.time_since_epoch()}.time_since_epoch()}};
  const auto in_summer = midnight + std::chrono::hours{4};
  return et_date_of(in_summer) == next ? in_summer : midnight + std::chrono::hours{5};
}

// "nba-scraper 1.0.0 (1a2b3c)": "1.0.0" and "1a2b3c".
std::pair<std::string, std::string> version_parts() {
  const auto text = program_version();
  const auto name_end = text.find(' '), revision = text.find(" (");
  if (revision == std::string::npos || name_end == revision) return {text, ""};
  return {text.substr(name_end + 1, revision - name_end - 1), text.substr(revision + 2, text.size() - revision - 3)};
}

void add_health(family_builder& to, const health_verdict& health, const std::string& task) {
  to.add_one_hot(metrics::health_state, task, to_string(health.level),
                 {to_string(health_level::well), to_string(health_level::attention), to_string(health_level::trouble),
                  to_string(health_level::unknown)});
  // The subject of other kinds is a job, which has series of its own, or a path: all of them are one series.
  std::map<metric_labels, int> problems;
  for (const auto& reason : health.reasons)
    ++problems[{{"class", reason.kind},
                {"lane", reason.kind.starts_with("lane_") ? reason.subject : ""},
                {"host", reason.kind.starts_with("host_") ? reason.subject : ""}}];
  for (const auto& [labels, count] : problems) to.add(metrics::health_problems, task, count, labels);
}

void add_lane(family_builder& to, const lane_summary& lane, const std::string& task) {
  const auto key = watermark_key(lane.lane);
  to.add(metrics::lane_planned, task, static_cast<double>(lane.planned), {{"lane", key}});
  for (const auto& [state, games] : lane.by_state)
    to.add(metrics::lane_games, task, static_cast<double>(games),
           {{"lane", key}, {"state", std::string{to_string(state)}}});
  to.add(metrics::lane_lag, task, static_cast<double>(lane.lag), {{"lane", key}});
  if (lane.through_date)
    to.add(metrics::lane_through, task, end_of_day_in_new_york(*lane.through_date), {{"lane", key}});
}

// Every ground has its series, so that one that was never met reads 0.
void add_closed(family_builder& to, const decltype(database_status::seasons)& seasons, const std::string& task) {
  std::map<std::string_view, int> closed;
  for (const auto ground :
       {closing_ground::refused, closing_ground::absent, closing_ground::postponed, closing_ground::cancelled,
        closing_ground::undecided, closing_ground::not_needed, closing_ground::waived})
    closed[to_string(ground)] = 0;
  // One that an older version closed has no evidence: its state says what it is.
  for (const auto& season : seasons)
    for (const auto& entry : season.ledger)
      if (is_closed(entry.state)) ++closed[entry.closing ? to_string(entry.closing->ground) : to_string(entry.state)];
  for (const auto& [ground, games] : closed)
    to.add(metrics::closed_games, task, games, {{"class", std::string{ground}}});
}

void add_letters(family_builder& to, const std::vector<dead_letter>& letters, const std::string& task) {
  std::map<failure_class, int> waiting;
  for (const auto& traits : failure_table) waiting[traits.kind] = 0;
  for (const auto& letter : letters)
    if (!letter.resolved_at) ++waiting[letter.error_class];
  for (const auto& [kind, games] : waiting)
    to.add(metrics::dead_letters, task, games, {{"class", std::string{to_string(kind)}}});
}

}  // namespace

void add_reading(family_builder& to, const watch_facts& facts, const metrics_scope& scope) {
  auto [version, revision] = version_parts();
  to.add(metrics::build_info, scope.task, 1, {{"version", std::move(version)}, {"revision", std::move(revision)}});
  to.add(metrics::figures_at, scope.task, facts.at);
  to.add(metrics::database_readable, scope.task, facts.trouble ? 0 : 1);
  if (facts.read_at != utc_time{}) to.add(metrics::read_at, scope.task, facts.read_at);
  add_health(to, facts.health, scope.task);
}

void add_database(family_builder& to, const watch_facts& facts, const metrics_scope& scope) {
  if (facts.read_at == utc_time{}) return;  // never read: nothing is known
  if (facts.status.daily_state.date && tz_available())
    to.add(metrics::daily_through, scope.task, end_of_day_in_new_york(*facts.status.daily_state.date));
  for (const auto& [task, at] : facts.successes)
    if (scope.every_task || task == scope.task) to.add(metrics::last_success, task, at);
  for (const auto& season : facts.status.seasons)
    for (const auto& lane : season.lanes) add_lane(to, lane.summary, scope.task);
  add_closed(to, facts.status.seasons, scope.task);
  add_letters(to, facts.letters, scope.task);
  if (!facts.disk) return;
  to.add(metrics::disk_free, scope.task, static_cast<double>(facts.disk->free_bytes));
  to.add(metrics::disk_size, scope.task, static_cast<double>(facts.disk->size_bytes));
}

}  // namespace nba::cli
