// The fields of the box score, each with the member that it goes to, and what is put together from them.
//
// Need and bounds: payload_fields.hpp. Internal to pipeline/source/cdn; threads: constants and plain values.
#pragma once

#include "pipeline/rows.hpp"
#include "pipeline/source/cdn/payload_fields.hpp"
#include "pipeline/transform/field_table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::boxscore_document {

// One side of the box score.
struct team_side {
  team_row team;
  int score = 0;
  std::vector<period_score_row> periods;
  std::vector<player_row> players;
  std::vector<player_stats_row> player_stats;
  team_stats_row stats;
  int technical_of_players = 0, technical_of_team = 0;
};

struct listed_player {
  player_row player;
  player_stats_row row;
  bool has_statistics = false;
  std::optional<failure> odd_line;  // of his statistics; whether he played may come after them
};

struct boxscore {
  game_row game;
  std::string_view game_id;
  std::string_view status_text;
  std::vector<official_row> officials;
  team_side home, away;
};

using value = payload_reader::value;
using enum presence;
namespace b = payload_bounds;

// What has rules of its own; boxscore.cpp.
bool read_player_statistics(payload_reader& in, value v, std::string_view key, listed_player& into);
bool read_players(payload_reader& in, value v, std::string_view key, team_side& side);
bool read_team_statistics(payload_reader& in, value v, std::string_view key, team_side& side);
bool read_officials(payload_reader& in, value v, std::string_view key, boxscore& box);
bool read_game_date(payload_reader& in, value v, std::string_view key, boxscore& box);
bool read_tipoff(payload_reader& in, value v, std::string_view key, boxscore& box);

template <auto Column>
inline constexpr auto player_line = field<&listed_player::row, &player_stats_row::line, Column>;
inline constexpr auto player_line_fields = fields_into<listed_player>({
    {"points", player_line<&stat_line::points>, required, b::points},
    {"fieldGoalsMade", player_line<&stat_line::fgm>, required, b::count},
    {"fieldGoalsAttempted", player_line<&stat_line::fga>, required, b::count},
    {"threePointersMade", player_line<&stat_line::fg3m>, required, b::count},
    {"threePointersAttempted", player_line<&stat_line::fg3a>, required, b::count},
    {"freeThrowsMade", player_line<&stat_line::ftm>, required, b::count},
    {"freeThrowsAttempted", player_line<&stat_line::fta>, required, b::count},
    {"reboundsOffensive", player_line<&stat_line::oreb>, required, b::count},
    {"reboundsDefensive", player_line<&stat_line::dreb>, required, b::count},
    {"reboundsTotal", player_line<&stat_line::reb>, required, b::count},
    {"assists", player_line<&stat_line::ast>, required, b::count},
    {"steals", player_line<&stat_line::stl>, required, b::count},
    {"blocks", player_line<&stat_line::blk>, required, b::count},
    {"turnovers", player_line<&stat_line::tov>, required, b::count},
    {"foulsPersonal", player_line<&stat_line::pf>, required, b::count},
    {"minutes", clock<&listed_player::row, &player_stats_row::seconds_played_hundredths>, required,
     b::minutes_of_a_player},
    {"plusMinusPoints", field<&listed_player::row, &player_stats_row::plus_minus>, required, b::plus_minus},
});

// Which field is which column: docs/derived.md, "Where the core columns come from".
template <auto Column>
inline constexpr auto team_stat = field<&team_side::stats, Column>;
template <auto Column>
inline constexpr auto team_line = field<&team_side::stats, &team_stats_row::line, Column>;
inline constexpr auto team_line_fields = fields_into<team_side>({
    {"points", team_line<&stat_line::points>, required, b::points},
    {"fieldGoalsMade", team_line<&stat_line::fgm>, required, b::count},
    {"fieldGoalsAttempted", team_line<&stat_line::fga>, required, b::count},
    {"threePointersMade", team_line<&stat_line::fg3m>, required, b::count},
    {"threePointersAttempted", team_line<&stat_line::fg3a>, required, b::count},
    {"freeThrowsMade", team_line<&stat_line::ftm>, required, b::count},
    {"freeThrowsAttempted", team_line<&stat_line::fta>, required, b::count},
    {"reboundsOffensive", team_line<&stat_line::oreb>, required, b::count},
    {"reboundsDefensive", team_line<&stat_line::dreb>, required, b::count},
    {"reboundsPersonal", team_line<&stat_line::reb>, required, b::count},
    {"assists", team_line<&stat_line::ast>, required, b::count},
    {"steals", team_line<&stat_line::stl>, required, b::count},
    {"blocks", team_line<&stat_line::blk>, required, b::count},
    {"turnoversTotal", team_line<&stat_line::tov>, required, b::count},
    {"foulsPersonal", team_line<&stat_line::pf>, required, b::count},
    {"reboundsTeam", team_stat<&team_stats_row::team_reb>, required, b::count},
    {"turnoversTeam", team_stat<&team_stats_row::team_tov>, required, b::count},
    {"minutes", clock<&team_side::stats, &team_stats_row::seconds_played_hundredths>, required, b::minutes_of_a_team},
    {"pointsInThePaint", team_stat<&team_stats_row::points_in_paint>, optional, b::count},
    {"pointsFastBreak", team_stat<&team_stats_row::points_fast_break>, optional, b::count},
    {"pointsSecondChance", team_stat<&team_stats_row::points_second_chance>, optional, b::count},
    {"pointsFromTurnovers", team_stat<&team_stats_row::points_off_turnovers>, optional, b::count},
    {"benchPoints", team_stat<&team_stats_row::bench_points>, optional, b::count},
    {"biggestLead", team_stat<&team_stats_row::biggest_lead>, optional, b::count},
    {"leadChanges", team_stat<&team_stats_row::lead_changes>, optional, b::count},
    {"timesTied", team_stat<&team_stats_row::times_tied>, optional, b::count},
    {"foulsTechnical", field<&team_side::technical_of_players>, optional, b::count},
    {"foulsTeamTechnical", field<&team_side::technical_of_team>, optional, b::count},
});

inline constexpr auto player_fields = fields_into<listed_player>({
    {"personId", field<&listed_player::player, &player_row::player_id>, required, b::any},
    {"name", field<&listed_player::player, &player_row::name>, required, b::name},
    {"firstName", field<&listed_player::player, &player_row::first_name>, decorative, b::name},
    {"familyName", field<&listed_player::player, &player_row::family_name>, decorative, b::name},
    {"jerseyNum", field<&listed_player::row, &player_stats_row::jersey_number>, decorative, b::number_on_a_shirt},
    {"position", field<&listed_player::row, &player_stats_row::position>, decorative, b::number_on_a_shirt},
    {"starter", field<&listed_player::row, &player_stats_row::starter>, required, b::any},
    {"played", field<&listed_player::row, &player_stats_row::played>, required, b::any},
    {"notPlayingReason", field<&listed_player::row, &player_stats_row::not_playing_reason>, decorative, b::name},
    // Of a player who did not play, none of the statistics is needed: an odd one counts as zero.
    {"statistics", read_player_statistics, optional, b::any},
});

inline constexpr auto period_fields = fields_into<period_score_row>({
    {"period", period<&period_score_row::period>, required, b::period},
    {"score", field<&period_score_row::points>, required, b::points},
});

inline constexpr auto team_fields = fields_into<team_side>({
    {"teamId", field<&team_side::team, &team_row::team_id>, required, b::any},
    {"teamCity", field<&team_side::team, &team_row::city>, required, b::name},
    {"teamName", field<&team_side::team, &team_row::name>, required, b::name},
    {"teamTricode", field<&team_side::team, &team_row::tricode>, required, {1, 8}},
    {"score", field<&team_side::score>, required, b::points},
    {"periods", objects<period_fields, &team_side::periods>, required, {0, periods_max}},
    {"players", read_players, required, b::people},
    {"statistics", read_team_statistics, required, b::any},
});

inline constexpr auto arena_fields = fields_into<game_row>({
    {"arenaId", field<&game_row::arena_id>, decorative, b::any},
    {"arenaName", field<&game_row::arena_name>, decorative, b::name},
    {"arenaCity", field<&game_row::arena_city>, decorative, b::name},
    {"arenaState", field<&game_row::arena_state>, decorative, b::word},
    {"arenaCountry", field<&game_row::arena_country>, decorative, b::word},
    {"arenaTimezone", field<&game_row::arena_timezone>, decorative, b::word},
});

inline constexpr auto official_fields = fields_into<official_row>({
    // An official without an id is left out: nothing can refer to him.
    {"personId", field<&official_row::official_id>, required, b::any},
    {"name", field<&official_row::name>, decorative, b::name},
    {"assignment", field<&official_row::assignment>, decorative, b::word},
    {"jerseyNum", field<&official_row::jersey_number>, decorative, b::number_on_a_shirt},
});

inline constexpr auto game_fields = fields_into<boxscore>({
    {"gameId", field<&boxscore::game_id>, required, b::word},
    {"gameEt", read_game_date, required, b::word},
    {"gameTimeUTC", read_tipoff, required, b::word},
    {"gameStatus", field<&boxscore::game, &game_row::status>, required, b::any},
    {"gameStatusText", field<&boxscore::status_text>, decorative, b::name},
    {"period", field<&boxscore::game, &game_row::periods>, required, b::any},
    {"duration", field<&boxscore::game, &game_row::duration_minutes>, decorative, {0, 24 * 60}},
    {"attendance", field<&boxscore::game, &game_row::attendance>, decorative, {0, 250'000}},
    {"arena", object<arena_fields, &boxscore::game>, decorative, b::any},
    {"officials", read_officials, decorative, b::people},
    {"homeTeam", object<team_fields, &boxscore::home>, required, b::any},
    {"awayTeam", object<team_fields, &boxscore::away>, required, b::any},
});

}  // namespace nba::boxscore_document
