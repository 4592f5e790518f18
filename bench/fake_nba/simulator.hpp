// Simulates one game, possession by possession.
//
// Purpose: events that add up, in the order and with the habits of the NBA's play-by-play. It is a model of the record,
// not of basketball: rates are the league's averages, abilities and home advantage shift them a little.
// Threads: a simulator is used by one thread for one game.
#pragma once

#include "bench/fake_nba/matchup.hpp"
#include "bench/fake_nba/random.hpp"
#include "bench/fake_nba/scorebook.hpp"

#include <array>
#include <optional>

namespace nba::fake {

class simulator {
 public:
  simulator(const matchup& match, random_stream random);
  // The whole game; or only its first periods (a game in progress, without `game end`).
  game_log run(std::optional<int> periods_max = std::nullopt) &&;

 private:
  // ---- periods (simulator.cpp)
  void play_period(bool is_last);
  void jump_ball_at_start();
  void break_before(int next_period);
  void break_tie();
  void end_game();

  // ---- possessions (simulator_possession.cpp)
  enum class steering { none, must_score, must_fail };
  struct scoring_chance {  // what the next shot counts as
    bool second_chance = false, from_turnover = false, fast_break = false;
    std::uint16_t qualifiers() const;
  };
  steering steer();
  void attempt();
  int thinking_tenths();
  void turnover();
  void dead_ball_turnover();
  bool incident();
  void shot(steering how);
  bool draws_foul(player_index shooter, bool three, steering how);
  void score_shot(event& basket, steering how);
  void rebound(int shot_event, bool after_free_throw);
  void team_rebound(side team, int shot_event, bool dead);
  void give_ball_to(side team, bool after_turnover);

  // ---- fouls and free throws (simulator_fouls.cpp)
  struct foul_call {
    side by = home_side;
    std::string_view sub_type = "personal", descriptor = {};
    player_index fouled = no_player;
    int free_throws = 0;
  };
  bool in_penalty(side by) const;
  bool wants_to_foul() const;
  player_index pick_fouler(side by);
  int call_foul(const foul_call& call, player_index fouler);
  void personal_foul(std::string_view descriptor);
  void technical_foul();
  void double_technical();
  void disqualify_after_last_foul(side team, player_index who);
  void eject(side team, player_index who);
  struct trip {
    side shooting = home_side;
    player_index shooter = no_player;
    int foul_event = -1;
    int count = 2;
    std::string_view descriptor = {};  // of a trip that keeps the ball
    int made_by_decree = -1;           // so many are made; -1: as ability has it
  };
  void free_throws(const trip& value);
  event free_throw(const trip& value, int number);

  // ---- bench and dead balls (simulator_bench.cpp)
  struct rotation_state {
    std::array<double, roster_size> share{};  // of the game a player should be on the court
    std::array<int, roster_size> rank{};      // 0 the best starter
    std::array<bool, roster_size> out{};      // fouled out, ejected, hurt, not dressed
  };
  void dead_ball(double chance_to_substitute);
  void timeouts_at_dead_ball();
  void call_timeout(side team, std::uint16_t qualifiers);
  void substitute(side team, double threshold_tenths, std::uint16_t qualifiers);
  void replace(side team, player_index out);
  void exchange(side team, const std::vector<player_index>& out, const std::vector<player_index>& in,
                std::uint16_t qualifiers);
  void start_of_period_lineups();
  void restore_starters(side team);
  double deficit_tenths(side team, player_index who) const;
  std::vector<player_index> bench(side team) const;  // fit and not on the court, most deserving first
  void stoppage(std::string_view why);
  void injury();
  void coach_challenge();
  void extras();
  void curiosities();

  // ---- common
  const squad& squad_of(side team) const { return match_.squads[at(team)]; }
  const ability& ability_of(side team, player_index who) const { return squad_of(team).roster[at_player(who)].ability; }
  side defense() const { return other(offense_); }
  event make(action what, side team = no_side, player_index who = no_player) const;
  int record(event value);
  player_index pick(side team, double ability::*weight, player_index except = no_player);
  void run_clock(int tenths);
  int elapsed_tenths() const;
  void wait(int seconds) { wall_tenths_ += seconds * 10; }
  bool records_stoppages() const { return match_.quirks.form == document_form::nulls_2020; }

  const matchup& match_;
  random_stream random_;
  scorebook book_;
  int period_ = 1;
  int clock_tenths_ = 0;
  std::int64_t wall_tenths_ = 0;  // since tip-off
  side offense_ = home_side;
  side opening_side_ = home_side;  // won the opening tip
  scoring_chance chance_;
  struct shooter_at_the_line {
    side team = no_side;
    player_index who = no_player;
  };
  shooter_at_the_line at_the_line_;
  bool fresh_possession_ = true;
  bool is_steered_ = false;
  bool steering_decided_ = false;
  std::array<int, 2> team_fouls_{0, 0};  // in this period
  std::array<int, 2> late_fouls_{0, 0};  // in its last two minutes
  std::array<int, 2> timeouts_left_{7, 7};
  int mandatory_timeouts_ = 0;  // in this period
  std::array<rotation_state, 2> rotation_;
  bool memo_rose_ = false, unknown_action_done_ = false;
};

}  // namespace nba::fake
