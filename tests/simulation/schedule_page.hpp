// A schedule as the league serves it, and what it says of each game: the judge goes by that, and not by what the
// engine's parser makes of it.
//
// Threads: plain values.
#pragma once

#include "pipeline/plan/planned_game.hpp"

#include <map>
#include <string>

namespace nba::simulation {

// What a schedule says of a game that it lists.
enum class listing {
  final,
  live,
  scheduled,
  postponed,
  cancelled,
  without_score,  // "Final", 0-0
  without_teams,  // scheduled, teams not decided
  left_out,       // an entry that cannot be used
};
// To be played, or played.
inline bool is_normal(listing value) {
  return value == listing::final || value == listing::live || value == listing::scheduled;
}

struct served_schedule {
  std::map<game_id, listing> games;  // those that it lists
  et_date last_date{};               // of the entries that can be used

  // There is something in it, and not so much that cannot be read that its shape must have changed.
  bool is_usable() const;
};

class schedule_page {
 public:
  // How an entry is written.
  enum class form {
    plain,
    short_id,      // its id has lost its zeros
    repeated,      // a second entry says that it was postponed from the day before: no news
    contradicted,  // a second entry has other teams
  };

  explicit schedule_page(season of) : season_(of) {}

  void list(const planned_game& game, listing says, form how);
  // A game of a kind that no version knows, final.
  void list_new_kind(int number);

  std::string json() const;
  const served_schedule& said() const { return said_; }

 private:
  void add(const std::string& entry);

  season season_;
  std::string entries_;
  served_schedule said_;
};

}  // namespace nba::simulation
