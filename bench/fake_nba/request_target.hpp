// What an HTTP request asks a fake NBA for.
//
// Threads: pure function.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/source/endpoints.hpp"

#include <httplib.h>

#include <optional>

namespace nba::fake {

struct request_target {
  endpoint what = endpoint::schedule;
  game_id id;  // empty for the schedule, and for a document whose name holds no game id
  season of;   // season 0 for the current schedule: it is of whatever season the server holds for current
};

// nullopt for paths that the NBA's hosts do not serve, and for a schedule without a season.
std::optional<request_target> parse_target(const httplib::Request& request);

}  // namespace nba::fake
