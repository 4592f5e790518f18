#include "actors/run/travel_refresh.hpp"

#include <algorithm>
#include <unordered_map>

namespace nba {
namespace {

// Travel rows are small: two a game.
constexpr std::size_t games_per_transaction = 64;

const travel_row* row_of_team(const std::vector<travel_row>& rows, std::int64_t team_id) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.team_id == team_id; });
  return found == rows.end() ? nullptr : &*found;
}

bool same_rows(const std::vector<travel_row>& a, const std::vector<travel_row>& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const travel_row& row) {
           const auto* other = row_of_team(b, row.team_id);
           return other && row == *other;
         });
}

}  // namespace

std::vector<game_id> games_with_other_travel(const std::vector<ledger_entry>& ledger, const season_travel& travel,
                                             const std::vector<travel_record>& stored) {
  std::unordered_map<game_id, std::vector<travel_row>> rows;
  for (const auto& record : stored) rows[record.game_id].push_back(record.row);
  std::vector<game_id> games;
  for (const auto& entry : ledger)
    if (entry.state == game_state::done && !same_rows(rows[entry.id], travel.rows_of(entry.id)))
      games.push_back(entry.id);
  std::sort(games.begin(), games.end());
  return games;
}

result<std::size_t> refresh_travel(game_store& database, const season_plan& plan, const season_travel& travel,
                                   const game_source& origin, const std::string& source, const std::string& run_id) {
  const auto stored = database.read_travel(plan.season);
  if (!stored) return stored.error();
  const auto games = games_with_other_travel(plan.ledger, travel, *stored);
  std::unordered_map<game_id, int> versions;
  for (const auto& entry : plan.ledger) versions[entry.id] = entry.rules_version;
  constexpr auto only_travel = derived_table_set::of<travel_row>();
  for (std::size_t at = 0; at < games.size(); at += games_per_transaction) {
    std::vector<game_write> writes;
    for (std::size_t i = at; i < std::min(at + games_per_transaction, games.size()); ++i) {
      auto rows = std::make_shared<derived_rows>();
      rows->travel = travel.rows_of(games[i]);
      provenance from{source, {}, utc_now()};
      for (const auto& document : origin.documents_of(games[i]))
        from.urls[document.endpoint] = without_credentials(document.url);
      writes.emplace_back(
          derived_write{games[i], std::move(rows), versions.at(games[i]), std::move(from), only_travel});
    }
    if (auto written = database.write_games(writes, run_id); !written) return written.error();
  }
  return games.size();
}

}  // namespace nba
