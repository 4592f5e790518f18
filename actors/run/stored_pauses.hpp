// Pauses of hosts that an earlier run did not sit out.
//
// Threads: on the store's thread.
#pragma once

#include "actors/run/job_runner.hpp"

#include <map>
#include <string>
#include <vector>

namespace nba {

// By host, from the checkpoints. One that is longer than a pause can be is none: it was written while a clock was
// wrong. It is not to stay, either (`database` null: nothing is written).
result<std::map<std::string, host_pause>> stored_pauses(const std::vector<watermark_row>& marks,
                                                        const job_environment& environment, store* database);

}  // namespace nba
