// `validate`: how far to trust the derived tables of a database.
//
// Purpose: runs the checks of pipeline/derive/validation.hpp over the stored rows of a season. Reads only.
#pragma once

#include "cli/context.hpp"

#include <string>

namespace nba::cli {

struct validate_options {
  std::string season;
  std::string game_types;
  std::string reference;  // CSV of an independent possession count; empty: none
  bool json = false;
  int parallel = 1;
};

// Exit code: the number of failing games.
int run_validate(const context& with, const validate_options& options);

}  // namespace nba::cli
