// The tables `teams` and `players`.
//
// Names change (a player's suffix appears in December), and games are not ingested in order of date. A row therefore
// says what the latest game said: a game writes a team's or player's row unless the row comes from a later one. So the
// contents do not depend on the order of ingestion. docs/adr/0015-latest-names.md
// Threads: one thread at a time.
#pragma once

#include "storage/sql/session.hpp"
#include "storage/sql/upsert.hpp"

#include <span>

namespace nba::sql {

class people_upserts {
 public:
  people_upserts();
  // Teams first, then players, each in id order. Inside a transaction.
  void run(session& db, std::span<const game_rows* const> games);

 private:
  upsert teams_;
  upsert players_;
};

}  // namespace nba::sql
