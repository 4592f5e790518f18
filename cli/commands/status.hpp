// `status`: what is done, what holds each watermark and why, and the last run.
#pragma once

#include "cli/context.hpp"

#include <string>

namespace nba::cli {

struct status_options {
  std::string season;      // empty: every season that the database knows
  std::string game_types;  // "regular,playoffs"; empty: those of a backfill
  bool json = false;
};

int run_status(const context& with, const status_options& options);

}  // namespace nba::cli
