#include "tests/unit/league/samples.hpp"

#include "pipeline/plan/schedule.hpp"
#include "pipeline/source/http_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

using namespace nba;
using namespace nba::test;

namespace {

std::vector<planned_game> of_type(const std::vector<planned_game>& games, game_type type) {
  std::vector<planned_game> out;
  std::copy_if(games.begin(), games.end(), std::back_inserter(out),
               [&](const planned_game& game) { return game.id.type() == type; });
  return out;
}

void check_nobody_plays_twice_a_day(const std::vector<planned_game>& games) {
  std::set<std::pair<std::int64_t, et_date>> seen;
  for (const auto& game : games) {
    CHECK_MESSAGE(seen.insert({game.home_team_id, game.date}).second, game.id.str());
    CHECK_MESSAGE(seen.insert({game.away_team_id, game.date}).second, game.id.str());
  }
}

schedule parsed(const league& one, std::optional<et_date> today) {
  const padded_body body(one.schedule_json(today));
  const auto out = parse_schedule(body.view(), one.settings().season);
  if (!out) FAIL(describe(out.error()));
  return *out;
}

}  // namespace

TEST_CASE("a default season has the NBA's lanes and ids") {
  const auto games = full_league()->games();
  const auto regular = of_type(games, game_type::regular);
  REQUIRE(regular.size() == 1230);
  CHECK(regular.front().id.str() == "0022400001");
  CHECK(regular.back().id.str() == "0022401230");
  const auto cup = of_type(games, game_type::cup);
  REQUIRE(cup.size() == 1);
  CHECK(cup.front().id.str() == "0062400001");
  CHECK(cup.front().is_neutral);
  std::vector<std::string> play_in;
  for (const auto& game : of_type(games, game_type::play_in)) play_in.push_back(game.id.str().substr(5));
  CHECK(play_in == std::vector<std::string>{"00101", "00111", "00121", "00131", "00201", "00211"});
  CHECK(of_type(games, game_type::preseason).empty());
  std::set<game_id> ids;
  for (const auto& game : games) {
    CHECK(ids.insert(game.id).second);
    CHECK(game.id.in_season() == season{2024});
    CHECK(game.status == game_status::final);
    CHECK(*game.home_score != *game.away_score);
    CHECK(game.home_team_id != game.away_team_id);
  }
  CHECK(std::is_sorted(games.begin(), games.end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
}

TEST_CASE("thirty teams play eighty-two games each, about half of them at home, never two on a day") {
  for (const std::uint64_t seed : {1u, 7u}) {
    const auto games = full_league(seed)->games();
    std::map<std::int64_t, int> all, home;
    for (const auto& game : of_type(games, game_type::regular)) {
      ++all[game.home_team_id], ++all[game.away_team_id];
      ++home[game.home_team_id];
    }
    CHECK(all.size() == 30);
    for (const auto& [team, count] : all) {
      CHECK_MESSAGE(count == 82, team);
      CHECK_MESSAGE((home[team] >= 39 && home[team] <= 43), team);
    }
    check_nobody_plays_twice_a_day(games);
  }
}

TEST_CASE("the calendar is the league's: late October to mid April, the finals in June, a break in February") {
  const auto games = full_league()->games();
  const auto regular = of_type(games, game_type::regular);
  const auto by_date = [](const auto& a, const auto& b) { return a.date < b.date; };
  const auto [first, last] = std::minmax_element(regular.begin(), regular.end(), by_date);
  CHECK(first->date >= day("2024-10-22"));
  CHECK(first->date <= day("2024-10-24"));
  CHECK(last->date <= day("2025-04-13"));
  CHECK(last->date >= day("2025-04-10"));
  const auto playoffs = of_type(games, game_type::playoffs);
  CHECK(std::min_element(playoffs.begin(), playoffs.end(), by_date)->date == day("2025-04-19"));
  CHECK(std::max_element(playoffs.begin(), playoffs.end(), by_date)->date >= day("2025-06-13"));
  for (const auto& game : regular) {
    CHECK_FALSE((game.date >= day("2025-02-14") && game.date <= day("2025-02-19")));
    CHECK(game.date != day("2024-12-17"));
  }
}

TEST_CASE("ids are not in date order: Cup games first, moved games keep theirs") {
  const auto regular = of_type(full_league()->games(), game_type::regular);
  const auto opening =
      std::min_element(regular.begin(), regular.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
  CHECK(opening->id.str() >= "0022400061");
  for (int number = 1; number <= 60; ++number)
    CHECK(regular[static_cast<std::size_t>(number - 1)].date > day("2024-11-08"));
  for (const auto& game : regular) {
    if (game.id.str() < "0022401201") continue;
    CHECK(game.date >= day("2024-12-10"));
  }
  // Between them ids follow the dates, but for the games that were moved.
  int out_of_place = 0;
  for (std::size_t i = 61; i < 1200; ++i) out_of_place += regular[i].date < regular[i - 1].date ? 1 : 0;
  CHECK(out_of_place >= 4);
  CHECK(out_of_place <= 8);
}

TEST_CASE("a playoff series ends with the fourth win, and the winner goes on") {
  const auto playoffs = of_type(full_league()->games(), game_type::playoffs);
  std::map<std::string, std::vector<planned_game>> series;
  for (const auto& game : playoffs) series[game.id.str().substr(7, 2)].push_back(game);
  REQUIRE(series.size() == 15);
  std::map<char, std::set<std::int64_t>> winners, participants;
  for (const auto& [name, games] : series) {
    CHECK(games.size() >= 4);
    CHECK(games.size() <= 7);
    std::map<std::int64_t, int> wins;
    for (std::size_t i = 0; i < games.size(); ++i) {
      CHECK(games[i].id.str().back() == static_cast<char>('1' + i));
      CHECK(games[i].if_necessary == (i >= 4));
      ++wins[*games[i].home_score > *games[i].away_score ? games[i].home_team_id : games[i].away_team_id];
      participants[name[0]].insert({games[i].home_team_id, games[i].away_team_id});
    }
    const auto& final_game = games.back();
    const auto winner =
        *final_game.home_score > *final_game.away_score ? final_game.home_team_id : final_game.away_team_id;
    CHECK(wins[winner] == 4);
    winners[name[0]].insert(winner);
  }
  for (const char round : {'1', '2', '3'}) CHECK(winners[round] == participants[static_cast<char>(round + 1)]);
}

TEST_CASE("the engine's own parser reads the schedule and sees the games the league has") {
  league_settings settings;
  settings.preseason = true;
  settings.regular_games = 300;
  const auto one = make_league(settings);
  CHECK(parsed(*one, std::nullopt).games == one->games());
  for (const auto* today : {"2024-10-01", "2024-11-20", "2025-01-31", "2025-04-16", "2025-05-20"}) {
    INFO(today);
    const auto games = parsed(*one, day(today)).games;
    const auto expected = one->games(day(today));
    REQUIRE(games.size() == expected.size());
    for (std::size_t i = 0; i < games.size(); ++i) CHECK_MESSAGE(games[i] == expected[i], games[i].id.str());
  }
}

TEST_CASE("games after today are scheduled and have no documents") {
  const auto one = full_league();
  const auto today = day("2025-01-15");
  int past = 0, future = 0;
  for (const auto& game : one->games(today)) {
    if (game.postponed) continue;
    CHECK_MESSAGE((game.status == game_status::final) == (game.date <= today), game.id.str());
    CHECK(game.home_score.has_value() == (game.date <= today));
    ++(game.date <= today ? past : future);
    if ((past + future) % 50 != 0) continue;
    CHECK(one->boxscore_json(game.id, today).has_value() == (game.date <= today));
    CHECK(one->playbyplay_json(game.id, today).has_value() == (game.date <= today));
  }
  CHECK(past > 500);
  CHECK(future > 500);
}

TEST_CASE("teams of undecided games are empty until the day they are known") {
  const auto one = full_league();
  const auto find = [&](std::string_view id, std::string_view today) -> std::optional<planned_game> {
    for (const auto& game : one->games(day(today)))
      if (game.id.str() == id) return game;
    return std::nullopt;
  };
  const auto before = find("0042400101", "2025-04-01");
  REQUIRE(before.has_value());
  CHECK(before->home_team_id == 0);
  CHECK(before->home_tricode.empty());
  CHECK_FALSE(before->tipoff_utc.has_value());
  const auto seeded = find("0042400101", "2025-04-14");
  REQUIRE(seeded.has_value());
  CHECK(seeded->home_team_id != 0);
  CHECK(seeded->away_team_id == 0);  // the play-in decides
  const auto decided = find("0042400101", "2025-04-18");
  REQUIRE(decided.has_value());
  CHECK(decided->away_team_id != 0);
  // A seventh game is listed as long as it may be needed.
  const auto finals = of_type(one->games(), game_type::playoffs);
  REQUIRE(find("0042400407", "2025-06-01").has_value());
  CHECK(find("0042400407", "2025-06-01")->if_necessary);
  const bool seven = finals.back().id.str() == "0042400407";
  CHECK(find("0042400407", "2025-06-30").has_value() == seven);
}

TEST_CASE("a moved game is first where it was, then postponed without a date, then where it is played") {
  const auto one = full_league();
  std::map<game_id, et_date> at_first;
  for (const auto& game : one->games(day("2024-10-01"))) at_first[game.id] = game.date;
  int moved = 0;
  for (const auto& game : one->games()) {
    const auto first = at_first.find(game.id);
    if (first == at_first.end() || first->second == game.date) continue;
    ++moved;
    CHECK(first->second < game.date);
    const auto on_the_day = one->games(first->second);
    const auto entry = std::find_if(on_the_day.begin(), on_the_day.end(),
                                    [&](const auto& candidate) { return candidate.id == game.id; });
    REQUIRE(entry != on_the_day.end());
    CHECK(entry->postponed);
    CHECK(entry->date == first->second);
    CHECK(entry->status == game_status::scheduled);
    const auto week_later = one->games(first->second + date::days{5});
    const auto again = std::find_if(week_later.begin(), week_later.end(),
                                    [&](const auto& candidate) { return candidate.id == game.id; });
    REQUIRE(again != week_later.end());
    CHECK_FALSE(again->postponed);
    CHECK(again->date == game.date);
  }
  CHECK(moved == one->settings().rescheduled_games);
}

TEST_CASE("a cancelled game is called off, then gone") {
  league_settings settings;
  settings.regular_games = 300;
  settings.cancelled_games = 2;
  settings.rescheduled_games = 0;
  const auto one = make_league(settings);
  const auto at_first = one->games(day("2024-10-01"));
  std::set<game_id> left;
  for (const auto& game : one->games()) left.insert(game.id);
  int cancelled = 0;
  for (const auto& game : at_first) {
    if (left.count(game.id) != 0 || game.id.type() != game_type::regular) continue;
    ++cancelled;
    CHECK(one->knows(game.id));
    CHECK_FALSE(one->boxscore_json(game.id).has_value());
    const auto then = one->games(game.date);
    const auto entry =
        std::find_if(then.begin(), then.end(), [&](const auto& candidate) { return candidate.id == game.id; });
    REQUIRE(entry != then.end());
    CHECK(entry->postponed);
  }
  CHECK(cancelled == 2);
}

TEST_CASE("games of today are live when the league is told so") {
  league_settings settings;
  settings.regular_games = 300;
  settings.live_today = true;
  const auto one = make_league(settings);
  const auto some = one->games()[100];
  const auto games = one->games(some.date);
  const auto live = std::find_if(games.begin(), games.end(), [&](const auto& game) { return game.id == some.id; });
  REQUIRE(live != games.end());
  CHECK(live->status == game_status::live);
  CHECK_FALSE(live->home_score.has_value());
  const auto box = one->boxscore_json(some.id, some.date);
  REQUIRE(box.has_value());
  CHECK(box->find("\"gameStatus\":2") != std::string::npos);
  CHECK(one->playbyplay_json(some.id, some.date)->find("\"actionType\":\"game\"") == std::string::npos);
  CHECK(parsed(*one, some.date).games == games);
}

TEST_CASE("ten seasons' worth of games fit into one, with more teams and the same rules") {
  league_settings settings;
  settings.regular_games = 12'300;
  settings.playoffs = settings.play_in = false;
  const auto games = make_league(settings)->games();
  CHECK(of_type(games, game_type::regular).size() == 12'300);
  CHECK(games[12'299].id.str() == "0022412300");
  check_nobody_plays_twice_a_day(games);
}
