// What is fixed before a game is simulated: who dresses, who is absent and why, who officiates, and which of the NBA's
// quirks its documents will have.
//
// Threads: values and pure functions.
#pragma once

#include "bench/fake_nba/franchises.hpp"
#include "bench/fake_nba/game_log.hpp"
#include "bench/fake_nba/random.hpp"
#include "bench/fake_nba/rosters.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nba::fake {

// The two serialisations that occur in the wild, the older one in two editions.
enum class document_form {
  nulls_2020,  // meta block, scores as strings, nulls where there is no place; stoppages, replays and memos recorded
  nulls_2024,  // the same with areas, an empty subType where there is none, and without stoppages
  compact,     // no meta, integer scores, absent keys, names escaped to ASCII
};

// See docs/synthetic-league.md, "Quirks", for how often each occurs.
struct game_quirks {
  document_form form = document_form::compact;
  bool boxscore_has_meta = true;
  bool early_violation = false;         // an event before the first period starts
  bool second_game_end = false;         // two `game end`s
  bool event_after_end = false;         // a review after the game has ended
  bool rising_memo = false;             // a memo whose clock is above that of the event before it
  bool unknown_action = false;          // an action type nobody has heard of
  bool late_events_at_end = false;      // events inserted later stand at the end of the list
  bool played_without_minutes = false;  // "played":"1" and PT00M00.00S
  bool edited_months_later = false;
  bool fourth_official = false;
  bool no_duration = false;  // "duration":0
};
game_quirks draw_quirks(std::uint64_t seed, std::string_view game_id);

struct absence {
  player_index who = no_player;
  bool is_inactive = true;  // status INACTIVE, else ACTIVE
  std::string_view reason, description;
};

struct squad {
  const franchise* team = nullptr;
  std::span<const player> roster;     // roster_size players
  std::vector<player_index> dressed;  // the starters are the first five
  std::vector<absence> absent;        // everybody else
  double strength = 0;                // added to the chance of making a shot
};

struct matchup {
  std::array<squad, 2> squads;  // home, away
  std::vector<int> officials;   // indices into the league's officials
  game_quirks quirks;
  bool is_neutral = false;
  bool misread_tenths = true;
  double overtime_rate = 0;
};

squad draw_squad(random_stream& random, const franchise& team, std::span<const player> roster, double strength);
std::vector<int> draw_officials(random_stream& random, bool with_alternate);

}  // namespace nba::fake
