// What `status` says of a database, read once: the last run, the daily date, hosts at rest, every season by lane.
//
// Threads: reading belongs to the store's thread; the value is plain.
#pragma once

#include "cli/season_report.hpp"
#include "pipeline/derive/overrides.hpp"
#include "pipeline/plan/daily_mark.hpp"
#include "pipeline/source/host_pause.hpp"
#include "storage/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nba::cli {

struct database_status {
  std::string description;  // without secrets
  std::string backend;
  std::optional<run_row> last_run;
  std::optional<std::string> daily;  // the daily date
  std::vector<host_pause> pauses;
  daily_mark daily_state;  // whether it can be believed
  std::vector<season_report> seasons;
  std::map<season, std::vector<game_override>> overrides;  // in use
};

// `only`: one season; nullopt: all that have planned games. `today`: ET date of now.
result<database_status> read_database_status(nba::store& database, std::optional<season> only,
                                             const std::set<game_type>& types, et_date today, const settings& values);

// The documents of `--json` and of /api.
nlohmann::ordered_json json_of(const run_row& run);
nlohmann::ordered_json json_of(const lane_report& lane);
nlohmann::ordered_json json_of(const database_status& status);

}  // namespace nba::cli
