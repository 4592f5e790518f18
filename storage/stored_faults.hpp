// What is wrong in the database beside the rows of finished games (storage/stored_rows.hpp): rows of the ledger that
// cannot be true, rows of games that the ledger does not call stored, and changed rows of `teams` and `players`, which
// belong to many games.
//
// Purpose: for `db verify` and `db repair`. docs/adr/0113-rows-that-no-game-answers-for.md
// Threads: the store's thread. Errors: class storage.
#pragma once

#include "storage/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nba {

struct ledger_fault {
  std::string game_id;    // as it stands there
  std::string what;       // "state: 'bogus' is none; season: ..."
  bool is_game = true;    // false: no game has this id, so nothing is known that would be right
  bool to_fetch = false;  // its state was none: a run has to find out
};

// Rows of a game that the ledger has not, or has as a game without rows.
struct orphan_rows {
  std::string game_id;
  std::string state;  // empty: the ledger does not know the game
  std::vector<std::pair<std::string, std::int64_t>> tables;
  bool is_replaced = false;  // the game is still to be fetched, and what is fetched takes the place of these rows
};

// A row of `teams` or `players` that is not what was written.
struct person_fault {
  std::string table;
  std::int64_t id = 0;
  std::string name;  // as it stands there
  // The last stored game of the team or player, which brings the row back; empty: there is none.
  std::optional<game_id> source = {};
};

struct stored_faults {
  std::vector<ledger_fault> ledger;
  std::vector<orphan_rows> orphans;
  std::vector<person_fault> people;
  std::int64_t people_without_digest = 0;  // of earlier builds, which kept none
  std::size_t count() const noexcept { return ledger.size() + orphans.size() + people.size(); }
};
// `only`: ledger and orphans of this season; teams and players are looked at in any case.
result<stored_faults> find_stored_faults(store& database, std::optional<season> only);

// The games that have to be fetched again for what `found` names.
std::vector<game_id> games_to_fetch(const stored_faults& found);

// Looks again, and mends what needs no host, in one transaction: season, type, date and state of ledger rows (a state
// that is none becomes `planned`); a team's or player's last date where that was all that was wrong. What only a
// document brings back is set so that the source game is fetched again and its row taken. Deletes orphans (and what
// stands in the ledger under no game's id) only when told to. Answers what was found.
result<stored_faults> mend_stored_faults(store& database, std::optional<season> only, bool delete_orphans,
                                         const std::string& run_id);

// Notes rows of teams and players that have no digest as right. Answers how many.
result<std::int64_t> adopt_people(store& database);

}  // namespace nba
