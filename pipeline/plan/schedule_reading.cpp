#include "pipeline/plan/schedule_reading.hpp"

#include "pipeline/enum_names.hpp"

namespace nba {
namespace {

constexpr enum_names<schedule_origin, 3> origin_names{
    {{{schedule_origin::stats, "stats"}, {schedule_origin::cdn, "cdn"}, {schedule_origin::stored, "stored"}}}};

}  // namespace

std::string_view to_string(schedule_origin value) { return origin_names.name_of(value); }

std::optional<schedule_origin> parse_schedule_origin(std::string_view name) { return origin_names.value_of(name); }

bool is_young(const schedule_reading& reading, utc_time now) {
  return reading.read_at <= now + clock_tolerance && now - reading.read_at < stored_plan_age_max;
}

}  // namespace nba
