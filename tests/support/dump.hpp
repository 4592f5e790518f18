// The contents of a store as text, to compare two of them.
//
// Every table in the order of its key, each value as `store::query_text` prints it; both databases print the same
// contents the same way. What differs from run to run by nature (when rows were written, by which run) is left out.
// Errors: std::runtime_error when the store cannot be read.
#pragma once

#include "storage/store.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace nba::test {

struct dump_options {
  std::set<std::string> without_columns{"ingested_at",    "updated_at",  "run_id",  "first_failed_at",
                                        "last_failed_at", "resolved_at", "read_at", "first_seen_at",
                                        "last_seen_at",   "closed_at"};
  std::set<std::string> without_tables{"schema_migrations", "ingest_runs", "run_locks", "run_lock_numbers"};
  // Refuses tables with more rows.
  std::size_t rows_max = 2'000'000;
};

// Table -> lines; the first line is the header, values are separated by tabs.
using store_dump = std::map<std::string, std::vector<std::string>>;

store_dump dump_store(store& from, const dump_options& options = {});

// Where two dumps differ first ("pbp_events, row 17: ..."); empty when they are the same.
std::string first_difference(const store_dump& a, const store_dump& b);

}  // namespace nba::test
