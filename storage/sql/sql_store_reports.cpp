// Progress.
#include "storage/sql/sql_store.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace nba::sql {

result<std::vector<season_progress_row>> sql_store::read_progress(std::optional<nba::season> only) {
  return transact(transaction_mode::read, [&] {
    const cell_row which{text(only ? to_string(*only) : std::string())};
    const auto found = db_->query(
        "SELECT season, game_type, games, done, loaded, parked, waived, unavailable, postponed, cancelled, not_final, "
        "watermark, last_game_id, lag_games FROM season_progress WHERE $1 = '' OR season = $1",
        which);
    std::vector<season_progress_row> lanes;
    for (const auto& row : found.rows) {
      const auto in_season = parse_season(as_text(row[0]));
      const auto type = parse_game_type(as_text(row[1]));
      if (!in_season || !type) continue;  // a row put there by hand
      season_progress_row lane;
      lane.season = *in_season;
      lane.type = *type;
      lane.planned = as_integer(row[2]);
      lane.done = as_integer(row[3]);
      lane.loaded = as_integer(row[4]);
      lane.parked = as_integer(row[5]);
      lane.waived = as_integer(row[6]);
      lane.unavailable = as_integer(row[7]);
      lane.postponed = as_integer(row[8]);
      lane.cancelled = as_integer(row[9]);
      lane.not_final = as_integer(row[10]);
      if (!is_null(row[11])) lane.watermark = as_text(row[11]);
      lane.last_game_id = as_text(row[12]);
      lane.lag_games = as_integer(row[13]);
      lanes.push_back(std::move(lane));
    }
    std::sort(lanes.begin(), lanes.end(), [](const season_progress_row& a, const season_progress_row& b) {
      return std::tie(a.season, a.type) < std::tie(b.season, b.type);
    });
    return lanes;
  });
}

// Every change of a row of the ledger or the plan writes its time; the sums are for changes within one millisecond.
result<std::vector<season_stamp>> sql_store::read_season_stamps() {
  return transact(transaction_mode::read, [&] {
    std::map<nba::season, std::string> stamps;
    const auto note = [&](std::string_view sql, bool is_ledger) {
      for (const auto& row : db_->query(std::string(sql)).rows) {
        const auto season = parse_season(as_text(row[0]));
        if (!season || (!is_ledger && !stamps.contains(*season))) continue;
        auto& stamp = stamps[*season];
        for (std::size_t i = 1; i < row.size(); ++i) stamp += (is_null(row[i]) ? "" : to_text(row[i])) + ' ';
      }
    };
    note(
        "SELECT season, MAX(updated_at), COUNT(*), SUM(attempts), "
        "SUM(CASE state WHEN 'done' THEN 1 WHEN 'loaded' THEN 2000 END), SUM(rules_version) "
        "FROM ingest_games GROUP BY season",
        true);
    note("SELECT season, MAX(updated_at), COUNT(*) FROM schedule_games GROUP BY season", false);
    note("SELECT season, read_at FROM schedule_readings", false);
    std::vector<season_stamp> out;
    for (auto& [season, value] : stamps) out.push_back({season, std::move(value)});
    return out;
  });
}

}  // namespace nba::sql
