#include "pipeline/source/cdn/boxscore_fields.hpp"
#include "pipeline/source/cdn/boxscore_unfinished.hpp"
#include "pipeline/source/cdn/parsers.hpp"
#include "pipeline/transform/acceptance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace nba {
namespace boxscore_document {

bool read_player_statistics(payload_reader& in, value v, std::string_view key, listed_player& into) {
  into.has_statistics = true;
  if (in.object(v, key, player_line_fields, into)) return true;
  into.odd_line = in.take_back();
  return into.odd_line.has_value();
}

// A player who did not play needs none of his statistics.
bool read_player(payload_reader& in, value v, team_side& side) {
  listed_player found;
  if (!in.object(v, "", player_fields, found)) return false;
  auto& row = found.row;
  row.player_id = found.player.player_id;
  if (found.odd_line && row.played) return in.fail_with(*std::move(found.odd_line));
  if (found.odd_line) {
    in.note_odd(*found.odd_line);
    row.line = {};
    row.seconds_played_hundredths = row.plus_minus = 0;
  }
  if (row.played && !found.has_statistics) return in.fail("statistics", "is missing for a player who played");
  side.players.push_back(std::move(found.player));
  side.player_stats.push_back(std::move(row));
  return true;
}

bool read_players(payload_reader& in, value v, std::string_view key, team_side& side) {
  constexpr std::size_t players_expected = 18;  // 15 and three two-way players
  side.players.reserve(players_expected);
  side.player_stats.reserve(players_expected);
  return in.array(v, key, [&](value element) { return read_player(in, element, side); });
}

bool read_team_statistics(payload_reader& in, value v, std::string_view key, team_side& side) {
  // Summed at the end: a key that comes twice counts once, as every other one.
  side.technical_of_players = side.technical_of_team = 0;
  if (!in.object(v, key, team_line_fields, side)) return false;
  side.stats.technical_fouls = side.technical_of_players + side.technical_of_team;
  return true;
}

bool read_officials(payload_reader& in, value v, std::string_view key, boxscore& box) {
  auto& officials = box.officials;
  const auto read = [&](value element) {
    auto& row = officials.emplace_back();
    if (!in.object(element, "", official_fields, row)) return false;
    const auto listed = [&](const auto& other) { return other.official_id == row.official_id; };
    if (std::none_of(officials.begin(), officials.end() - 1, listed)) return true;
    return in.fail("personId", fmt::format("lists official {} twice", row.official_id));
  };
  return in.decorative_array(v, key, read, [&] { officials.pop_back(); });
}

// The ET date is the date part of `gameEt`, whatever offset (or false `Z`) follows it.
bool read_game_date(payload_reader& in, value v, std::string_view key, boxscore& box) {
  std::string_view found;
  if (!in.text(v, key, found)) return false;
  const auto parsed = parse_date(found.substr(0, 10));
  if (!parsed)
    return in.fail(key, fmt::format("should begin with a date as 2024-10-22, found \"{}\"", shortened(found)));
  box.game.game_date = *parsed;
  return true;
}

bool read_tipoff(payload_reader& in, value v, std::string_view key, boxscore& box) {
  std::optional<utc_time> found;
  if (!in.timestamp(v, key, found)) return false;
  if (!found) return in.fail(key, "is empty");
  box.game.tipoff_utc = *found;
  return true;
}

}  // namespace boxscore_document

namespace {

using boxscore_document::boxscore, boxscore_document::team_side;

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

void assemble(payload_reader& in, boxscore&& box, const game_id& id, game_rows& rows) {
  rows.game = std::move(box.game);
  rows.officials = std::move(box.officials);
  auto& game = rows.game;
  game.game_id = id;
  game.home_team_id = box.home.team.team_id;
  game.away_team_id = box.away.team.team_id;
  game.home_tricode = box.home.team.tricode;
  game.away_tricode = box.away.team.tricode;
  game.home_score = box.home.score;
  game.away_score = box.away.score;
  if (game.duration_minutes == 0) game.duration_minutes.reset();
  add_side(rows, std::move(box.home));
  add_side(rows, std::move(box.away));
  drop_second_listings(in, rows);
}

}  // namespace

void list_boxscore_fields(std::vector<payload_field>& into) {
  namespace fields = boxscore_document;
  list_fields(into, payload_object::game, fields::game_fields);
  list_fields(into, payload_object::arena, fields::arena_fields);
  list_fields(into, payload_object::official, fields::official_fields);
  list_fields(into, payload_object::team, fields::team_fields);
  list_fields(into, payload_object::period, fields::period_fields);
  list_fields(into, payload_object::player, fields::player_fields);
  list_fields(into, payload_object::player_line, fields::player_line_fields);
  list_fields(into, payload_object::team_line, fields::team_line_fields);
}

result<void> parse_boxscore(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                            game_rows& rows, odd_values& odd) {
  payload_reader in("box score");
  boxscore box;
  box.game = rows.game;
  bool has_game = false;
  const bool parsed = in.root(parser, body, [&](std::string_view key, payload_reader::value v) {
    if (key != "game") return true;
    has_game = true;
    return in.object(v, key, boxscore_document::game_fields, box);
  });
  if (!parsed || !has_game) {
    if (auto reason = reason_unfinished(parser, body)) return *std::move(reason);
    if (parsed) in.fail("game", "is missing");
    return in.error();
  }
  if (box.game_id != id.str()) return not_as_asked("box score", box.game_id, id);
  if (box.game.status != 3) return not_final(box.game.status, box.status_text);
  if (box.home.score == 0 && box.away.score == 0) return still_pregame();
  assemble(in, std::move(box), id, rows);
  odd.merge(in.odd(), "");
  return {};
}

}  // namespace nba
