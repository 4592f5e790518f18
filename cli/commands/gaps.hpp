// `gaps`: every planned game that is not finished, with its reason.
#pragma once

#include "cli/context.hpp"

#include <string>
#include <vector>

namespace nba::cli {

struct gaps_options {
  std::string season;
  std::vector<std::string> game_types;
  bool all = false;  // list games that are still to be played, too
  bool json = false;
};

int run_gaps(const context& with, const gaps_options& options);

}  // namespace nba::cli
