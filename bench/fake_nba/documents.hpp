// Writes a game and a season as the NBA's hosts serve them.
//
// Threads: pure functions of their arguments, which must outlive the call.
#pragma once

#include "bench/fake_nba/fixtures.hpp"
#include "bench/fake_nba/game_log.hpp"
#include "bench/fake_nba/matchup.hpp"
#include "bench/fake_nba/rosters.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nba::fake {

// Everything there is to know about one game.
struct game_sheet {
  const fixture& game;
  const matchup& match;
  const game_log& log;
  std::span<const person> officials;  // the league's
  utc_time tipoff{};
};

// 30 to 45 KB and 250 to 450 KB of text.
std::string write_boxscore(const game_sheet& sheet);
std::string write_playbyplay(const game_sheet& sheet);

// What the schedule knows about a game's outcome.
struct game_result {
  std::array<int, 2> score{0, 0};
  int periods = 0;
  side leader_side = home_side;  // scored the most points
  player_index leader = no_player;
  int leader_points = 0;
  // Wins and losses of home and away after the game: of the season, of the preseason, or of the series.
  std::array<int, 2> wins{0, 0}, losses{0, 0};
};

struct schedule_entry {
  const fixture& game;
  listing listed;
  const game_result* result = nullptr;  // when it is final or live
};

struct schedule_sheet {
  season of;
  std::uint64_t seed = 0;
  et_date opening{};
  std::span<const franchise> teams;
  std::span<const std::vector<player>> rosters;
  std::vector<schedule_entry> entries;  // any order
};
// About 1.2 KB a game.
std::string write_schedule(const schedule_sheet& sheet);

// "Final", "Final/OT", "Final/OT2"
std::string final_text(int periods);

}  // namespace nba::fake
