// Everything that the engine is told of itself: one home for engine, command line and custom jobs.
//
// The command line's table of settings (cli/setting_table.cpp) points into this. Threads: plain values.
#pragma once

#include "actors/credit.hpp"
#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/common_trouble.hpp"
#include "pipeline/plan/disposition.hpp"
#include "pipeline/source/host_budget.hpp"
#include "pipeline/source/host_pause.hpp"
#include "pipeline/source/retry.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace nba {

struct engine_settings {
  // Pool sizes and the bounds of the links between stages: what the configuration file calls [engine]. `_max` counts
  // items in flight in a stage, or bytes. 0: see `resolve`.
  int fetch_games_max = 0;    // 16, or enough for the connections of the host that has most
  int http_requests_max = 0;  // 64, or all documents of each game in fetch
  int transform_workers = 0;  // half the cores, 1 to 16
  int transform_games_max = 16;
  std::int64_t transform_bytes_max = 16 << 20;
  int load_connections = 0;  // the cores, 2 to as many as can write at once: SQLite 1, PostgreSQL 8
  int load_games_max = 32;
  std::int64_t load_bytes_max = 32 << 20;
  int load_batch_games_max = 16;
  int derive_games_max = 32;
  // Games being read back; and connections that do nothing else, beside load's own (0: these read, too). No settings:
  // a run that reads back much asks for more.
  int recover_games_max = 4;
  int load_readers = 0;

  std::size_t scheduler_threads = 0;  // CAF's workers; 0: the cores, at least 2
  std::size_t derive_workers = 0;     // 0: a quarter of the cores, 1 to 8
  retry_settings retry;
  disposition_settings dispositions;
  common_settings common;
  chunk_settings chunks;                           // of jobs that ask for chunk_days_auto
  std::map<std::string, budget_settings> budgets;  // by host; others get default_budget(host)
  std::chrono::milliseconds drain_deadline{30'000};
  std::chrono::milliseconds metrics_interval{10'000};  // 0: only at the end of the run
  std::string canary_game;                             // empty: default_canary_game
  // False: every document comes from the database (stored payloads). Then there is no canary to ask.
  bool asks_hosts = true;
  // Documents that are older than the ones stored replace them too (pipeline/transform/document_age.hpp).
  bool allow_older = false;
  // Pauses that earlier runs did not sit out (checkpoints of the stage `host_stage`), by host.
  std::map<std::string, host_pause> cool_downs;

  link_limits fetch_link() const;
  link_limits transform_link() const;
  link_limits load_link() const;
  link_limits derive_link() const;
  // Games read back cost nothing there: how large one is, is known when it is read.
  link_limits recover_link() const;
  link_limits finish_link() const { return load_link(); }

  // Games that may be under way, of all stages; of resolved settings.
  std::size_t games_in_flight_max() const;

  // The same with every 0 replaced, for `cores` cores and a backend (store_kind::name).
  engine_settings resolve(unsigned cores, std::string_view backend) const;
};

}  // namespace nba
