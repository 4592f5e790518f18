// Scripts beside the files of an export that load them with their types: into DuckDB, into pandas.
//
// Threads: pure functions. Errors: none.
#pragma once

#include "cli/export_plan.hpp"

#include <span>
#include <string>

namespace nba::cli {

// SQL for the folder of the export: a table each, of all its seasons.
std::string duckdb_script(std::span<const planned_file> files, const export_style& style);

// A Python module that takes files and types from the manifest beside it.
std::string pandas_script();

}  // namespace nba::cli
