// Rows of games.
#include "storage/sql/field_codec.hpp"
#include "storage/sql/game_batch.hpp"
#include "storage/sql/read_rows.hpp"
#include "storage/sql/sql_store.hpp"
#include "storage/sql/stored_checks.hpp"
#include "storage/sql/table_shape.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

std::vector<team_row> read_teams(session& db, const cell_row& which) {
  return to_rows<team_row>(
      db.query(fmt::format("SELECT {} FROM games g JOIN teams r ON r.team_id IN (g.home_team_id, g.away_team_id) "
                           "WHERE g.game_id = $1 ORDER BY {}",
                           field_list<team_row>("r."), home_first),
               which));
}

std::vector<player_row> read_players(session& db, const cell_row& which) {
  return to_rows<player_row>(
      db.query(fmt::format("SELECT {} FROM player_game_stats s JOIN players r ON r.player_id = s.player_id "
                           "WHERE s.game_id = $1 ORDER BY r.player_id",
                           field_list<player_row>("r.")),
               which));
}

// False when the game has no rows.
bool read_game_row(session& db, const cell_row& which, game_rows& out) {
  const auto found =
      db.query(fmt::format("SELECT {}, source, source_url, ingested_at, "
                           "(SELECT e.source_url FROM pbp_events e WHERE e.game_id = $1 ORDER BY e.event_idx LIMIT 1) "
                           "FROM games WHERE game_id = $1",
                           field_list<game_row>("")),
               which);
  if (found.rows.empty()) return false;
  const auto& cells = found.rows.front();
  visit_fields(field_reader(cells), out.game);
  const auto origin = cells.end() - 4;
  out.origin.source = as_text(origin[0]);
  out.origin.urls[table_traits<game_row>::document] = as_text(origin[1]);
  out.origin.urls[table_traits<pbp_event_row>::document] = as_text(origin[3]);
  out.origin.ingested_at = as_timestamp(origin[2]);
  return true;
}

}  // namespace

result<std::vector<write_outcome>> sql_store::write_games(std::span<const game_write> writes,
                                                          const std::string& run_id) {
  bool key_was_there = false;
  bool any_core = false, any_derived = false;
  for (const auto& each : writes) (std::holds_alternative<core_write>(each) ? any_core : any_derived) = true;
  const auto attempt = [&](bool distrust_ledger) {
    return transact(transaction_mode::write, [&] {
      try {
        auto outcomes = game_batch(*db_, people_, run_id).run(writes, distrust_ledger);
        if (any_core) NBA_FAILPOINT("core.before_commit");
        if (any_derived) NBA_FAILPOINT("derived.before_commit");
        return outcomes;
      } catch (const sql_error& error) {
        key_was_there = error.kind() == error_kind::duplicate;
        throw;
      }
    });
  };
  auto outcomes = attempt(false);
  // Somebody took a ledger row away, or set it back by hand: rows it does not know are replaced.
  if (key_was_there) outcomes = attempt(true);
  if (outcomes && any_core) NBA_FAILPOINT("core.after_commit");
  if (outcomes && any_derived) NBA_FAILPOINT("derived.after_commit");
  return outcomes;
}

result<game_rows> sql_store::read_game(const game_id& id) {
  return transact(transaction_mode::read, [&] {
    const cell_row which{text(id.str())};
    game_rows rows;
    rows.game.game_id = id;
    if (!read_game_row(*db_, which, rows))
      throw refused({failure_class::rejected, fmt::format("game {} has no rows in the database", id.str()), "games"});
    rows.teams = read_teams(*db_, which);
    rows.players = read_players(*db_, which);
    for_each_table(core_table_list{}, [&]<class Row>(std::type_identity<Row>) {
      if constexpr (!std::is_same_v<Row, game_row>)
        take_rows(rows.*table_traits<Row>::rows, read_rows<Row>(*db_, which));
    });
    refuse_damaged(*db_, rows);
    return rows;
  });
}

}  // namespace nba::sql
