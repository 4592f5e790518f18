#include "cli/host_report.hpp"

#include "cli/text.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace nba::cli {

std::vector<host_pause> host_pauses_of(const std::vector<watermark_row>& marks, const settings& values, utc_time now) {
  std::map<std::string, std::string> reasons;
  for (const auto& row : marks)
    if (row.stage == host_reason_stage) reasons[row.key] = row.value;
  std::vector<host_pause> out;
  for (const auto& row : marks) {
    if (row.stage != host_stage) continue;
    auto pause = parse_stored_pause(row.key, row.value, reasons[row.key]);
    if (pause &&
        judge_stored_pause(pause->until, now, longest_pause(budget_of(values, row.key))) == stored_pause::holds)
      out.push_back(std::move(*pause));
  }
  return out;
}

nlohmann::ordered_json json_of(const host_pause& pause) {
  nlohmann::ordered_json document{{"host", pause.host},
                                  {"paused_until", format_timestamp(pause.until)},
                                  {"reason", nullptr},
                                  {"probe", nullptr},
                                  {"probes_max", nullptr}};
  if (!pause.reason.empty()) document["reason"] = pause.reason;
  if (pause.probe > 0) {
    document["probe"] = pause.probe;
    document["probes_max"] = pause.probes_max;
  }
  return document;
}

}  // namespace nba::cli
