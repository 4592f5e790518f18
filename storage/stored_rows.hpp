// What the ledger remembers of a game's stored rows, so that rows that are gone or were changed by hand are noticed.
//
// Purpose: of every table a game's number of rows and a digest of what they hold, kept in `ingest_games.stored_rows` in
// the transaction that writes the rows, and computed again from what is there by `db verify`. The digest does not
// depend on the database, nor on the order of the rows: storage/sql/row_digest.hpp. Where a row came from and when is
// not part of it. docs/adr/0103-stored-rows.md
// Threads: pure functions and plain values.
#pragma once

#include "pipeline/plan/planned_game.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct table_digest {
  std::int64_t rows = 0;
  std::string digest;  // lower-case hex; empty: only the rows were counted
  friend bool operator==(const table_digest&, const table_digest&) = default;
};

// By table name. A table that was looked at and holds nothing of the game is there, with 0 rows.
using stored_rows = std::map<std::string, table_digest, std::less<>>;

// "1 games=1:0123456789abcdef officials=3:... ": the ledger's text, beginning with the version of the digest.
std::string to_text(const stored_rows& rows);
// nullopt for text that is not of this version: then nothing is known.
std::optional<stored_rows> parse_stored_rows(std::string_view text);

// What is wrong with the rows of a game that the ledger calls loaded or done.
struct stored_check {
  nba::game_id game_id;
  game_state state = game_state::done;
  bool kept = false;  // the ledger knows what there should be; otherwise only what every game has was looked for
  // One short sentence each: "officials: 0 of 3 rows", "pbp_events: 534 rows, not as they were written".
  std::vector<std::string> core = {};     // rows that only the documents bring back
  std::vector<std::string> derived = {};  // rows that are derived again from the others
  bool good() const noexcept { return core.empty() && derived.empty(); }
};

// Every table of `kept` against what was found; tables with an empty digest by their count alone. Empty: all is there.
std::vector<std::string> compare_stored(const stored_rows& kept, const stored_rows& found);
// What every game has, whoever wrote it: for games that an earlier build wrote without keeping anything.
std::vector<std::string> check_core_shape(const stored_rows& found);
std::vector<std::string> check_derived_shape(const stored_rows& found);

}  // namespace nba
