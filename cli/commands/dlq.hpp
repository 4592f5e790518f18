// `dlq list|show|retry|waive|reopen`: dead letters, the games that failed for good and wait for a person.
#pragma once

#include "cli/context.hpp"
#include "storage/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nba::cli {

struct dlq_options {
  std::string id;         // dead letter id or game id
  bool resolved = false;  // resolved ones too
  bool json = false;
  std::string save;  // folder for what is stored of the payload; empty: it is not written
};

struct dlq_retry_options {
  std::vector<std::string> ids;  // of dead letters or games; empty: every unresolved one that the two below leave
  std::string season, error_class;
  bool refetch = false;  // ask the host again even where the payload is stored
  bool dry_run = false;
};

struct dlq_waive_options {
  std::vector<std::string> ids;
  std::string reason;
};

struct dlq_reopen_options {
  std::vector<std::string> ids;
};

int run_dlq_list(const context& with, const dlq_options& options);
// exit_not_found when there is none.
int run_dlq_show(const context& with, const dlq_options& options);
// Tries exactly the chosen games again, as a run of its own: with progress, report and a run's exit codes. From the
// stored payload where fetching is not what failed. exit_usage when an id names no unresolved dead letter.
int run_dlq_retry(const context& with, const dlq_retry_options& options);
// Gives games up: terminal from now on, and the watermarks move over them. Also for a game without a dead letter that
// holds its lane. exit_usage when an id names no game, and for a game that is terminal already.
int run_dlq_waive(const context& with, const dlq_waive_options& options);

// Expects closed games again: waived, unavailable, cancelled ones become planned, and the next run tries them. Marks do
// not go back. exit_usage when an id names no game, and for a game that is not closed.
int run_dlq_reopen(const context& with, const dlq_reopen_options& options);

}  // namespace nba::cli
