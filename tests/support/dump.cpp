#include "tests/support/dump.hpp"

#include <algorithm>
#include <stdexcept>

namespace nba::test {
namespace {

const std::map<std::string, std::string>& table_keys() {
  static const std::map<std::string, std::string> keys{
      {"ingest_watermarks", "stage, key"},
      {"ingest_games", "game_id"},
      {"dead_letters", "dead_letter_id"},
      {"ingest_runs", "run_id"},
      {"run_locks", "stage, key"},
      {"run_lock_numbers", "stage, key"},
      {"schedule_games", "game_id"},
      {"schedule_readings", "season"},
      {"schedule_left_out", "season, entry_idx"},
      {"schema_migrations", "version"},
      {"meta", "key"},
      {"games", "game_id"},
      {"teams", "team_id"},
      {"players", "player_id"},
      {"period_scores", "game_id, team_id, period"},
      {"officials", "game_id, official_id"},
      {"team_game_stats", "game_id, team_id"},
      {"player_game_stats", "game_id, player_id"},
      {"pbp_events", "game_id, event_idx"},
      {"outcomes", "game_id"},
      {"team_game_factors", "game_id, team_id"},
      {"schedule_travel", "game_id, team_id"},
      {"possessions", "game_id, possession_idx"},
      {"lineup_stints", "game_id, stint_idx"},
      {"player_on_court", "game_id, player_id"},
      {"q1_window_12_8", "game_id"},
      {"early_shocks", "game_id, shock_idx"},
      {"derived_versions", "game_id, table_name"},
  };
  return keys;
}

std::vector<std::string> dump_table(store& from, const std::string& table, const std::string& key,
                                    const dump_options& options) {
  const auto found = from.query_text("SELECT * FROM " + table + " ORDER BY " + key, options.rows_max + 1);
  if (!found) throw std::runtime_error("cannot dump " + table + ": " + describe(found.error()));
  if (found->size() > options.rows_max + 1) throw std::runtime_error(table + " has more rows than the dump takes");
  const auto& header = found->front();
  std::vector<std::string> lines;
  for (const auto& row : *found) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (options.without_columns.contains(header[i])) continue;
      if (!line.empty()) line += '\t';
      line += row[i];
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

store_dump dump_store(store& from, const dump_options& options) {
  const auto tables = from.count_rows();
  if (!tables) throw std::runtime_error("cannot list the tables: " + describe(tables.error()));
  store_dump dump;
  for (const auto& each : *tables) {
    if (options.without_tables.contains(each.table)) continue;
    const auto key = table_keys().find(each.table);
    if (key == table_keys().end()) throw std::runtime_error("the dump knows no key for table " + each.table);
    dump[each.table] = dump_table(from, each.table, key->second, options);
  }
  return dump;
}

std::string first_difference(const store_dump& a, const store_dump& b) {
  for (const auto& [table, lines] : a) {
    const auto other = b.find(table);
    if (other == b.end()) return table + " is only in the first";
    const auto rows = std::min(lines.size(), other->second.size());
    for (std::size_t i = 0; i < rows; ++i)
      if (lines[i] != other->second[i])
        return table + ", row " + std::to_string(i) + ":\n  " + lines[i] + "\n  " + other->second[i];
    if (lines.size() != other->second.size())
      return table + ": " + std::to_string(lines.size() - 1) + " and " + std::to_string(other->second.size() - 1) +
             " rows";
  }
  for (const auto& [table, lines] : b)
    if (!a.contains(table)) return table + " is only in the second";
  return {};
}

}  // namespace nba::test
