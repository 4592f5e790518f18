// `gaps`: every planned game that is not finished, with its reason.
#pragma once

#include "cli/context.hpp"

#include <string>

namespace nba::cli {

struct gaps_options {
  std::string season;
  std::string game_types;  // "regular,playoffs"; empty: those of a backfill
  bool all = false;        // list games that are still to be played, too
  bool closed = false;     // the closed games instead
  bool json = false;
};

int run_gaps(const context& with, const gaps_options& options);

}  // namespace nba::cli
