// That a season's schedule was read: when, whence, and what of it is no game of the plan.
//
// Purpose: `gaps` and `doctor` name what the last reading left out, and a run that gets no schedule at all may go by
// the stored plan while its last reading is young. Rows of the tables `schedule_readings` and `schedule_left_out`.
// Threads: values and pure functions.
#pragma once

#include "pipeline/plan/left_out.hpp"
#include "pipeline/time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace nba {

// Where a schedule came from, best first.
enum class schedule_origin {
  stats,   // stats.nba.com, any season
  cdn,     // cdn.nba.com, the current season only
  stored,  // the plan of an earlier run
};
std::string_view to_string(schedule_origin value);  // "stats", "cdn", "stored"
std::optional<schedule_origin> parse_schedule_origin(std::string_view name);

struct schedule_reading {
  nba::season season;
  schedule_origin origin = schedule_origin::stats;
  utc_time read_at{};
  std::size_t games = 0;                 // in the plan
  std::size_t left_out_count = 0;        // not only those kept below
  std::vector<left_out_entry> left_out;  // in the order of the schedule
};

// A stored plan counts for a run without another schedule for this long after its reading.
inline constexpr std::chrono::hours stored_plan_age_max{72};
// A reading of more than a little later than now is one of a wrong clock, and proves nothing.
inline constexpr std::chrono::minutes clock_tolerance{5};
bool is_young(const schedule_reading& reading, utc_time now);

}  // namespace nba
