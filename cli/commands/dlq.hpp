// `dlq list|show`: dead letters, the games that failed for good and wait for a person.
#pragma once

#include "cli/context.hpp"

#include <string>

namespace nba::cli {

struct dlq_options {
  std::string id;         // dead letter id or game id
  bool resolved = false;  // resolved ones too
  bool json = false;
};

int run_dlq_list(const context& with, const dlq_options& options);
// exit_not_found when there is none.
int run_dlq_show(const context& with, const dlq_options& options);

}  // namespace nba::cli
