// The tables `teams` and `players`.
//
// Names change (a player's suffix appears in December), and games are not ingested in order of date. A row therefore
// says what the latest game said: a game writes a team's or player's row unless the row comes from a later one. So the
// contents do not depend on the order of ingestion. docs/adr/0015-latest-names.md
// With every row goes a digest of it, in the same statement: a row that was changed by hand no longer has it, and one
// that a later game changed has a new one.
// Threads: one thread at a time.
#pragma once

#include "storage/sql/session.hpp"
#include "storage/sql/upsert.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

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

// A row as it stands there.
struct stored_person {
  std::string table;
  std::int64_t id = 0;
  std::string name;
  std::optional<et_date> last_game_date;
  std::string kept;  // its digest; empty: an earlier build wrote the row
  // The digest of what stands there, were that the last date.
  std::function<std::string(et_date)> digest_at;
  bool is_as_written() const;
};
// Teams, then players, each in id order. Inside a transaction.
std::vector<stored_person> read_people(session& db);
// Those that the game has.
std::vector<stored_person> read_people_of(session& db, const game_id& id);

}  // namespace nba::sql
