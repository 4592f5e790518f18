#include "pipeline/transform/parsers.hpp"
#include "pipeline/transform/payload_fields.hpp"
#include "pipeline/transform/payload_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace nba {
namespace {

using value = payload_reader::value;

// What one side of the box score becomes.
struct team_side {
  team_row team;
  int score = 0;
  std::vector<period_score_row> periods;
  std::vector<player_row> players;
  std::vector<player_stats_row> player_stats;
  team_stats_row stats;
};

struct boxscore {
  explicit boxscore(game_rows& target) : rows(target) {}
  game_rows& rows;
  std::string_view game_id;
  std::string_view status_text;
  bool is_final = true;  // until gameStatus says otherwise
  team_side home, away;
};

// ---- statistics -----------------------------------------------------------------------------------------------------

enum class player_extra { minutes, plus_minus };
enum class team_extra {
  team_reb,
  team_tov,
  minutes,
  paint,
  fast_break,
  second_chance,
  turnovers,
  bench,
  biggest_lead,
  lead_changes,
  times_tied,
  technical,
  team_technical
};

// A column of stat_line, or something that needs its own handling.
template <class Extra>
struct stat_target {
  constexpr stat_target() = default;
  constexpr stat_target(int stat_line::*column) : line(column) {}
  constexpr stat_target(Extra other) : extra(other) {}
  int stat_line::*line = nullptr;
  Extra extra{};
};

constexpr wanted_key<stat_target<player_extra>> player_line_keys[] = {
    {"points", &stat_line::points},
    {"fieldGoalsMade", &stat_line::fgm},
    {"fieldGoalsAttempted", &stat_line::fga},
    {"threePointersMade", &stat_line::fg3m},
    {"threePointersAttempted", &stat_line::fg3a},
    {"freeThrowsMade", &stat_line::ftm},
    {"freeThrowsAttempted", &stat_line::fta},
    {"reboundsOffensive", &stat_line::oreb},
    {"reboundsDefensive", &stat_line::dreb},
    {"reboundsTotal", &stat_line::reb},
    {"assists", &stat_line::ast},
    {"steals", &stat_line::stl},
    {"blocks", &stat_line::blk},
    {"turnovers", &stat_line::tov},
    {"foulsPersonal", &stat_line::pf},
    {"minutes", player_extra::minutes},
    {"plusMinusPoints", player_extra::plus_minus},
};
constexpr auto player_statistics = keys_of(payload_object::player_line, player_line_keys);

// Which field is which column: docs/derived.md, "Where the core columns come from".
constexpr wanted_key<stat_target<team_extra>> team_line_keys[] = {
    {"points", &stat_line::points},
    {"fieldGoalsMade", &stat_line::fgm},
    {"fieldGoalsAttempted", &stat_line::fga},
    {"threePointersMade", &stat_line::fg3m},
    {"threePointersAttempted", &stat_line::fg3a},
    {"freeThrowsMade", &stat_line::ftm},
    {"freeThrowsAttempted", &stat_line::fta},
    {"reboundsOffensive", &stat_line::oreb},
    {"reboundsDefensive", &stat_line::dreb},
    {"reboundsPersonal", &stat_line::reb},
    {"assists", &stat_line::ast},
    {"steals", &stat_line::stl},
    {"blocks", &stat_line::blk},
    {"turnoversTotal", &stat_line::tov},
    {"foulsPersonal", &stat_line::pf},
    {"reboundsTeam", team_extra::team_reb},
    {"turnoversTeam", team_extra::team_tov},
    {"minutes", team_extra::minutes},
    {"pointsInThePaint", team_extra::paint},
    {"pointsFastBreak", team_extra::fast_break},
    {"pointsSecondChance", team_extra::second_chance},
    {"pointsFromTurnovers", team_extra::turnovers},
    {"benchPoints", team_extra::bench},
    {"biggestLead", team_extra::biggest_lead},
    {"leadChanges", team_extra::lead_changes},
    {"timesTied", team_extra::times_tied},
    {"foulsTechnical", team_extra::technical},
    {"foulsTeamTechnical", team_extra::team_technical},
};
constexpr auto team_statistics = keys_of(payload_object::team_line, team_line_keys);

bool read_player_statistics(payload_reader& in, value v, player_stats_row& row) {
  return in.object(v, "statistics", player_statistics, [&](const auto& target, std::string_view key, value field) {
    if (target.line) return in.integer(field, key, row.line.*target.line);
    if (target.extra == player_extra::minutes) return in.clock(field, key, row.seconds_played_hundredths);
    return in.integer(field, key, row.plus_minus);
  });
}

bool read_team_statistics(payload_reader& in, value v, team_stats_row& row) {
  // Summed at the end: a key that comes twice counts once, as every other one.
  int technical = 0, team_technical = 0;
  const auto on_field = [&](const auto& target, std::string_view key, value field) {
    if (target.line) return in.integer(field, key, row.line.*target.line);
    switch (target.extra) {
      case team_extra::team_reb:
        return in.integer(field, key, row.team_reb);
      case team_extra::team_tov:
        return in.integer(field, key, row.team_tov);
      case team_extra::minutes:
        return in.clock(field, key, row.seconds_played_hundredths);
      case team_extra::paint:
        return in.integer(field, key, row.points_in_paint);
      case team_extra::fast_break:
        return in.integer(field, key, row.points_fast_break);
      case team_extra::second_chance:
        return in.integer(field, key, row.points_second_chance);
      case team_extra::turnovers:
        return in.integer(field, key, row.points_off_turnovers);
      case team_extra::bench:
        return in.integer(field, key, row.bench_points);
      case team_extra::biggest_lead:
        return in.integer(field, key, row.biggest_lead);
      case team_extra::lead_changes:
        return in.integer(field, key, row.lead_changes);
      case team_extra::times_tied:
        return in.integer(field, key, row.times_tied);
      case team_extra::technical:
        return in.integer(field, key, technical);
      case team_extra::team_technical:
        return in.integer(field, key, team_technical);
    }
    return true;
  };
  if (!in.object(v, "statistics", team_statistics, on_field)) return false;
  row.technical_fouls = technical + team_technical;
  return true;
}

// ---- players --------------------------------------------------------------------------------------------------------

enum class player_field { id, name, first_name, family_name, jersey, position, starter, played, reason, statistics };
constexpr wanted_key<player_field> player_keys[] = {
    {"personId", player_field::id},
    {"name", player_field::name},
    {"firstName", player_field::first_name},
    {"familyName", player_field::family_name},
    {"jerseyNum", player_field::jersey},
    {"position", player_field::position},
    {"starter", player_field::starter},
    {"played", player_field::played},
    {"notPlayingReason", player_field::reason},
    {"statistics", player_field::statistics},
};
constexpr auto player_fields = keys_of(payload_object::player, player_keys);

bool read_player(payload_reader& in, value v, team_side& side) {
  auto& player = side.players.emplace_back();
  auto& row = side.player_stats.emplace_back();
  bool has_statistics = false;
  std::optional<failure> odd_line;  // of his statistics; whether he played may come after them
  const auto on_field = [&](player_field which, std::string_view key, value field) {
    switch (which) {
      case player_field::id:
        return in.id(field, key, player.player_id);
      case player_field::name:
        return in.text(field, key, player.name);
      case player_field::first_name:
        return in.text(field, key, player.first_name);
      case player_field::family_name:
        return in.text(field, key, player.family_name);
      case player_field::jersey:
        return in.text(field, key, row.jersey_number);
      case player_field::position:
        return in.text(field, key, row.position);
      case player_field::starter:
        return in.flag(field, key, row.starter);
      case player_field::played:
        return in.flag(field, key, row.played);
      case player_field::reason:
        return in.text(field, key, row.not_playing_reason);
      case player_field::statistics:
        has_statistics = true;
        if (read_player_statistics(in, field, row)) return true;
        odd_line = in.take_back();
        return odd_line.has_value();
    }
    return true;
  };
  if (!in.object(v, "", player_fields, on_field)) return false;
  row.player_id = player.player_id;
  if (odd_line && row.played) return in.fail_with(*std::move(odd_line));
  if (odd_line) {
    in.note_odd(*odd_line);
    row.line = {};
    row.seconds_played_hundredths = row.plus_minus = 0;
  }
  if (row.played && !has_statistics) return in.fail("statistics", "is missing for a player who played");
  return true;
}

// ---- teams ----------------------------------------------------------------------------------------------------------

enum class team_field { id, city, name, tricode, score, periods, players, statistics };
constexpr wanted_key<team_field> team_keys[] = {
    {"teamId", team_field::id},           {"teamCity", team_field::city},         {"teamName", team_field::name},
    {"teamTricode", team_field::tricode}, {"score", team_field::score},           {"periods", team_field::periods},
    {"players", team_field::players},     {"statistics", team_field::statistics},
};
constexpr auto team_fields = keys_of(payload_object::team, team_keys);

enum class period_field { period, score };
constexpr wanted_key<period_field> period_keys[] = {
    {"period", period_field::period},
    {"score", period_field::score},
};
constexpr auto period_fields = keys_of(payload_object::period, period_keys);

constexpr std::size_t players_expected = 18;  // 15 and three two-way players

bool read_team(payload_reader& in, value v, std::string_view side_key, team_side& side) {
  const auto on_period = [&](value element) {
    auto& row = side.periods.emplace_back();
    return in.object(element, "", period_fields, [&](period_field which, std::string_view key, value field) {
      return which == period_field::period ? in.period(field, key, row.period) : in.integer(field, key, row.points);
    });
  };
  const auto on_field = [&](team_field which, std::string_view key, value field) {
    switch (which) {
      case team_field::id:
        return in.id(field, key, side.team.team_id);
      case team_field::city:
        return in.text(field, key, side.team.city);
      case team_field::name:
        return in.text(field, key, side.team.name);
      case team_field::tricode:
        return in.text(field, key, side.team.tricode);
      case team_field::score:
        return in.integer(field, key, side.score);
      case team_field::periods:
        return in.array(field, key, on_period);
      case team_field::players:
        side.players.reserve(players_expected);
        side.player_stats.reserve(players_expected);
        return in.array(field, key, [&](value element) { return read_player(in, element, side); });
      case team_field::statistics:
        return read_team_statistics(in, field, side.stats);
    }
    return true;
  };
  return in.object(v, side_key, team_fields, on_field);
}

// ---- game -----------------------------------------------------------------------------------------------------------

enum class arena_field { id, name, city, state, country, timezone };
constexpr wanted_key<arena_field> arena_keys[] = {
    {"arenaId", arena_field::id},           {"arenaName", arena_field::name},
    {"arenaCity", arena_field::city},       {"arenaState", arena_field::state},
    {"arenaCountry", arena_field::country}, {"arenaTimezone", arena_field::timezone},
};
constexpr auto arena_fields = keys_of(payload_object::arena, arena_keys);

bool read_arena(payload_reader& in, value v, game_row& game) {
  return in.object(v, "arena", arena_fields, [&](arena_field which, std::string_view key, value field) {
    switch (which) {
      case arena_field::id:
        return in.id(field, key, game.arena_id);
      case arena_field::name:
        return in.text(field, key, game.arena_name);
      case arena_field::city:
        return in.text(field, key, game.arena_city);
      case arena_field::state:
        return in.text(field, key, game.arena_state);
      case arena_field::country:
        return in.text(field, key, game.arena_country);
      case arena_field::timezone:
        return in.text(field, key, game.arena_timezone);
    }
    return true;
  });
}

enum class official_field { id, name, assignment, jersey };
constexpr wanted_key<official_field> official_keys[] = {
    {"personId", official_field::id},
    {"name", official_field::name},
    {"assignment", official_field::assignment},
    {"jerseyNum", official_field::jersey},
};
constexpr auto official_fields = keys_of(payload_object::official, official_keys);

bool read_official(payload_reader& in, value v, official_row& row) {
  return in.object(v, "", official_fields, [&](official_field which, std::string_view key, value field) {
    switch (which) {
      case official_field::id:
        return in.id(field, key, row.official_id);
      case official_field::name:
        return in.text(field, key, row.name);
      case official_field::assignment:
        return in.text(field, key, row.assignment);
      case official_field::jersey:
        return in.text(field, key, row.jersey_number);
    }
    return true;
  });
}

bool read_officials(payload_reader& in, value v, std::string_view key, std::vector<official_row>& officials) {
  const auto read = [&](value element) {
    auto& row = officials.emplace_back();
    if (!read_official(in, element, row)) return false;
    const auto listed = [&](const auto& other) { return other.official_id == row.official_id; };
    if (std::none_of(officials.begin(), officials.end() - 1, listed)) return true;
    return in.fail("personId", fmt::format("lists official {} twice", row.official_id));
  };
  return in.decorative_array(v, key, read, [&] { officials.pop_back(); });
}

enum class game_field { id, et, utc, status, status_text, period, duration, attendance, arena, officials, home, away };
constexpr wanted_key<game_field> game_keys[] = {
    {"gameId", game_field::id},
    {"gameEt", game_field::et},
    {"gameTimeUTC", game_field::utc},
    {"gameStatus", game_field::status},
    {"gameStatusText", game_field::status_text},
    {"period", game_field::period},
    {"duration", game_field::duration},
    {"attendance", game_field::attendance},
    {"arena", game_field::arena},
    {"officials", game_field::officials},
    {"homeTeam", game_field::home},
    {"awayTeam", game_field::away},
};
constexpr auto game_fields = keys_of(payload_object::game, game_keys);

// The ET date is the date part of `gameEt`, whatever offset (or false `Z`) follows it.
bool read_game_date(payload_reader& in, value v, std::string_view key, et_date& out) {
  std::string_view found;
  if (!in.text(v, key, found)) return false;
  const auto parsed = parse_date(found.substr(0, 10));
  if (!parsed)
    return in.fail(key, fmt::format("should begin with a date as 2024-10-22, found \"{}\"", shortened(found)));
  out = *parsed;
  return true;
}

bool read_tipoff(payload_reader& in, value v, std::string_view key, utc_time& out) {
  std::optional<utc_time> found;
  if (!in.timestamp(v, key, found)) return false;
  if (!found) return in.fail(key, "is empty");
  out = *found;
  return true;
}

bool read_game(payload_reader& in, value v, boxscore& box) {
  auto& game = box.rows.game;
  const auto on_field = [&](game_field which, std::string_view key, value field) {
    switch (which) {
      case game_field::id:
        return in.text(field, key, box.game_id);
      case game_field::et:
        return read_game_date(in, field, key, game.game_date);
      case game_field::utc:
        return read_tipoff(in, field, key, game.tipoff_utc);
      case game_field::status:
        return in.integer(field, key, game.status);
      case game_field::status_text:
        return in.text(field, key, box.status_text);
      case game_field::period:
        return in.integer(field, key, game.periods);
      case game_field::duration:
        return in.integer(field, key, game.duration_minutes);
      case game_field::attendance:
        return in.integer(field, key, game.attendance);
      case game_field::arena:
        return read_arena(in, field, game);
      case game_field::officials:
        return read_officials(in, field, key, box.rows.officials);
      case game_field::home:
        return read_team(in, field, key, box.home);
      case game_field::away:
        return read_team(in, field, key, box.away);
    }
    return true;
  };
  return in.object(v, "game", game_fields, on_field);
}

// A traded man may be in both lists, and a list may repeat itself. One who did not play is left out where he is listed
// again; of one who did, nobody can say which line is his, so the rule `unique_keys` refuses the game.
bool is_idle(const player_stats_row& row) {
  const auto& line = row.line;
  return !row.played && !row.starter && row.seconds_played_hundredths == 0 && line.points == 0 && line.fga == 0 &&
         line.fta == 0 && line.reb == 0 && line.ast == 0 && line.stl == 0 && line.blk == 0 && line.tov == 0 &&
         line.pf == 0;
}

void drop_second_listings(payload_reader& in, game_rows& rows) {
  std::unordered_map<std::int64_t, std::size_t> place;
  for (std::size_t i = 0; i < rows.player_stats.size();) {
    const auto [found, is_new] = place.try_emplace(rows.player_stats[i].player_id, i);
    if (is_new) {
      ++i;
      continue;
    }
    if (!is_idle(rows.player_stats[i]) && !is_idle(rows.player_stats[found->second])) return;
    const auto drop = static_cast<std::ptrdiff_t>(is_idle(rows.player_stats[i]) ? i : found->second);
    const auto& dropped = rows.player_stats[static_cast<std::size_t>(drop)];
    const bool home = dropped.team_id == rows.game.home_team_id;
    in.note_odd({failure_class::contract_drift,
                 fmt::format("player {} is listed twice; he is left out of team {}, for which he did not play",
                             dropped.player_id, dropped.team_id),
                 home ? "game.homeTeam.players[].personId" : "game.awayTeam.players[].personId"});
    rows.player_stats.erase(rows.player_stats.begin() + drop);
    rows.players.erase(rows.players.begin() + drop);
    place.clear();
    i = 0;
  }
}

template <class T>
void append(std::vector<T>& target, std::vector<T>&& more) {
  target.insert(target.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void add_side(game_rows& rows, team_side&& side) {
  const auto id = side.team.team_id;
  for (auto& row : side.periods) row.team_id = id;
  for (auto& row : side.player_stats) row.team_id = id;
  side.stats.team_id = id;
  rows.teams.push_back(std::move(side.team));
  rows.team_stats.push_back(side.stats);
  append(rows.period_scores, std::move(side.periods));
  append(rows.players, std::move(side.players));
  append(rows.player_stats, std::move(side.player_stats));
}

void assemble(payload_reader& in, boxscore&& box, const game_id& id) {
  auto& game = box.rows.game;
  game.game_id = id;
  game.home_team_id = box.home.team.team_id;
  game.away_team_id = box.away.team.team_id;
  game.home_tricode = box.home.team.tricode;
  game.away_tricode = box.away.team.tricode;
  game.home_score = box.home.score;
  game.away_score = box.away.score;
  if (game.duration_minutes == 0) game.duration_minutes.reset();
  add_side(box.rows, std::move(box.home));
  add_side(box.rows, std::move(box.away));
  drop_second_listings(in, box.rows);
}

// ---- games that are not over ----------------------------------------------------------------------------------------

failure not_final(int status, std::string_view status_text) {
  return {failure_class::not_final,
          fmt::format("the box score has gameStatus {} (\"{}\"), not 3: try again when the game is over", status,
                      shortened(status_text)),
          "game.gameStatus"};
}

failure still_pregame() {
  return {failure_class::not_final,
          "the box score says final with a score of 0 to 0: it is still the one from before the game",
          "game.homeTeam.score"};
}

enum class status_key { status, text, home, away };
constexpr key_table<status_key, 4> status_keys({
    {"gameStatus", status_key::status, presence::optional},
    {"gameStatusText", status_key::text, presence::optional},
    {"homeTeam", status_key::home, presence::optional},
    {"awayTeam", status_key::away, presence::optional},
});
enum class score_key { score };
constexpr key_table<score_key, 1> score_keys({{"score", score_key::score, presence::optional}});

// A box score from before or during the game lacks much of what a final one has. So when one does not parse, its status
// and score decide whether that is news; a second, partial look, off the common path. Field by field, as everywhere:
// simdjson's look-up by key must not be used on a document that may be malformed (it searches round the end of the
// object and takes for granted that it saw no error on the way).
std::optional<failure> reason_unfinished(simdjson::ondemand::parser& parser, const padded_body& body) {
  payload_reader in("box score");
  int status = 0;
  std::optional<int> home, away;
  std::string text;
  const auto score = [&](value team, std::string_view key, std::optional<int>& out) {
    return in.object(team, key, score_keys,
                     [&](score_key, std::string_view name, value v) { return in.integer(v, name, out); });
  };
  const auto on_field = [&](status_key target, std::string_view key, value v) {
    switch (target) {
      case status_key::status:
        return in.integer(v, key, status);
      case status_key::text:
        return in.text(v, key, text);
      case status_key::home:
        return score(v, key, home);
      case status_key::away:
        return score(v, key, away);
    }
    return true;
  };
  // That it fails again is no news: what can be read until then counts.
  (void)in.root(parser, body, [&](std::string_view key, value v) {
    return key != "game" || in.object(v, key, status_keys, on_field);
  });
  if (status == 1 || status == 2) return not_final(status, text);
  if (status == 3 && home == 0 && away == 0) return still_pregame();
  return std::nullopt;
}

}  // namespace

result<void> parse_boxscore(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                            game_rows& rows, odd_values& odd) {
  payload_reader in("box score");
  boxscore box(rows);
  bool has_game = false;
  const bool parsed = in.root(parser, body, [&](std::string_view key, value v) {
    if (key != "game") return true;
    has_game = true;
    return read_game(in, v, box);
  });
  if (!parsed || !has_game) {
    if (auto reason = reason_unfinished(parser, body)) return *std::move(reason);
    if (parsed) in.fail("game", "is missing");
    return in.error();
  }
  if (box.game_id != id.str()) return not_as_asked("box score", box.game_id, id);
  if (rows.game.status != 3) return not_final(rows.game.status, box.status_text);
  if (box.home.score == 0 && box.away.score == 0) return still_pregame();
  assemble(in, std::move(box), id);
  odd.merge(in.odd(), "");
  return {};
}

}  // namespace nba
