// The stored rows of one game against the ledger. Threads: functions on a session, inside a transaction.
// Errors: sql_error; refused.
#pragma once

#include "storage/sql/session.hpp"
#include "storage/stored_rows.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nba::sql {

// Reads everything back. nullopt: the game is neither loaded nor done.
std::optional<stored_check> check_rows(session& db, const game_id& id);
// Rows of `teams` and `players` belong to many games, so no game's digest has them; but they must be there. One
// sentence for each of the two tables that lacks some.
std::vector<std::string> missing_people(session& db, const game_id& id);
// Throws `refused` (class rejected) when core rows that were just read are not those the ledger remembers.
void refuse_damaged(session& db, const game_rows& read);

}  // namespace nba::sql
