// What a run, or a dry run, answers with `--json`.
//
// Threads: pure functions over plain values.
#pragma once

#include "actors/run/job_runner.hpp"
#include "cli/run_summary.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace nba::cli {

// All members there are, with null where nothing is known yet: a run that fails before its report has them, too.
nlohmann::ordered_json run_document_head(const std::string& job, const std::string& run_id);
// `database`: without secrets. `report` is the one that is stored in `ingest_runs`.
void add_run(nlohmann::ordered_json& document, const job_outcome& done, const std::string& database);

nlohmann::ordered_json dry_run_document_head(const std::string& job);
void add_plan(nlohmann::ordered_json& document, const dry_run& planned, const dry_run_options& options);

}  // namespace nba::cli
