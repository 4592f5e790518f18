// Pool sizes and the bounds of the links between stages: one home for engine, command line and custom jobs.
//
// Threads: plain values.
#pragma once

#include "actors/credit.hpp"

#include <cstdint>

namespace nba {

// Pool sizes and the bounds of the links: what the configuration file calls [engine]. `_max` counts items in flight in
// a stage, or bytes. 0: see `resolve`.
struct engine_bounds {
  int fetch_games_max = 0;    // 16, or enough for the connections of the host that has most
  int http_requests_max = 0;  // 64, or both documents of each game in fetch
  int transform_workers = 0;  // half the cores, 1 to 16
  int transform_games_max = 16;
  std::int64_t transform_bytes_max = 16 << 20;
  int load_connections = 0;  // SQLite 1 (it has one writer); PostgreSQL 2 to 8: the cores
  int load_games_max = 32;
  std::int64_t load_bytes_max = 32 << 20;
  int load_batch_games_max = 16;
  int derive_games_max = 32;
  // Games being read back; and connections that do nothing else, beside load's own (0: these read, too). No settings:
  // a run that reads back much asks for more.
  int recover_games_max = 4;
  int load_readers = 0;

  link_limits fetch_link() const;
  link_limits transform_link() const;
  link_limits load_link() const;
  link_limits derive_link() const;
  link_limits finish_link() const { return load_link(); }
  // Read-back games cost nothing there: how large one is, is known when it is read.
  link_limits recover_link() const;
};

}  // namespace nba
