// A run as text: its snapshot, which it writes into its row of `ingest_runs` while it goes on, and its report, which it
// leaves there at its end. Both are read by other processes and by later versions of this program.
//
// Shapes: JSON objects with the names of the members; durations are integers with their unit in the name, instants
// UTC timestamps. A member that a reader does not know is passed over, one that is missing keeps its default.
// Threads: pure functions. Errors: class rejected for text that is no such object.
#pragma once

#include "actors/run_report.hpp"
#include "actors/run_snapshot.hpp"
#include "pipeline/result.hpp"

#include <string>
#include <string_view>

namespace nba {

std::string to_json(const run_snapshot& value);
result<run_snapshot> snapshot_from_json(std::string_view text);

// Of each kind of game at most so many are named in a stored report; all are counted.
inline constexpr std::size_t report_games_max = 50;
// `limit`: what kept the run from being quicker.
std::string to_json(const run_report& value, const run_limit& limit);

}  // namespace nba
