#include "pipeline/health/first_run.hpp"

#include "pipeline/plan/daily.hpp"

#include <chrono>

namespace nba {

std::string first_run_command(utc_time now) {
  // The day of UTC: no season begins at midnight, and there may be no time zone data.
  const et_date day{std::chrono::floor<date::days>(now).time_since_epoch()};
  return "nba-scraper schedule backfill --season " + to_string(seasons_of(day).back());
}

}  // namespace nba
