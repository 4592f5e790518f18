// `derive`: recompute derived tables from the database, without network.
//
// Every game that is loaded or done is read back, derived with the rules of this version and written; a loaded game
// becomes done. Several threads read and derive, one writes. It holds the locks of the season's backfill and of the
// daily run, so rows never change under it.
#pragma once

#include "cli/context.hpp"
#include "pipeline/derive/derive.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "storage/store.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace nba::cli {

struct derive_options {
  std::string season;
  std::vector<std::string> games;   // empty: every loaded or done game of the season
  std::vector<std::string> tables;  // empty: all
  bool stale = false;               // leave out what is by the current rules
  int parallel = 1;                 // threads that read and derive
};

int run_derive(const context& with, const derive_options& options);

}  // namespace nba::cli
