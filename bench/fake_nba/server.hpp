// A fake NBA: the synthetic league behind a real HTTP server on 127.0.0.1.
//
// Purpose: `simulate`, `--source sim`, tests and benchmarks. It answers the paths of the NBA's hosts (docs/contract),
// with latency and faults as configured, and it can change while it runs: the day moves on, a payload is corrected.
// Threads: every member but the constructor and the destructor may be called from any thread; start and stop by one.
// Ownership: the server shares the league. The destructor stops it.
// Errors: start answers class configuration; afterwards nothing fails but single requests.
//
// One thread serves one connection for as long as it is kept alive. Threads are made when connections come, up to
// `connections_max`; connections over that wait for one to close.
#pragma once

#include "bench/fake_nba/faults.hpp"
#include "bench/fake_nba/latency.hpp"
#include "bench/fake_nba/league.hpp"
#include "bench/fake_nba/script.hpp"
#include "pipeline/result.hpp"
#include "pipeline/source/endpoints.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nba {

struct fake_nba_settings {
  std::shared_ptr<const nba::league> league;
  // Serves these files in place of a league, laid out as the hosts lay them out: static/json/liveData/boxscore/...,
  // static/json/liveData/playbyplay/..., stats/scheduleleaguev2_YYYY-YY.json. Latency, faults, scripts and overrides
  // work as with a league; set_today does nothing.
  std::filesystem::path docroot = {};
  // Says with every answer that it is the synthetic league's (pipeline/source/source_kind.hpp). Without it a client
  // takes the games for real ones, as tests want that play the NBA.
  bool marks_answers = false;
  int port = 0;  // 0: any free one
  int connections_max = 256;
  latency_model latency = {};
  // Compress for clients that accept gzip. Costs more than making the document: off for benchmarks.
  bool gzip = false;
  std::vector<fault_rule> faults = {};
  std::vector<script_step> script = {};
  std::uint64_t seed = 1;  // of faults and latency
  // Other seasons than the league's are made with the same settings when they are asked for. Without it their schedules
  // are empty and their games do not exist.
  bool other_seasons = true;
};

struct fake_nba_counters {
  std::uint64_t requests = 0;                               // all, also those below
  std::array<std::uint64_t, endpoint_count> by_endpoint{};  // by nba::endpoint
  std::uint64_t other = 0;                                  // anything but the three endpoints
  std::map<std::string, std::uint64_t> by_game;     // both documents of games that exist; others are only counted
  std::uint64_t unknown_games = 0;                  // requests for them
  std::array<std::uint64_t, fault_kinds> faults{};  // by fault_kind
  std::uint64_t body_bytes = 0;                     // as handed to the connection, after compression
  int in_flight_max = 0;                            // most requests at once between arrival and answer
};

class fake_nba_server {
 public:
  explicit fake_nba_server(fake_nba_settings settings);
  ~fake_nba_server();
  fake_nba_server(const fake_nba_server&) = delete;
  fake_nba_server& operator=(const fake_nba_server&) = delete;

  // Binds and begins to serve. Says which port is taken and what to do.
  result<void> start();
  // Ends waits and connections; returns when the last thread has ended. An idle connection that its client keeps open
  // delays it by at most keep_alive_seconds.
  void stop();
  int port() const noexcept;      // 0 before start
  std::string url() const;        // http://127.0.0.1:PORT
  std::string cdn_url() const;    // http://127.0.0.1:PORT/static/json
  std::string stats_url() const;  // http://127.0.0.1:PORT/stats
  source_urls urls() const;

  fake_nba_counters counters() const;

  // ---- scenarios
  // Games after this day are not played yet; empty: the season is over. Starts as the league's own `today`.
  void set_today(std::optional<et_date> today);
  // Answers `body` with status 200 for one document from now on; an empty id stands for the schedule.
  void set_override(const game_id& id, endpoint what, std::string body);
  void clear_override(const game_id& id, endpoint what);
  void set_faults(std::vector<fault_rule> rules);
  // As fake_nba_settings::marks_answers says it at the start.
  void set_marks_answers(bool marks);
  // Does one step of a script now.
  void perform(const script_step& step);

 private:
  class content;
  std::unique_ptr<content> content_;
};

inline constexpr int keep_alive_seconds = 1;
inline constexpr int seasons_served_max = 16;

}  // namespace nba
