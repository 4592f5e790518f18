// Statements about dead letters that several calls share. Inside a transaction.
#pragma once

#include "storage/sql/session.hpp"

#include <string_view>

namespace nba::sql {

// Marks the unresolved dead letter of the game, if there is one; answers how many that were.
std::int64_t resolve_letters(session& db, const game_id& id, std::string_view resolution, std::string_view reason,
                             utc_time now);

}  // namespace nba::sql
