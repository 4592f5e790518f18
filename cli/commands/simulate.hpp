// `simulate`: serve a synthetic league over loopback HTTP until SIGINT or SIGTERM.
//
// Threads: the server has its own; the caller's waits for the signal, which must be blocked (signals_by::command).
#pragma once

#include "cli/context.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nba::cli {

struct simulate_options {
  int port = 8080;  // 0: any free one
  std::string season = "2024-25";
  std::uint64_t seed = 1;
  int regular_games = 0;  // 0: a full season
  std::string today;      // games after this day are not played yet
  std::string latency;    // "20", "uniform:5:40"
  std::vector<std::string> faults;
  double chaos = 0;     // share of requests that meet a fault of any kind
  std::string script;   // file
  std::string docroot;  // folder; empty: a synthetic league
  bool gzip = false;
};

// 0 after a clean stop by either signal.
int run_simulate(const context& with, const simulate_options& options);

}  // namespace nba::cli
