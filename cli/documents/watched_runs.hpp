// Runs as JSON: what `status --json`, /api/status and /api/runs say of them.
//
// Threads: pure functions.
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <nlohmann/json_fwd.hpp>

namespace nba::cli {

// A row with its phase, when it was heard last, and, while it goes on, its newest snapshot.
nlohmann::ordered_json json_of(const watched_run& run);
// {"database", "read_at", "trouble", "runs": [...]}, the newest first.
nlohmann::ordered_json runs_document(const watch_facts& facts);
// One run with its report and its last snapshot: `row` with all detail (run_store::read_run). A run that the facts know
// has their phase; an older one has ended, or died.
nlohmann::ordered_json run_document(const run_row& row, const watch_facts& facts);
// What `status --json` answers: the database (database_status.hpp), and "runs_under_way".
nlohmann::ordered_json status_document(const watch_facts& facts);

}  // namespace nba::cli
