// How entries of the schedule that are no games of the plan are shown.
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/schedule_reading.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace nba::cli {

// "0072400001, 2024-11-17, NYK at BOS: its id is of a kind (007) that ..."
std::string describe(const left_out_entry& entry);
// The headline and one line each, `listed_max` at most; nothing when nothing was left out. `count`: of all, not only of
// `entries`.
void print_left_out(std::ostream& out, const std::string& season, std::size_t count,
                    const std::vector<left_out_entry>& entries, std::size_t listed_max);
nlohmann::ordered_json to_json(const std::vector<left_out_entry>& entries);

}  // namespace nba::cli
