// A play-by-play written down play by play, for tests of what is derived from it.
//
//   play_script game;
//   game.at("11:40").shot(home, made, three).at("11:21").turnover(away);
//
// Players 101 to 105 and 201 to 205 start; team 1 is at home.
#pragma once

#include "pipeline/derive/plays.hpp"
#include "pipeline/derive/possessions.hpp"
#include "pipeline/rows.hpp"

#include <string>
#include <vector>

namespace nba::test {

enum side : std::int64_t { home = 1, away = 2 };
enum outcome_of_shot { missed, made };
enum worth { two, three };

class play_script {
 public:
  play_script();

  play_script& period(int number);                    // its start; the clock is full
  play_script& at(std::string_view minutes_seconds);  // "11:40", "0:01.5"
  play_script& end();                                 // of the period

  play_script& shot(side team, outcome_of_shot result, worth value = two);
  play_script& free_throw(side team, std::string_view number, outcome_of_shot result, std::string_view descriptor = {});
  // A player's, or with the qualifier "team" the team's.
  play_script& rebound(side team, std::string_view kind, std::string_view qualifiers = {});
  play_script& turnover(side team, std::string_view sub_type = "bad pass");
  play_script& jump_ball(side winner, std::string_view why = "heldball");
  play_script& foul(std::int64_t player, std::string_view sub_type = "personal", std::string_view descriptor = {});
  play_script& team_foul(side team, std::string_view sub_type, std::string_view descriptor);
  play_script& substitute(std::int64_t out, std::int64_t in);
  play_script& other(std::string_view action_type, std::string_view sub_type, std::int64_t player = 0);

  const game_rows& rows() const { return rows_; }
  game_rows& rows() { return rows_; }
  std::vector<play> plays() const { return plays_of(rows_); }
  std::vector<possession_row> possessions() const { return count_possessions(plays(), rows_.game); }

 private:
  pbp_event_row& add(std::string_view action_type, std::string_view sub_type, std::int64_t team);
  game_rows rows_;
  int period_ = 1;
  int clock_ = 0;
};

// "home 12:00-11:40 3 made_shot", with "+1" after the points of the offense where the defense scored, and " uncounted".
std::vector<std::string> lines_of(const std::vector<possession_row>& possessions);

}  // namespace nba::test
