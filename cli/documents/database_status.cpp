#include "cli/documents/database_status.hpp"

#include "cli/host_report.hpp"
#include "cli/text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nba::cli {
namespace {

using nlohmann::ordered_json;

ordered_json optional_text(const std::optional<std::string>& value) {
  return value ? ordered_json(*value) : ordered_json();
}
ordered_json optional_date(const std::optional<et_date>& value) {
  return value ? ordered_json(format_date(*value)) : ordered_json();
}

// Of the games that are done, those made for the record that is stored.
result<std::vector<game_override>> overrides_used(nba::store& database, const season_report& report) {
  std::vector<game_override> used;
  for (const auto& entry : report.ledger) {
    if (entry.state != game_state::done || overrides_of(entry.id).empty()) continue;
    const auto rows = database.read_game(entry.id);
    if (!rows && rows.error().kind == failure_class::storage) return rows.error();
    if (!rows) continue;  // what is not there is not corrected
    const auto applied = choose_overrides(*rows).applied;
    used.insert(used.end(), applied.begin(), applied.end());
  }
  return used;
}

}  // namespace

result<season_status> read_season_status(nba::store& database, season of, const std::set<game_type>& types,
                                         et_date today, const settings& values) {
  auto report = read_season_report(database, of, types, today, values.engine.dispositions.unavailable_confirmations);
  if (!report) return std::move(report).error();
  auto used = overrides_used(database, *report);
  if (!used) return std::move(used).error();
  return season_status{std::make_shared<const season_report>(std::move(*report)), std::move(*used)};
}

database_status begin_database_status(const nba::store& database, const std::vector<watermark_row>& marks,
                                      et_date today, utc_time now, const settings& values) {
  database_status status;
  status.description = redact_secrets(database.description());
  status.backend = database.backend();
  for (const auto& row : marks)
    if (row.stage == "schedule" && row.key == "daily") status.daily = row.value;
  status.pauses = host_pauses_of(marks, values, now);
  status.daily_state = judge_daily_mark(status.daily, today - date::days{1});
  return status;
}

result<database_status> read_database_status(nba::store& database, std::optional<season> only,
                                             const std::set<game_type>& types, et_date today, const settings& values) {
  const auto marks = database.read_watermarks();
  if (!marks) return marks.error();
  auto status = begin_database_status(database, *marks, today, utc_now(), values);
  auto last = database.last_run("");
  if (!last) return std::move(last).error();
  status.last_run = std::move(last).value();
  const auto progress = database.read_progress(only);
  if (!progress) return progress.error();
  std::set<season> seasons;
  for (const auto& row : *progress) seasons.insert(row.season);
  for (const auto season : seasons) {
    auto one = read_season_status(database, season, types, today, values);
    if (!one) return std::move(one).error();
    status.overrides[season] = std::move(one->overrides);
    status.seasons.push_back(std::move(one->report));
  }
  return status;
}

ordered_json json_of(const run_row& run) {
  ordered_json document{{"run_id", run.run_id},       {"job", run.job},
                        {"arguments", run.arguments}, {"started_at", format_timestamp(run.started_at)},
                        {"ended_at", nullptr},        {"games", run.games},
                        {"failures", run.failures},   {"exit_code", nullptr},
                        {"host", run.host},           {"pid", run.pid},
                        {"error_class", nullptr},     {"reason", nullptr}};
  if (!run.error_class.empty()) document["error_class"] = run.error_class;
  if (!run.reason.empty()) document["reason"] = run.reason;
  if (run.ended_at) document["ended_at"] = format_timestamp(*run.ended_at);
  if (run.exit_code) document["exit_code"] = *run.exit_code;
  return document;
}

ordered_json json_of(const lane_report& lane) {
  const auto& summary = lane.summary;
  ordered_json states = ordered_json::object();
  for (const auto& [state, games] : summary.by_state) states[std::string{to_string(state)}] = games;
  ordered_json document{{"lane", watermark_key(summary.lane)},
                        {"game_type", to_string(summary.lane.type)},
                        {"planned", summary.planned},
                        {"terminal", summary.terminal},
                        {"done", summary.done},
                        {"closed", summary.closed()},
                        {"states", std::move(states)},
                        {"watermark", summary.watermark ? ordered_json(summary.watermark->str()) : ordered_json()},
                        {"watermark_stored", optional_text(lane.stored_watermark)},
                        {"lag_games", summary.lag},
                        {"through_date", optional_date(summary.through_date)},
                        {"holder", nullptr}};
  if (summary.holder)
    document["holder"] = {{"game_id", summary.holder->id.str()},
                          {"game_date", format_date(summary.holder->date)},
                          {"state", to_string(summary.holder->state)},
                          {"attempts", summary.holder->attempts},
                          {"reason", summary.holder_reason},
                          {"release", lane.release},
                          {"terminal_games_above", summary.terminal_above_holder}};
  return document;
}

ordered_json json_of(const database_status& status) {
  ordered_json document{
      {"database", status.description},
      {"backend", status.backend},
      {"last_run", status.last_run ? json_of(*status.last_run) : ordered_json()},
      {"daily", optional_text(status.daily)},
      {"daily_problem", status.daily_state.usable() ? ordered_json() : ordered_json(status.daily_state.problem)},
      {"hosts", ordered_json::array()},
      {"seasons", ordered_json::array()}};
  for (const auto& pause : status.pauses) document["hosts"].push_back(json_of(pause));
  for (const auto& report : status.seasons) {
    ordered_json season{{"season", to_string(report.season)},
                        {"planned", report.planned()},
                        {"terminal", report.terminal()},
                        {"done", report.done()},
                        {"closed", report.closed()},
                        {"through_date", optional_date(report.through_date)},
                        {"derived_by_older_rules", report.derived_by_older_rules},
                        {"lanes", ordered_json::array()}};
    for (const auto& lane : report.lanes) season["lanes"].push_back(json_of(lane));
    season["overrides"] = ordered_json::array();
    for (const auto& correction : status.overrides.at(report.season))
      season["overrides"].push_back({{"game_id", correction.game_id.str()},
                                     {"rule", to_string(correction.rule)},
                                     {"order_number", correction.order_number},
                                     {"value", correction.value},
                                     {"reason", correction.reason},
                                     {"source", correction.source}});
    document["seasons"].push_back(std::move(season));
  }
  return document;
}

}  // namespace nba::cli
