// A league of tiny games: schedules and payloads of a few kilobytes that the transformer accepts, and a host that
// serves them and misbehaves as told.
//
// Purpose: whole seasons through the actors in milliseconds. The synthetic league of the product is far larger.
// Threads: plain values; a small_host belongs to one test.
#pragma once

#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/source/game_source.hpp"
#include "pipeline/source/http_client.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nba::test {

inline const source_urls small_urls{"http://league.test/static/json", "http://league.test/stats"};
// The source of its games.
std::shared_ptr<const game_source> small_games();

// Game `number` of its type, final, on the day `day` of the season (0: 22 October of its first year).
planned_game small_game(int number, int day = 0, game_type type = game_type::regular, season of = season{2024});
// `games` games in `chunks` chunks of seven days each. Ids are not in date order, and every tenth one is a playoff
// game.
std::vector<planned_game> small_season(int games, int chunks);
std::vector<chunk> small_chunks(std::vector<planned_game> games);

// What the game's documents hold.
struct small_payload {
  int home_points = 4;  // even
  int away_points = 3;  // divisible by three
  int status = 3;
  std::size_t filler_bytes = 0;      // makes the play-by-play larger
  std::optional<et_date> date = {};  // none: the season's first day
  bool stale_box = false;            // the box score is one of before the game: status 1, 0-0
  bool ended = true;                 // the play-by-play goes on to the end of the game
};
std::string boxscore_json(const game_id& id, const small_payload& what = {});
std::string playbyplay_json(const game_id& id, const small_payload& what = {});

class small_host {
 public:
  // Serves every game; what follows changes that for some.
  http_response answer(const http_request& request);

  std::map<game_id, small_payload> payloads;  // others are small_payload{}
  std::map<game_id, et_date> dates;           // of payloads that have none
  std::set<game_id> missing;                  // 403, as the edge answers for a game it does not have
  std::set<game_id> broken;                   // JSON of another shape
  bool blocked = false;                       // 403 for everything
  // The first answers to a URL, before the ordinary ones.
  std::map<std::string, std::deque<http_response>> first;

 private:
  http_response page(long status) const;
};

}  // namespace nba::test
