#include "cli/documents/watched_runs.hpp"

#include "actors/run/dead_runs.hpp"
#include "actors/snapshot_json.hpp"
#include "cli/watch/run_text.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace nba::cli {
namespace {

using nlohmann::ordered_json;

// What a run wrote into its row; null for what is no JSON.
ordered_json stored_json(const std::string& text) {
  auto document = ordered_json::parse(text, nullptr, false);
  return document.is_discarded() ? ordered_json() : document;
}

ordered_json optional_instant(const std::optional<utc_time>& value) {
  return value ? ordered_json(format_timestamp(*value)) : ordered_json();
}

ordered_json with_phase(const run_row& row, watched_run::phase state, const std::optional<utc_time>& heard_at) {
  auto document = json_of(row);
  document["phase"] = to_string(state);
  document["heard_at"] = optional_instant(heard_at);
  return document;
}

}  // namespace

ordered_json json_of(const watched_run& run) {
  auto document = with_phase(run.row, run.state, run.heard_at);
  document["snapshot"] = run.snapshot ? stored_json(to_json(*run.snapshot)) : ordered_json();
  return document;
}

ordered_json runs_document(const watch_facts& facts) {
  ordered_json document{{"database", facts.status.description},
                        {"read_at", facts.was_read() ? ordered_json(format_timestamp(facts.read_at)) : ordered_json()},
                        {"trouble", facts.trouble ? ordered_json(*facts.trouble) : ordered_json()},
                        {"runs", ordered_json::array()}};
  for (const auto& run : facts.runs) document["runs"].push_back(json_of(run));
  return document;
}

ordered_json run_document(const run_row& row, const watch_facts& facts) {
  auto state = row.ended_at && row.exit_code ? watched_run::phase::ended : watched_run::phase::died;
  auto snapshot = stored_json(row.snapshot);
  for (const auto& run : facts.runs) {
    if (run.row.run_id != row.run_id || row.ended_at) continue;
    state = run.state;
    if (run.snapshot) snapshot = stored_json(to_json(*run.snapshot));
  }
  auto document = with_phase(row, state, row.snapshot_at);
  document["snapshot"] = std::move(snapshot);
  document["report"] = stored_json(row.report);
  return document;
}

ordered_json status_document(const watch_facts& facts) {
  auto document = json_of(facts.status);
  if (facts.status.last_run)
    for (const auto& run : facts.runs)
      if (run.row.run_id == facts.status.last_run->run_id) {
        document["last_run"] = json_of(run);
        document["last_run"].erase("snapshot");
      }
  document["runs_under_way"] = ordered_json::array();
  for (const auto& run : facts.runs)
    if (goes_on(run)) document["runs_under_way"].push_back(json_of(run));
  return document;
}

}  // namespace nba::cli
