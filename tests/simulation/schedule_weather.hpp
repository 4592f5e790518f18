// What a schedule says wrongly: of which games, in which way, for how long; and which of its ways are closed.
//
// A lie lasts some days, so that one run sees it and the next does not, or several do. The league never calls a game
// final that was not played.
// Threads: one.
#pragma once

#include "tests/simulation/dice.hpp"
#include "tests/simulation/schedule_page.hpp"

#include <map>
#include <optional>
#include <vector>

namespace nba::simulation {

class schedule_weather {
 public:
  explicit schedule_weather(std::uint64_t seed) : dice_(seed) {}

  // For the next run: lies that are over are taken back, others begin. Answers the games of those that begin.
  std::vector<game_id> change(const std::vector<planned_game>& games, et_date today);
  void calm();

  // How this game is listed today, which in truth is as `truth` says; nullopt: not at all.
  std::optional<listing> listing_of(const game_id& game, listing truth) const;
  schedule_page::form form_of(const game_id& game) const;
  int new_kinds() const { return new_kinds_; }
  // stats.nba.com, or the file of cdn.nba.com, refuses schedules.
  bool stats_refuses() const { return stats_refuses_; }
  bool cdn_refuses() const { return cdn_refuses_; }
  std::size_t lies() const { return lies_.size(); }

 private:
  enum class lie {
    absent,
    postponed,
    cancelled,
    scheduled,
    without_score,
    without_teams,
    left_out,
    short_id,
    repeated,
    contradicted,
  };
  struct told {
    lie what = lie::absent;
    et_date until{};               // the last day
    std::optional<lie> then = {};  // for as long again
  };
  std::vector<game_id> begin_lie(const std::vector<planned_game>& games, et_date today);

  dice dice_;
  std::map<game_id, told> lies_;
  int new_kinds_ = 0;
  bool stats_refuses_ = false, cdn_refuses_ = false;
};

}  // namespace nba::simulation
