#include "pipeline/plan/schedule_reading.hpp"

namespace nba {

std::string_view to_string(schedule_origin value) {
  switch (value) {
    case schedule_origin::stats:
      return "stats";
    case schedule_origin::cdn:
      return "cdn";
    case schedule_origin::stored:
      return "stored";
  }
  return "stored";
}

std::optional<schedule_origin> parse_schedule_origin(std::string_view name) {
  for (const auto origin : {schedule_origin::stats, schedule_origin::cdn, schedule_origin::stored})
    if (to_string(origin) == name) return origin;
  return std::nullopt;
}

bool is_young(const schedule_reading& reading, utc_time now) {
  return reading.read_at <= now + clock_tolerance && now - reading.read_at < stored_plan_age_max;
}

}  // namespace nba
