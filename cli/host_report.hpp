// What `status` says of hosts that are left alone.
//
// Threads: one thread at a time, as the store it is given.
#pragma once

#include "cli/context.hpp"
#include "pipeline/source/host_pause.hpp"
#include "storage/roles/marks.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace nba::cli {

// The pauses that the database keeps and that are not over, by host. One that is longer than a pause can be is not
// among them: no run believes it.
result<std::vector<host_pause>> read_host_pauses(mark_store& database, const settings& values, utc_time now);

nlohmann::ordered_json json_of(const host_pause& pause);

}  // namespace nba::cli
