// Whether a row of the ledger can be true at all.
//
// Purpose: a run takes a row that it cannot read for a planned game and says nothing; `db verify` says which rows those
// are, and what would be right where the id tells it: season and game type are part of the id.
// Threads: pure functions and plain values.
#pragma once

#include "pipeline/plan/game_id.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nba {

// As they stand in the database. An empty date is one that is not known.
struct ledger_texts {
  std::string game_id, season, game_type, game_date, state;
};

struct ledger_verdict {
  std::optional<game_id> id;  // empty: it is no game's row
  bool season = true, type = true, date = true, state = true;
  std::vector<std::string> problems;  // "state: 'bogus' is none"; empty: the row may be true
};

// A date belongs to a season from July before it to December after it: the season of 2019-20 ended in October.
ledger_verdict judge_ledger_row(const ledger_texts& row);

}  // namespace nba
