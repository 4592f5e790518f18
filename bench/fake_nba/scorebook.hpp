// Keeps the book of one game: takes events and counts everything that follows from them, in one place.
//
// Threads: used by one thread.
#pragma once

#include "bench/fake_nba/game_log.hpp"

namespace nba::fake {

class scorebook {
 public:
  scorebook(const ten& starters, bool misread_tenths);

  // Adds an event, completes it (score, court, running counts) and answers its position.
  int add(event value);

  std::array<int, 2> score() const { return log_.score; }
  int lead_of(side value) const { return log_.score[at(value)] - log_.score[at(other(value))]; }
  const five& court(side value) const { return log_.court[at(value)]; }
  bool is_on_court(side team, player_index who) const;
  const player_line& line(side team, player_index who) const { return log_.players[at(team)][at_player(who)]; }
  // Seconds on court so far, his present stint included.
  int played_tenths(side team, player_index who, int period, int clock_tenths) const;
  event& at_position(int position) { return log_.events[static_cast<std::size_t>(position)]; }

  // Ends the book: minutes of those still on the court.
  game_log finish(int period, bool is_over) &&;

  game_log& log() { return log_; }

 private:
  player_line& line_of(side team, player_index who) { return log_.players[at(team)][at_player(who)]; }
  void count(event& value);
  void count_shot(event& value);
  void count_foul(event& value);
  void score_points(const event& value);
  void follow_score(const event& value, int margin_before);
  void enter(side team, player_index who, int period, int clock_tenths);
  void leave(side team, player_index who, int period, int clock_tenths);
  int elapsed_hundredths(int period, int clock_tenths) const;

  game_log log_;
  bool misread_tenths_;
  struct stint {
    int period = 0, clock_tenths = 0;
  };
  std::array<std::array<stint, roster_size>, 2> since_;
  int run_ = 0;
  side run_side_ = no_side;
  int last_leader_ = 0;  // sign of the last margin that was not zero
  int scored_at_hundredths_ = 0;
};

}  // namespace nba::fake
