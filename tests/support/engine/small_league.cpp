#include "tests/support/engine/small_league.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"

#include "tests/support/model_http.hpp"

#include <algorithm>
#include <cstdio>

namespace nba::test {
namespace {

constexpr const char* refusal_page = "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>";
constexpr std::int64_t home_team = 1610612738, away_team = 1610612752;

std::string number(std::int64_t value) { return std::to_string(value); }

et_date first_day(season of) { return *parse_date(number(of.start_year) + "-10-22"); }

// Scores all the points of his team.
std::int64_t first_player(std::int64_t team) { return team % 1000 * 100 + 1; }

std::string statistics(int points, bool of_team) {
  std::string out = R"("statistics":{"points":)" + number(points);
  for (const char* key : {"fieldGoalsMade", "fieldGoalsAttempted", "threePointersMade", "threePointersAttempted",
                          "freeThrowsMade", "freeThrowsAttempted", "reboundsOffensive", "reboundsDefensive", "assists",
                          "steals", "blocks", "foulsPersonal"})
    out += std::string(",\"") + key + "\":1";
  if (of_team)
    out += R"(,"reboundsPersonal":2,"turnoversTotal":1,"reboundsTeam":0,"turnoversTeam":0,"minutes":"PT240M00.00S"})";
  else
    out += R"(,"reboundsTotal":2,"turnovers":1,"minutes":"PT48M00.00S","plusMinusPoints":0})";
  return out;
}

std::string team(const char* side, std::int64_t id, int points) {
  std::string out = std::string("\"") + side + R"(":{"teamId":)" + number(id) +
                    R"(,"teamCity":"Town","teamName":"Team","teamTricode":"TWN","score":)" + number(points) +
                    R"(,"periods":[{"period":1,"score":)" + number(points) + "}";
  for (int period = 2; period <= 4; ++period) out += R"(,{"period":)" + number(period) + R"(,"score":0})";
  out += R"(],"players":[)";
  for (int player = 1; player <= 5; ++player) {
    if (player > 1) out += ',';
    out += R"({"personId":)" + number(first_player(id) + player - 1) + R"(,"name":"P","starter":"1","played":")" +
           (player == 1 ? "1" : "0") + "\"";
    if (player == 1) out += "," + statistics(points, false);
    out += '}';
  }
  return out + "]," + statistics(points, true) + "}";
}

std::string action(int order, int period, const std::string& rest, int home, int away) {
  return R"({"actionNumber":)" + number(order) + R"(,"orderNumber":)" + number(order * 10'000) + R"(,"period":)" +
         number(period) + R"(,"clock":"PT05M00.00S",)" + rest + R"(,"scoreHome":")" + number(home) +
         R"(","scoreAway":")" + number(away) + "\"}";
}

}  // namespace

std::shared_ptr<const game_source> small_games() {
  static const auto games = make_cdn_source(small_urls);
  return games;
}

planned_game small_game(int number_of_game, int day, game_type type, season of) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "00%d%02d%05d", static_cast<int>(type), of.start_year % 100, number_of_game);
  planned_game game;
  game.id = *game_id::parse(digits);
  game.date = first_day(of) + date::days{day};
  game.status = game_status::final;
  game.home_team_id = home_team;
  game.away_team_id = away_team;
  game.home_tricode = game.away_tricode = "TWN";
  game.home_score = 4;
  game.away_score = 3;
  return game;
}

std::vector<planned_game> small_season(int games, int chunks) {
  std::vector<planned_game> season;
  const int days = 7 * chunks;
  for (int i = 0; i < games; ++i) {
    // 37 is prime to every season length used here: neighbours by id lie weeks apart.
    const int day = i * 37 % games * days / games;
    season.push_back(i % 10 == 9 ? small_game(i, day, game_type::playoffs) : small_game(i + 1, day));
  }
  return season;
}

std::vector<chunk> small_chunks(std::vector<planned_game> games) {
  date_range range{games.front().date, games.front().date};
  for (const auto& game : games) {
    range.first = std::min(range.first, game.date);
    range.last = std::max(range.last, game.date);
  }
  return chunk_games(std::move(games), range, 7);
}

std::string boxscore_json(const game_id& id, const small_payload& what) {
  const auto date = format_date(what.date.value_or(first_day(id.in_season())));
  const int home = what.stale_box ? 0 : what.home_points, away = what.stale_box ? 0 : what.away_points;
  return R"({"game":{"gameId":")" + id.str() + R"(","gameEt":")" + date + R"(T19:00:00-04:00","gameTimeUTC":")" + date +
         R"(T23:00:00Z","gameStatus":)" + number(what.stale_box ? 1 : what.status) + R"(,"period":4,)" +
         team("homeTeam", home_team, home) + "," + team("awayTeam", away_team, away) + "}}";
}

std::string playbyplay_json(const game_id& id, const small_payload& what) {
  int order = 0, home = 0, away = 0;
  std::string out = R"({"game":{"gameId":")" + id.str() + R"(","actions":[)";
  const auto score = [&](std::int64_t scorer, const char* type) {
    if (order > 0) out += ',';
    out += action(++order, 1,
                  std::string(R"("actionType":")") + type + R"(","shotResult":"Made","personId":)" +
                      number(first_player(scorer)) + R"(,"teamId":)" + number(scorer),
                  home, away);
  };
  while (home < what.home_points) {
    home += 2;
    score(home_team, "2pt");
  }
  while (away < what.away_points) {
    away += 3;
    score(away_team, "3pt");
  }
  if (!what.ended) return out + "]}}";
  for (int period = 2; period <= 4; ++period)
    out += "," + action(++order, period, R"("actionType":"period","subType":"end")", home, away);
  out += "," +
         action(++order, 4,
                R"("actionType":"game","subType":"end","description":")" + std::string(what.filler_bytes, 'x') + "\"",
                home, away);
  return out + "]}}";
}

http_response small_host::page(long status) const { return status_answer(status, refusal_page); }

http_response small_host::answer(const http_request& request) {
  if (const auto scripted = first.find(request.url); scripted != first.end() && !scripted->second.empty()) {
    auto out = scripted->second.front();
    scripted->second.pop_front();
    return out;
  }
  if (blocked) return page(403);
  const auto digits = request.url.find("_0");
  const auto id = digits == std::string::npos ? std::nullopt : game_id::parse(request.url.substr(digits + 1, 10));
  if (!id || missing.contains(*id)) return page(403);
  if (broken.contains(*id)) return ok_answer(R"({"game":{"gameId":7}})");
  const auto found = payloads.find(*id);
  auto what = found == payloads.end() ? small_payload{} : found->second;
  if (const auto date = dates.find(*id); !what.date && date != dates.end()) what.date = date->second;
  const bool box = request.url.find("/boxscore_") != std::string::npos;
  return ok_answer(box ? boxscore_json(*id, what) : playbyplay_json(*id, what));
}

}  // namespace nba::test
