// Looking at every stored game, for `db verify` and `db repair`. Threads: several connections while it runs.
#pragma once

#include "cli/context.hpp"
#include "storage/store.hpp"

#include <string>
#include <vector>

namespace nba::cli {

// The named one, or every season the ledger knows.
result<std::vector<nba::season>> asked_seasons(nba::store& database, const std::string& wanted);
// Every loaded and done game, in id order.
result<std::vector<stored_check>> check_games(const context& with, nba::store& database, const std::string& season,
                                              int threads);

}  // namespace nba::cli
