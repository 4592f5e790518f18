// What must hold in a database at any moment, also when its writer has just been killed.
//
// The observer looks at an SQLite file through a copy (with its WAL), so that it is the next run that finds the file as
// the killed one left it.
// Threads: used by the test's thread. Errors: std::runtime_error when the database cannot be read.
#pragma once

#include "tests/integration/pipeline/scene.hpp"

#include <map>
#include <set>
#include <string>

namespace nba::test {

struct observation {
  std::set<std::string> done;                     // ids of games
  std::map<std::string, std::string> watermarks;  // "stage key" -> value
  // The first of the engine's promises that does not hold; empty when all do.
  std::string broken;
};

// `corrections`: games are being replaced that were done; such a game is `loaded` for a moment below its watermark.
observation observe(const scene& world, const std::string& database, bool corrections = false);

// Whether the later one keeps what the earlier one had: done stays done, no watermark goes back. Empty when it does.
std::string lost_between(const observation& before, const observation& after, bool corrections = false);

// Requests the server has answered for each of these games.
std::map<std::string, std::uint64_t> requests_for(scene& world, const std::set<std::string>& games);

}  // namespace nba::test
