// What a run derives again of a stored game.
//
// Threads: plain values.
#pragma once

#include "pipeline/derive/tables.hpp"
#include "pipeline/plan/game_id.hpp"

#include <map>

namespace nba {

struct derive_target {
  derived_table_set tables = derived_table_set::all();
  int rules_version = derive_rules_version;  // of the ledger, afterwards
};
using derive_targets = std::map<game_id, derive_target>;

}  // namespace nba
