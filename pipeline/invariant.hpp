// A broken invariant of the engine: a bug.
//
// Threads: an exception. Nobody catches it but the edge of an actor, which dies of it: the run ends with exit class
// `internal`.
#pragma once

#include <stdexcept>

namespace nba {

class invariant_violation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace nba
