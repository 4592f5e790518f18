// The rows of games: written, read, and compared with what the ledger remembers of them.
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/derive/tables.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"
#include "storage/stored_rows.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace nba {

// Write the core rows of a game; the ledger row becomes `loaded`. What happens is decided inside the transaction from
// the ledger: never loaded -> straight bulk copy; loaded or done with the same digest -> nothing; another digest -> the
// game's rows (core and derived) are replaced. Upserts teams and players.
struct core_write {
  std::shared_ptr<const game_rows> rows;
  std::string payload_sha256;
};
// Write the derived rows of a game (replacing any); the ledger row becomes `done`. `tables`: only these are touched;
// all of them unless the game is done already (a game is never done with some of its derived tables missing). The
// current rule version of each written table goes to `derived_versions`, `rules_version` to the ledger.
struct derived_write {
  nba::game_id game_id;
  std::shared_ptr<const derived_rows> rows;
  int rules_version = 1;
  provenance origin;
  derived_table_set tables = derived_table_set::all();
};
using game_write = std::variant<core_write, derived_write>;

enum class write_outcome { inserted, unchanged, replaced };

// Which derived tables of a game are by the current rules.
struct derived_state {
  nba::game_id game_id;
  game_state state = game_state::loaded;
  derived_table_set current;
};

struct travel_record {
  nba::game_id game_id;
  travel_row row;
};

class game_store {
 public:
  virtual ~game_store() = default;

  // All writes in one transaction; outcomes in the order of the writes. On failure nothing of the batch is there.
  virtual result<std::vector<write_outcome>> write_games(std::span<const game_write> writes,
                                                         const std::string& run_id) = 0;
  // Core rows of a loaded or done game, exactly as they were written; events in event_idx order. Refused (class
  // rejected) when they are not what the ledger says was written.
  virtual result<game_rows> read_game(const game_id& id) = 0;
  // Derived rows as they are stored; a table that was never derived is empty. Refused when there is no outcome.
  virtual result<derived_rows> read_derived(const game_id& id) = 0;
  // Loaded and done games of the season, in id order, with the tables whose rows are by the current rules.
  virtual result<std::vector<derived_state>> read_derived_states(nba::season season) = 0;
  // The season's stored travel rows, by game id; home and away in no order.
  virtual result<std::vector<travel_record>> read_travel(nba::season season) = 0;

  // -- what is stored (storage/stored_rows.hpp)
  // Reads every row of a loaded or done game back. nullopt: the game is neither.
  virtual result<std::optional<stored_check>> check_stored(const game_id& id) = 0;
  // Only counts; answers the games where something is wrong. Without a season: of all.
  virtual result<std::vector<stored_check>> count_stored(std::optional<nba::season> only) = 0;
  // Notes what is there now as what should be there, for a game of which nothing was kept. False: it is not so.
  virtual result<bool> adopt_stored(const game_id& id) = 0;
  // A done game whose rows are damaged is not done: back to `loaded` (only derived rows are wrong) or `planned`, so
  // that the next run mends it. Looks again in the same transaction. Answers what is wrong; good(): nothing was
  // changed.
  virtual result<stored_check> reopen_damaged(const game_id& id, const std::string& run_id) = 0;
};

}  // namespace nba
