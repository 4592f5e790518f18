// What `db verify` and `db repair` say of rows that no game answers for (storage/stored_faults.hpp).
#pragma once

#include "cli/context.hpp"
#include "storage/stored_faults.hpp"

#include <nlohmann/json_fwd.hpp>

namespace nba::cli {

// A table a kind, each of a bounded length, with what becomes of it. Nothing for nothing.
void print_faults(const context& with, const stored_faults& found);
// Adds "ledger", "orphans", "people" and "people_without_digest".
void put_faults(nlohmann::ordered_json& document, const stored_faults& found);
// One event each (bounded), for what is being mended.
void log_faults(const context& with, const stored_faults& found, bool delete_orphans);

}  // namespace nba::cli
