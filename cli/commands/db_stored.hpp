// `db verify|repair`: whether every finished game is still there as it was written, and the mending of what is not.
#pragma once

#include "cli/context.hpp"
#include "storage/schema_drift.hpp"
#include "storage/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace nba::cli {

struct db_verify_options {
  std::string season;  // empty: all
  bool adopt = false;  // note what is there for games of which nothing was kept
  int parallel = 4;
  bool json = false;
};
struct db_repair_options {
  std::string season;
  int parallel = 4;
  bool delete_orphans = false;
  bool dry_run = false;
};

// Exit code: the number of games and other rows found wrong; 121 when the file itself is damaged. Writes nothing
// without `adopt`.
int run_db_verify(const context& with, const db_verify_options& options);
// A run of its own, with the locks, the report and the exit codes of a run.
int run_db_repair(const context& with, const db_repair_options& options);

// For `db check` and `db repair`: what of the schema was changed by hand, and what mends it. Answers 121.
int fail_drift(const context& with, const std::vector<schema_drift>& drift);
// For `db check` and `doctor`: a table of the wrong games, and which command mends them. Nothing for an empty list.
void print_wrong_games(const context& with, const std::vector<stored_check>& wrong);
nlohmann::ordered_json wrong_games_json(const std::vector<stored_check>& wrong);

}  // namespace nba::cli
