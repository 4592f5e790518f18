// The progress line of a run.
//
//   [##########----------]  612/1,314 games  46%  38.2/s  ETA 0:18  limit: load  mark 0022400598  2 failed
//   612/1,314 games  cdn.nba.com asked to wait until 14:03 UTC  429, probe 2 of 5  2 failed
//
// Threads: render_progress is pure; a progress_display may be updated from any thread.
#pragma once

#include "actors/run_snapshot.hpp"
#include "cli/terminal.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nba::cli {

// One line of at most `width` columns (no newline, no trailing blanks). The bar takes what is left over and goes first;
// then what does not fit, least important first: stages, games not ready, the watermark, what limits the run, rate,
// estimated time, percentage, why a host is paused, failures, that it is paused; the count of games stays until last.
// `unicode`: draw with block characters instead of '#' and '-'.
std::string render_progress(const run_snapshot& run, int width, bool unicode);
// The parts of the line that need a person: failures, a host that was given up.
std::vector<std::string> alarms_of(const run_snapshot& run);

// "0:18", "12:05", "1:02:03".
std::string format_duration(std::chrono::seconds value);

// Shows the line on a TTY, at most once every redraw_interval; does nothing when disabled or without a TTY.
class progress_display {
 public:
  using clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds redraw_interval{100};

  progress_display(terminal& screen, bool enabled, bool unicode);
  // Clears the line.
  ~progress_display();
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;

  // Before there is anything to count: what is done first.
  void announce(const std::string& what);
  void update(const run_snapshot& run, clock::time_point now = clock::now());

 private:
  terminal& screen_;
  const bool enabled_;
  const bool unicode_;
  std::mutex mutex_;
  std::optional<clock::time_point> drawn_at_;
};

}  // namespace nba::cli
