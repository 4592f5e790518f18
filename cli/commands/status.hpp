// `status`: what is done, what holds each watermark and why, and the last run.
#pragma once

#include "cli/context.hpp"

#include <string>

namespace nba::cli {

inline constexpr int watch_seconds_max = 3'600;

struct status_options {
  std::string season;      // empty: every season that the database knows
  std::string game_types;  // "regular,playoffs"; empty: those of a backfill
  bool json = false;
  int watch_seconds = 0;  // between two drawings of the whole screen; 0: once, as text
};

int run_status(const context& with, const status_options& options);

}  // namespace nba::cli
