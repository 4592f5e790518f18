// The name of this machine, as gethostname(2) tells it. Threads: any.
#pragma once

#include <string>

namespace nba {

// "unknown" where there is none.
std::string host_name();

}  // namespace nba
