// `db unlock`: who holds the run locks, and taking one away from a holder that will not give it back.
#pragma once

#include "cli/context.hpp"

#include <istream>
#include <string>

namespace nba::cli {

struct db_unlock_options {
  std::string stage, key;  // empty: list all
  bool yes = false;
  bool json = false;
  std::istream* answers = nullptr;  // where a person answers; null: standard input, if that is a terminal
};

// exit_not_found when nobody holds the lock, or when it was not released because nobody said so.
int run_db_unlock(const context& with, const db_unlock_options& options);

}  // namespace nba::cli
