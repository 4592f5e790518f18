#include "storage/sql/ledger_rules.hpp"

namespace nba::sql {

write_outcome decide_core_write(const ledger_row& game, std::string_view payload_sha256) {
  if (!game.has_core_rows()) return write_outcome::inserted;
  return game.payload_sha256 == payload_sha256 ? write_outcome::unchanged : write_outcome::replaced;
}

ledger_row after_core_write(const ledger_row& game, std::string_view payload_sha256) {
  if (decide_core_write(game, payload_sha256) != write_outcome::unchanged)
    return {game_state::loaded, std::string(payload_sha256), 0};
  auto after = game;
  if (game.state != game_state::done) after.state = game_state::loaded;
  return after;
}

std::string_view may_become(game_state wanted, bool reopens) {
  return is_terminal(wanted) || reopens ? "ingest_games.state <> 'done'"
                                        : "ingest_games.state NOT IN ('done', 'waived', 'cancelled', 'unavailable')";
}

}  // namespace nba::sql
