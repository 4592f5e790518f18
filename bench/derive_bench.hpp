// CPU time of the derive stage, table by table, over a season that a database holds.
//
// Threads: measures the CPU time of the calling thread; reading the rows back is not part of it.
// Errors: ends the process with the failure on stderr, as all of nba-bench does.
#pragma once

#include <string>

namespace nba::bench {

// Prints a table of microseconds per game to standard output.
void print_derive_costs(const std::string& database, const std::string& season);

}  // namespace nba::bench
