// That a schedule was read, and what of it is no game of the plan.
#include "storage/sql/sql_store.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

left_out_entry to_left_out(const cell_row& row) {
  left_out_entry entry;
  entry.id = as_text(row[0]);
  entry.reason = parse_left_out_reason(as_text(row[1])).value_or(left_out_reason::unreadable);
  entry.detail = as_text(row[2]);
  entry.date = as_optional_date(row[3]);
  entry.home_tricode = as_text(row[4]);
  entry.away_tricode = as_text(row[5]);
  return entry;
}

}  // namespace

result<void> sql_store::write_reading(const schedule_reading& reading) {
  return transact(transaction_mode::write, [&] {
    const auto season = text(to_string(reading.season));
    db_->execute(
        "INSERT INTO schedule_readings (season, origin, read_at, games, left_out) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (season) DO UPDATE SET origin = excluded.origin, read_at = excluded.read_at, "
        "games = excluded.games, left_out = excluded.left_out",
        cell_row{season, text(to_string(reading.origin)), timestamp(reading.read_at),
                 integer(static_cast<std::int64_t>(reading.games)),
                 integer(static_cast<std::int64_t>(reading.left_out_count))});
    db_->execute("DELETE FROM schedule_left_out WHERE season = $1", cell_row{season});
    std::int64_t position = 0;
    for (const auto& entry : reading.left_out)
      db_->execute(
          "INSERT INTO schedule_left_out (season, entry_idx, entry_id, reason, detail, game_date, home_tricode, "
          "away_tricode) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
          cell_row{season, integer(position++), text(entry.id), text(to_string(entry.reason)), text(entry.detail),
                   entry.date ? date(*entry.date) : cell{}, text(entry.home_tricode), text(entry.away_tricode)});
  });
}

result<std::optional<schedule_reading>> sql_store::read_reading(nba::season season) {
  return transact(transaction_mode::read, [&]() -> std::optional<schedule_reading> {
    const cell_row which{text(to_string(season))};
    const auto found =
        db_->query("SELECT origin, read_at, games, left_out FROM schedule_readings WHERE season = $1", which);
    if (found.rows.empty()) return std::nullopt;
    const auto& row = found.rows.front();
    schedule_reading reading;
    reading.season = season;
    reading.origin = parse_schedule_origin(as_text(row[0])).value_or(schedule_origin::stats);
    reading.read_at = as_timestamp(row[1]);
    reading.games = static_cast<std::size_t>(as_integer(row[2]));
    reading.left_out_count = static_cast<std::size_t>(as_integer(row[3]));
    const auto entries = db_->query(
        "SELECT entry_id, reason, detail, game_date, home_tricode, away_tricode FROM schedule_left_out "
        "WHERE season = $1 ORDER BY entry_idx",
        which);
    for (const auto& entry : entries.rows) reading.left_out.push_back(to_left_out(entry));
    return reading;
  });
}

}  // namespace nba::sql
