#include "actors/run/stored_pauses.hpp"
#include "pipeline/events.hpp"

namespace nba {
namespace {

std::chrono::milliseconds longest_pause_of(const engine_settings& settings, const std::string& host) {
  const auto configured = settings.budgets.find(host);
  return longest_pause(configured != settings.budgets.end() ? configured->second : default_budget(host));
}

}  // namespace

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
    environment.tell(
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

}  // namespace nba
