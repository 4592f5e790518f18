// What a run did, for the exit code, the report on the screen and the benchmarks.
//
// Threads: plain values.
#pragma once

#include "actors/stage_counters.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nba {

// A game of the run that did not become done, and why.
struct reported_game {
  game_id id;
  et_date date{};
  game_state state = game_state::planned;
  std::string stage;   // where it failed; empty when it was never tried
  std::string reason;  // one sentence
  // Of a closed one: concluded in this run, from what is missing. Counts once.
  bool alarm = false;
};

enum class run_ending {
  completed,          // every game of the work set was tried
  interrupted,        // stopped by a signal, after a clean drain
  aborted,            // stopped at once (second signal or drain deadline)
  storage_lost,       // the database went away
  host_lost,          // a host was given up; games were left untried
  documents_changed,  // the documents of several games in a row were refused alike; games were left untried
  broken,             // a bug: an actor died or an invariant broke
};
std::string_view to_string(run_ending value);
// The run came to its end by itself: what it says of its games is all that there is to say.
constexpr bool is_whole(run_ending value) {
  return value == run_ending::completed || value == run_ending::host_lost || value == run_ending::documents_changed;
}

struct run_report {
  run_ending ending = run_ending::completed;
  std::string ending_reason;  // set unless completed
  std::int64_t games_total = 0;
  std::int64_t inserted = 0, replaced = 0, unchanged = 0, recovered = 0;
  std::int64_t rows_written = 0;
  std::int64_t bytes_fetched = 0;
  std::int64_t failures = 0;  // games parked, failed or closed with an alarm, for the exit code
  std::vector<reported_game> parked;
  std::vector<reported_game> closed;    // terminal without rows since this run, or asked about again and still so
  std::vector<reported_game> reopened;  // closed before, expected again; what became of them is elsewhere
  std::vector<reported_game> not_ready;
  std::vector<reported_game> failed;      // failed, but neither parked nor blamed (host blocked, database gone)
  std::vector<watermark_row> watermarks;  // lanes of the run, as they are durable
  std::vector<stage_status> stages;
  std::chrono::milliseconds elapsed{0};

  std::int64_t done() const noexcept { return inserted + replaced + unchanged + recovered; }
};

}  // namespace nba
