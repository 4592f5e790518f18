// What `status` says of hosts that are left alone.
//
// Threads: pure functions.
#pragma once

#include "cli/context.hpp"
#include "pipeline/source/host_pause.hpp"
#include "storage/roles/marks.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace nba::cli {

// Of all checkpoints of a database: the pauses that are not over, by host. One that is longer than a pause can be is
// not among them: no run believes it.
std::vector<host_pause> host_pauses_of(const std::vector<watermark_row>& marks, const settings& values, utc_time now);

nlohmann::ordered_json json_of(const host_pause& pause);

}  // namespace nba::cli
