// Which game enters the pipeline next: chunks in flight, without a wave barrier.
//
// A chunk opens only while fewer than `parallel` chunks are awake. A chunk frees its slot as soon as none of its games
// is awake (waiting or moving): a chunk whose last games all sleep in a retry holds none, and the next chunk opens at
// once. When such games wake up, more than `parallel` chunks may be awake for a while; then none opens. Open chunks
// take turns, so that no chunk starves another. At most `open_max` chunks are open together, sleeping ones included.
// Threads: not thread-safe; owned by the job actor. Pure: no clock.
#pragma once

#include "pipeline/plan/chunks.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace nba {

// How a game is over for a run.
enum class game_end {
  settled,      // done, closed, or not to be had yet
  failed,       // and counts
  not_reached,  // let go by a run that was stopped, before it knew what becomes of it
};

// A chunk that is under way.
struct open_chunk {
  int number = 0;
  date_range dates;
  std::size_t games = 0, admitted = 0, finished = 0;
  std::size_t sleeping = 0;  // of those in flight
};

class chunk_admission {
 public:
  // `open_max` is at least `parallel`.
  chunk_admission(std::vector<chunk> chunks, int parallel, int open_max);

  struct admitted {
    planned_game game;
    int chunk = 0;             // its number
    bool opens_chunk = false;  // the first game of its chunk
  };
  // The next game to admit, or nullopt when none may enter now (slots taken, all admitted, or stopped). The caller
  // must have room for it: an admitted game is in flight until `finish`.
  std::optional<admitted> next();

  // A game in flight waits for a retry / goes on. Unknown or finished games change nothing.
  void sleep(const game_id& id);
  void wake(const game_id& id);

  struct chunk_end {
    int number = 0;
    date_range dates;
    std::size_t games = 0;
    std::size_t failures = 0;
    std::size_t not_reached = 0;
  };
  // The game is over for this run. Answers the end of its chunk when it was the last one. A game that is not in flight
  // (unknown, or finished before) changes nothing.
  std::optional<chunk_end> finish(const game_id& id, game_end how);

  // The next chunk may open for once although sleeping ones hold all there may be. False: there is room, or none is
  // left.
  bool open_one_more();

  // Admits no further game. What was not admitted stays unadmitted.
  void stop() { stopped_ = true; }
  // Games admitted and not finished, in the order of their chunks.
  std::vector<planned_game> unfinished() const;
  // Games never admitted, in order.
  std::vector<planned_game> unadmitted() const;

  bool all_finished() const noexcept { return finished_ == total_; }
  std::size_t finished() const noexcept { return finished_; }
  std::size_t in_flight() const noexcept { return flights_.size(); }
  std::size_t total() const noexcept { return total_; }
  std::size_t chunks_total() const noexcept { return chunks_.size(); }
  std::size_t chunks_open() const noexcept { return open_.size(); }
  std::size_t chunks_ended() const noexcept { return ended_; }
  // Chunks that occupy a slot.
  std::size_t chunks_awake() const;
  // Those under way, by their number.
  std::vector<open_chunk> open_chunks() const;
  // Dates of a chunk by its number.
  date_range dates_of(int number) const;

 private:
  struct state {
    chunk content;
    std::size_t admitted = 0, finished = 0, failures = 0, not_reached = 0, sleeping = 0;
    bool awake() const noexcept { return content.games.size() - finished > sleeping; }
  };
  struct flight {
    std::size_t chunk = 0;
    bool sleeping = false;
  };
  bool may_open() const;
  std::vector<state> chunks_;
  std::deque<std::size_t> open_;  // indices into chunks_, next to serve first
  std::size_t next_chunk_ = 0;
  std::unordered_map<game_id, flight> flights_;
  std::size_t total_ = 0, finished_ = 0, ended_ = 0;
  std::size_t parallel_ = 1, open_max_ = 1;
  bool stopped_ = false, one_more_ = false;
};

}  // namespace nba
