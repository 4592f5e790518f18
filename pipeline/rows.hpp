// Rows of one game: what transform produces, load writes and derive reads; and the list of the core tables.
//
// Threads: plain values; a finished `game_rows` is shared read-only as std::shared_ptr<const game_rows>.
#pragma once

#include "pipeline/core_rows.hpp"
#include "pipeline/source/endpoints.hpp"

#include <cstddef>
#include <vector>

namespace nba {

// Where the rows of a game came from.
struct provenance {
  std::string source;             // "cdn" or "sim"
  by_endpoint<std::string> urls;  // without user name and password
  utc_time ingested_at{};
};

// All core rows of one game.
struct game_rows {
  provenance origin;
  game_row game;
  std::vector<team_row> teams;  // home, away
  std::vector<player_row> players;
  std::vector<period_score_row> period_scores;
  std::vector<official_row> officials;
  std::vector<team_stats_row> team_stats;  // home, away
  std::vector<player_stats_row> player_stats;
  std::vector<pbp_event_row> events;

  // Rows this game writes into all tables.
  std::size_t row_count() const noexcept;
  // Approximate heap bytes, for the byte credit of a link; counts vectors and strings beyond their inline buffer.
  std::size_t approximate_bytes() const noexcept;
};

// ---- tables ---------------------------------------------------------------------------------------------------------

// Which document the rows of a table come from; `rows`, `order` and the numbers of rows: table_traits.hpp.
template <endpoint Document>
struct from_document {
  static constexpr endpoint document = Document;
};

template <>
struct table_traits<game_row> : from_document<endpoint::boxscore>, always_rows<1> {
  static constexpr std::string_view name = "games", order = "";
  static constexpr auto rows = &game_rows::game;
};
template <>
struct table_traits<period_score_row> : from_document<endpoint::boxscore>, any_number_of_rows {
  static constexpr std::string_view name = "period_scores", order = "team_id, period";
  static constexpr auto rows = &game_rows::period_scores;
  static constexpr std::int64_t rows_min = 8;  // four periods, two teams
};
template <>
struct table_traits<official_row> : from_document<endpoint::boxscore>, any_number_of_rows {
  static constexpr std::string_view name = "officials", order = "official_id";
  static constexpr auto rows = &game_rows::officials;
};
template <>
struct table_traits<team_stats_row> : from_document<endpoint::boxscore>, always_rows<2> {
  static constexpr std::string_view name = "team_game_stats", order = "team_id";
  static constexpr auto rows = &game_rows::team_stats;
};
template <>
struct table_traits<player_stats_row> : from_document<endpoint::boxscore>, any_number_of_rows {
  static constexpr std::string_view name = "player_game_stats", order = "team_id, player_id";
  static constexpr auto rows = &game_rows::player_stats;
  static constexpr std::int64_t rows_min = 10;  // five starters a side
};
template <>
struct table_traits<pbp_event_row> : from_document<endpoint::playbyplay>, any_number_of_rows {
  static constexpr std::string_view name = "pbp_events", order = "event_idx";
  static constexpr auto rows = &game_rows::events;
  static constexpr std::int64_t rows_min = 1;
};
// Rows without a document of their own (derived ones, people) name the one that says which game it is.
inline const std::string& url_of_game(const provenance& origin) {
  return origin.urls[table_traits<game_row>::document];
}
// In the order in which they are written. `games` is first: its row exists when any does.
using core_table_list =
    table_list<game_row, period_score_row, official_row, team_stats_row, player_stats_row, pbp_event_row>;

// Rows of many games, of which the latest says what stands there (docs/adr/0015-latest-names.md).
template <>
struct table_traits<team_row> {
  static constexpr std::string_view name = "teams";
  static constexpr auto rows = &game_rows::teams;
  static constexpr auto id = &team_row::team_id;
};
template <>
struct table_traits<player_row> {
  static constexpr std::string_view name = "players";
  static constexpr auto rows = &game_rows::players;
  static constexpr auto id = &player_row::player_id;
};
using people_table_list = table_list<team_row, player_row>;

}  // namespace nba
