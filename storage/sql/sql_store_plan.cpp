// Plan and ledger.
#include "storage/sql/dead_letters.hpp"
#include "storage/sql/field_codec.hpp"
#include "storage/sql/ledger_rules.hpp"
#include "storage/sql/sql_store.hpp"
#include "storage/sql/table_shape.hpp"

#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>

namespace nba::sql {
namespace {

cell_row plan_cells(const planned_game& game, utc_time now) {
  cell_row cells;
  cell_sink sink(cells);
  field_writer<cell_sink> writer(sink);
  visit_fields(writer, game);
  cells.push_back(timestamp(now));
  return cells;
}

cell_row ledger_cells(const planned_game& game, utc_time now) {
  return {text(game.id.str()),
          date(game.date),
          text(to_string(game.id.in_season())),
          text(to_string(game.id.type())),
          text(to_string(game_state::planned)),
          timestamp(now)};
}

// A result in the schedule is remembered: should it be taken back one day, the game was played all the same.
constexpr std::string_view note_played =
    "UPDATE ingest_games SET played_evidence = (SELECT 'the schedule: ' || s.home_score || '-' || s.away_score "
    "FROM schedule_games s WHERE s.game_id = ingest_games.game_id) "
    "WHERE season = $1 AND played_evidence IS NULL AND state <> 'done' AND game_id IN (SELECT s.game_id "
    "FROM schedule_games s WHERE s.season = $1 AND s.status = 3 AND s.home_score IS NOT NULL "
    "AND s.away_score IS NOT NULL AND (s.home_score > 0 OR s.away_score > 0))";

std::optional<closing_evidence> to_evidence(std::span<const cell> row) {
  const auto ground = parse_closing_ground(as_text(row[0]));
  if (!ground) return std::nullopt;
  closing_evidence evidence;
  evidence.ground = *ground;
  evidence.text = as_text(row[1]);
  evidence.occasions = static_cast<int>(as_integer(row[2]));
  evidence.first_seen_at = as_optional_timestamp(row[3]).value_or(utc_time{});
  evidence.last_seen_at = as_optional_timestamp(row[4]).value_or(utc_time{});
  evidence.closed_at = as_optional_timestamp(row[5]);
  evidence.checks = static_cast<int>(as_integer(row[6]));
  return evidence;
}

std::string schedule_columns() {
  static const std::string list = column_list({"schedule_games", fields_of<planned_game>()});
  return list;
}

ledger_entry to_entry(const game_id& id, const cell_row& row) {
  ledger_entry entry;
  entry.id = id;
  entry.date = as_optional_date(row[1]).value_or(et_date{});
  entry.state = parse_game_state(as_text(row[2])).value_or(game_state::planned);
  entry.attempts = static_cast<int>(as_integer(row[3]));
  if (!is_null(row[4])) entry.error_class = parse_failure_class(as_text(row[4]));
  entry.error = as_text(row[5]);
  entry.payload_sha256 = as_text(row[6]);
  entry.rules_version = static_cast<int>(as_integer(row[7]));
  entry.updated_at = as_timestamp(row[8]);
  entry.closing = to_evidence(std::span{row}.subspan(9, 7));
  entry.played_evidence = as_text(row[16]);
  return entry;
}

void check_writable(const state_change& change) {
  if (change.game_id.empty())
    throw refused({failure_class::internal, "a state change without a game id", "write_states"});
  if (change.state == game_state::loaded || change.state == game_state::done)
    throw refused({failure_class::internal,
                   fmt::format("game {} cannot be declared {}: only its rows make it so (write_games)",
                               change.game_id.str(), to_string(change.state)),
                   "write_states"});
}

}  // namespace

result<void> sql_store::write_plan(nba::season season, std::span<const planned_game> games) {
  return write({failpoint{"plan.before_commit"}, failpoint{"plan.after_commit"}}, [&] {
    const auto now = utc_now();
    keyed_rows plan, ledger;
    for (const auto& game : games) {
      if (game.id.empty() || game.id.in_season() != season)
        throw refused({failure_class::internal,
                       fmt::format("game \"{}\" is not of season {}", game.id.str(), to_string(season)), "write_plan"});
      plan[text(game.id.str())] = plan_cells(game, now);
      ledger[text(game.id.str())] = ledger_cells(game, now);
    }
    plan_rows_.run(*db_, plan);
    NBA_FAILPOINT("plan.schedule_written");
    ledger_plan_rows_.run(*db_, ledger);
    db_->execute(std::string{note_played}, cell_row{text(to_string(season))});
  });
}

result<std::vector<planned_game>> sql_store::read_plan(nba::season season) {
  return transact(transaction_mode::read, [&] {
    const cell_row which{text(to_string(season))};
    const auto found = db_->query(
        fmt::format("SELECT {} FROM schedule_games WHERE season = $1 ORDER BY game_id", schedule_columns()), which);
    std::vector<planned_game> games;
    games.reserve(found.rows.size());
    for (const auto& row : found.rows) {
      planned_game game;
      visit_fields(field_reader(row), game);
      if (!game.id.empty()) games.push_back(std::move(game));
    }
    return games;
  });
}

result<std::vector<ledger_entry>> sql_store::read_ledger(nba::season season) {
  return transact(transaction_mode::read, [&] {
    const cell_row which{text(to_string(season))};
    const auto found = db_->query(
        "SELECT game_id, game_date, state, attempts, error_class, error, payload_sha256, rules_version, updated_at, "
        "closing_ground, closing_evidence, closing_occasions, first_seen_at, last_seen_at, closed_at, closing_checks, "
        "played_evidence FROM ingest_games WHERE season = $1 ORDER BY game_id",
        which);
    std::vector<ledger_entry> entries;
    entries.reserve(found.rows.size());
    for (const auto& row : found.rows)
      if (const auto id = game_id::parse(as_text(row[0]))) entries.push_back(to_entry(*id, row));
    return entries;
  });
}

result<void> sql_store::write_states(std::span<const state_change> changes, const std::string& run_id) {
  return write({failpoint{"states.before_commit"}, failpoint{"states.after_commit"}}, [&] {
    // In id order, as every transaction takes the ledger's rows; of several changes to a game the last one counts.
    std::map<game_id, const state_change*> ordered;
    for (const auto& change : changes) {
      check_writable(change);
      ordered[change.game_id] = &change;
    }
    const auto now = utc_now();
    for (const auto& [id, change] : ordered) {
      const auto* evidence = change->closing ? &*change->closing : nullptr;
      const cell_row values{text(id.str()),
                            text(to_string(id.in_season())),
                            text(to_string(id.type())),
                            text(to_string(change->state)),
                            integer(change->attempts),
                            change->error_class ? text(to_string(*change->error_class)) : cell{},
                            text_or_null(change->error),
                            text(run_id),
                            timestamp(now),
                            evidence ? text(to_string(evidence->ground)) : cell{},
                            evidence ? text_or_null(evidence->text) : cell{},
                            integer(evidence ? evidence->occasions : 0),
                            evidence ? timestamp(evidence->first_seen_at) : cell{},
                            evidence ? timestamp(evidence->last_seen_at) : cell{},
                            evidence ? timestamp_or_null(evidence->closed_at) : cell{},
                            integer(evidence ? evidence->checks : 0),
                            text_or_null(change->played_evidence)};
      const auto changed = db_->execute(
          fmt::format(
              "INSERT INTO ingest_games (game_id, season, game_type, game_date, state, attempts, error_class, error, "
              "run_id, updated_at, closing_ground, closing_evidence, closing_occasions, first_seen_at, last_seen_at, "
              "closed_at, closing_checks, played_evidence) VALUES ($1, $2, $3, (SELECT game_date FROM schedule_games "
              "WHERE game_id = $1), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
              "ON CONFLICT (game_id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts, "
              "error_class = excluded.error_class, error = excluded.error, run_id = excluded.run_id, "
              "updated_at = excluded.updated_at, closing_ground = excluded.closing_ground, "
              "closing_evidence = excluded.closing_evidence, closing_occasions = excluded.closing_occasions, "
              "first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at, "
              "closed_at = excluded.closed_at, closing_checks = excluded.closing_checks, "
              "played_evidence = COALESCE(ingest_games.played_evidence, excluded.played_evidence) WHERE {}",
              may_become(change->state, change->reopens)),
          values);
      // A game that no run comes back to needs nobody's attention any more.
      if (changed != 0 && is_terminal(change->state))
        resolve_letters(*db_, id, "retried", fmt::format("became {}", to_string(change->state)), now);
    }
  });
}

}  // namespace nba::sql
