// What to type where nothing has been fetched yet. Threads: a pure function.
#pragma once

#include "pipeline/time.hpp"

#include <string>

namespace nba {

// "nba-scraper schedule backfill --season 2024-25", with the season that `now` lies in.
std::string first_run_command(utc_time now);

}  // namespace nba
