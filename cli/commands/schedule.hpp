// `schedule backfill` and `schedule daily`: the two jobs that bring games in.
#pragma once

#include "actors/job_runner.hpp"
#include "cli/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nba::cli {

struct backfill_options {
  std::string season;
  std::string since;
  int chunk_days = 7;
  int parallel = 4;
  std::string game_types;  // as typed: "regular,cup"
  std::string from, to;
  std::string reprocess = "missing";
  std::vector<std::string> games;  // exactly these; closed ones are opened again
  bool allow_older = false;
  bool dry_run = false;
};
int run_backfill(const context& with, const backfill_options& options);

struct daily_options {
  std::string date;  // empty: yesterday in New York
  int catch_up_days = 14;
  int parallel = 4;
  bool dry_run = false;
};
int run_daily(const context& with, const daily_options& options);

// The jobs as definitions; `stored` is the daily date that the database holds.
job_definition backfill_definition(const backfill_options& options);
job_definition daily_definition(const daily_options& options, std::optional<et_date> stored, et_date target);

}  // namespace nba::cli
