// `derive`: recompute derived tables from the database, without network.
//
// A run like any other, whose games are read back instead of fetched (actors/jobs/derive_job.hpp). It holds the locks
// of the season's backfill and of the daily run, so rows never change under it.
#pragma once

#include "cli/context.hpp"

#include <string>
#include <vector>

namespace nba::cli {

struct derive_options {
  std::string season;
  std::vector<std::string> games;   // empty: every loaded or done game of the season
  std::vector<std::string> tables;  // empty: all
  bool stale = false;               // leave out what is by the current rules
  int parallel = 1;                 // games read, and derived, at a time
  bool json = false;
};

int run_derive(const context& with, const derive_options& options);

}  // namespace nba::cli
