// `status`: what is done, what holds each watermark and why, and the last run.
#pragma once

#include "cli/context.hpp"

#include <string>
#include <vector>

namespace nba::cli {

struct status_options {
  std::string season;  // empty: every season that the database knows
  std::vector<std::string> game_types;
  bool json = false;
};

int run_status(const context& with, const status_options& options);

}  // namespace nba::cli
