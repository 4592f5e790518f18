// Whether this process may open as many files as its settings need.
//
// Purpose: too few descriptors show up in the middle of a run, as requests that fail and a database that cannot be
// opened; they are counted before it begins. A soft limit that is too low is raised, as far as the hard one allows.
// Threads: the limit is the process's; called before a run starts.
#pragma once

#include "actors/engine.hpp"
#include "pipeline/result.hpp"

#include <cstddef>

namespace nba::cli {

// Connections to the hosts, database connections (an SQLite file has its log and index beside it), log, event loops.
// `serves_itself`: the synthetic league holds the other ends of the connections.
std::size_t descriptors_needed(const engine_settings& engine, bool serves_itself);
// Errors: class configuration, with the limit, the need and both ways to mend it.
result<void> ensure_descriptors(std::size_t needed);
// How many of `wanted` files there may be beside the others; the limit is raised for them as far as it can be.
std::size_t descriptors_granted(std::size_t others, std::size_t wanted);

}  // namespace nba::cli
