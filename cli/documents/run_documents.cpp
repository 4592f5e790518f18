#include "cli/documents/run_documents.hpp"

#include "actors/snapshot_json.hpp"

#include <nlohmann/json.hpp>

namespace nba::cli {
namespace {

using nlohmann::ordered_json;

ordered_json text_or_null(const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); }

ordered_json plan_json(const std::vector<missing_season>& missing) {
  auto list = ordered_json::array();
  for (const auto& one : missing) list.push_back({{"season", to_string(one.season)}, {"reason", one.why.message}});
  return list;
}

ordered_json plan_json(const season_plan& one) {
  return {
      {"season", to_string(one.season)},           {"games", one.schedule.games.size()},
      {"in_scope", one.work.in_scope()},           {"from", format_date(one.schedule.first_date)},
      {"to", format_date(one.schedule.last_date)}, {"to_fetch", one.work.to_fetch.size()},
      {"to_derive", one.work.to_derive.size()},    {"done_before", one.work.already_terminal - one.work.already_closed},
      {"closed_before", one.work.already_closed},  {"not_ready", one.work.not_ready.size()},
      {"left_out", one.schedule.left_out_count}};
}

ordered_json plan_json(const requests_to_host& one) {
  return {{"host", one.host},
          {"requests", one.requests},
          {"per_minute", one.per_minute > 0 ? ordered_json(one.per_minute) : ordered_json()},
          {"seconds_at_least", one.per_minute > 0 ? ordered_json(one.at_least.count()) : ordered_json()}};
}

ordered_json plan_json(const chunk& one) {
  return {{"number", one.number},
          {"from", format_date(one.dates.first)},
          {"to", format_date(one.dates.last)},
          {"games", one.games.size()}};
}

}  // namespace

ordered_json run_document_head(const std::string& job, const std::string& run_id) {
  return {{"job", job},
          {"run_id", text_or_null(run_id)},
          {"exit_code", nullptr},
          {"error", nullptr},
          {"database", nullptr},
          {"nothing", nullptr},
          {"report", nullptr},
          {"checkpoint", nullptr},
          {"done_before", nullptr},
          {"closed_before", nullptr},
          {"incomplete", ordered_json::array()},
          {"watermarks", ordered_json::array()}};
}

void add_run(ordered_json& document, const job_outcome& done, const std::string& database) {
  document["database"] = database;
  document["nothing"] = text_or_null(done.nothing);
  document["report"] = ordered_json::parse(to_json(done.report, done.limit));
  if (done.checkpoint) document["checkpoint"] = *done.checkpoint;
  document["done_before"] = done.plan.already_terminal() - done.plan.already_closed();
  document["closed_before"] = done.plan.already_closed();
  document["incomplete"] = plan_json(done.incomplete);
  for (const auto& row : done.watermarks)
    document["watermarks"].push_back({{"stage", row.stage}, {"key", row.key}, {"value", row.value}});
}

ordered_json dry_run_document_head(const std::string& job) {
  return {{"job", job},
          {"dry_run", true},
          {"exit_code", nullptr},
          {"error", nullptr},
          {"database", nullptr},
          {"nothing", nullptr},
          {"seasons", ordered_json::array()},
          {"incomplete", ordered_json::array()},
          {"requests", ordered_json::array()},
          {"parallel", nullptr},
          {"parallel_why", nullptr},
          {"chunks_why", nullptr},
          {"chunks", ordered_json::array()}};
}

void add_plan(ordered_json& document, const dry_run& planned, const dry_run_options& options) {
  const auto& plan = planned.plan;
  document["database"] = options.database;
  document["nothing"] = text_or_null(planned.request.nothing);
  if (!planned.request.nothing.empty()) return;
  for (const auto& one : plan.seasons) document["seasons"].push_back(plan_json(one));
  document["incomplete"] = plan_json(plan.missing);
  for (const auto& one : requests_of(plan, options)) document["requests"].push_back(plan_json(one));
  document["parallel"] = plan.parallel;
  document["parallel_why"] = text_or_null(plan.parallel_why);
  document["chunks_why"] = text_or_null(plan.chunks_why);
  for (const auto& one : plan.chunks) document["chunks"].push_back(plan_json(one));
}

}  // namespace nba::cli
