// What keeps a run from being quicker, and what would help: the verdict over what its stages and hosts did.
//
// Purpose: the report of a run, its snapshot, the progress line and the page say the same, since all of them ask this
// one function; what it is told is gathered by actors/run_history.hpp. Threads: plain values, a pure function. Units:
// shares are of the time looked at, 0 to 1.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace nba {

// What keeps a run from being quicker, and what would help.
struct run_limit {
  std::string stage;   // "fetch", "transform", "load", "derive", "budget:HOST"; empty: nothing stands out
  std::string reason;  // "load was busy 98 % of the time"
  std::string help;    // "with PostgreSQL, engine.load_connections"; empty: nothing would
};

// What a run did for a while.
struct run_load {
  struct stage_load {
    std::string name;         // "transform", "load", "derive"
    double busy = 0;          // of its workers' time
    double on_cores = 0;      // of what they were busy: on a processor, not waiting for one, a disk or a server
    std::size_t workers = 0;  // of load: connections
  };
  struct host_load {
    std::string host;
    // Requests waited ...
    double paced = 0;                // ... for the pace, while connections were free
    double full = 0;                 // ... for a connection: all that may be in use were
    double paused = 0;               // ... for the end of a pause
    double requests_per_minute = 0;  // the pace; 0: none
    int connections = 0;             // as they are set
    int window = 0;                  // of them, as many as may be in use now
    bool blocked = false;            // the last pause was one with probes, not one that the host asked for
    std::string pause_reason = {};   // of the last pause, in short; may be empty
  };

  std::chrono::milliseconds time{0};  // how long it was looked at
  std::vector<stage_load> stages;
  std::vector<host_load> hosts;
  double answer_ms = 0;         // median time of an answer
  double fetch_full = 0;        // fetch held all the games that it may and waited for their documents
  std::size_t fetch_games = 0;  // so many
  double chunks_used_up = 0;    // fetch had room, chunks were left, and those under way had no game left to ask for
  int parallel = 0;             // chunks under way at a time
  double cores_busy = 0;        // of all cores: this program
  std::size_t cores = 0;
  int writers_max = 1;      // connections that can write to the database at a time
  bool reads_back = false;  // the games come from the database: what `derive` does
};

// Less than that tells nothing.
inline constexpr std::chrono::seconds limit_time_min{2};
// What held a run up for a smaller share of the time does not stand out.
inline constexpr double limit_share_min = 0.6;

run_limit find_limit(const run_load& load);

}  // namespace nba
