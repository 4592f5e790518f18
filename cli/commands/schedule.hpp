// `schedule backfill` and `schedule daily`: the two jobs that bring games in.
#pragma once

#include "actors/jobs/backfill_job.hpp"
#include "cli/context.hpp"

#include <string>
#include <vector>

namespace nba::cli {

struct backfill_options {
  std::string season;
  std::string since;
  int chunk_days = 7;      // or chunk_days_auto
  int parallel = 4;        // or parallel_auto
  std::string game_types;  // as typed: "regular,cup"
  std::string from, to;
  std::string reprocess = "missing";
  std::vector<std::string> games;  // exactly these; closed ones are opened again
  bool allow_older = false;
  bool dry_run = false;
  bool json = false;
};
int run_backfill(const context& with, const backfill_options& options);

struct daily_options {
  std::string date;  // empty: yesterday in New York
  int catch_up_days = 14;
  int parallel = 4;  // or parallel_auto
  bool dry_run = false;
  bool json = false;
};
int run_daily(const context& with, const daily_options& options);

// What is asked for, from what was typed.
backfill_order backfill_order_of(const backfill_options& options);

}  // namespace nba::cli
