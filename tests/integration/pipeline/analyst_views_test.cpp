// The views that answer first questions, against the same answers worked out another way, on both stores.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

using namespace nba;
using namespace nba::test;

namespace {

using text_rows = std::vector<std::vector<std::string>>;

text_rows all_rows(const std::string& database, const std::string& sql) {
  const auto rows = open(database)->query_text(sql, 100'000);
  if (!rows) throw std::runtime_error(rows.error().message);
  return {rows->begin() + 1, rows->end()};
}

bool same_value(const std::string& a, const std::string& b) {
  if (a == b) return true;
  char *end_a = nullptr, *end_b = nullptr;
  const double x = std::strtod(a.c_str(), &end_a), y = std::strtod(b.c_str(), &end_b);
  return !a.empty() && !b.empty() && *end_a == '\0' && *end_b == '\0' && std::abs(x - y) < 1e-6;
}

// Rows in one order, with numbers that may differ in their last digits.
void check_same(const text_rows& a, const text_rows& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t row = 0; row < a.size(); ++row) {
    REQUIRE(a[row].size() == b[row].size());
    for (std::size_t column = 0; column < a[row].size(); ++column)
      if (!same_value(a[row][column], b[row][column]))
        FAIL_CHECK("row " << row << ", column " << column << ": " << a[row][column] << " and " << b[row][column]);
  }
}

// A stint at a time: was he on the floor?
constexpr const char* on_off_by_stints =
    "SELECT season, game_type, team_id, player_id, COUNT(DISTINCT game_id), "
    "SUM(CASE WHEN is_on = 1 THEN seconds ELSE 0 END), SUM(CASE WHEN is_on = 0 THEN seconds ELSE 0 END), "
    "SUM(CASE WHEN is_on = 1 THEN possessions ELSE 0 END), SUM(CASE WHEN is_on = 0 THEN possessions ELSE 0 END), "
    "SUM(CASE WHEN is_on = 1 THEN points - opp_points ELSE 0 END), "
    "100.0 * SUM(CASE WHEN is_on = 1 THEN points ELSE 0 END) / "
    "NULLIF(SUM(CASE WHEN is_on = 1 THEN possessions ELSE 0 END), 0) - "
    "100.0 * SUM(CASE WHEN is_on = 1 THEN opp_points ELSE 0 END) / "
    "NULLIF(SUM(CASE WHEN is_on = 1 THEN opp_possessions ELSE 0 END), 0), "
    "100.0 * SUM(CASE WHEN is_on = 0 THEN points ELSE 0 END) / "
    "NULLIF(SUM(CASE WHEN is_on = 0 THEN possessions ELSE 0 END), 0) - "
    "100.0 * SUM(CASE WHEN is_on = 0 THEN opp_points ELSE 0 END) / "
    "NULLIF(SUM(CASE WHEN is_on = 0 THEN opp_possessions ELSE 0 END), 0) "
    "FROM (SELECT s.*, c.player_id, CASE WHEN '-' || s.lineup || '-' LIKE '%-' || c.player_id || '-%' THEN 1 ELSE 0 "
    "END AS is_on FROM player_on_court c JOIN team_stints s ON s.game_id = c.game_id AND s.team_id = c.team_id "
    "WHERE c.seconds_on > 0) x GROUP BY season, game_type, team_id, player_id ORDER BY 1, 2, 3, 4";

struct record {
  int wins = 0, losses = 0, home_wins = 0, home_losses = 0;
  int points = 0, opp_points = 0;
  std::vector<bool> results;  // true: won
};

std::map<std::string, record> records_of(const std::string& database) {
  std::map<std::string, record> records;
  for (const auto& game : all_rows(database,
                                   "SELECT home_team_id, away_team_id, home_score, away_score FROM games "
                                   "WHERE game_type = 'regular' ORDER BY game_date, game_id")) {
    const int home = std::stoi(game[2]), away = std::stoi(game[3]);
    const auto add = [&](const std::string& team, int own, int other, bool at_home) {
      auto& of = records[team];
      const bool won = own > other;
      ++(won ? of.wins : of.losses);
      if (at_home) ++(won ? of.home_wins : of.home_losses);
      of.points += own;
      of.opp_points += other;
      of.results.push_back(won);
    };
    add(game[0], home, away, true);
    add(game[1], away, home, false);
  }
  return records;
}

void check_standings(const std::string& database) {
  const auto records = records_of(database);
  int best = -1'000;
  for (const auto& [team, of] : records) best = std::max(best, of.wins - of.losses);
  const auto rows = all_rows(database,
                             "SELECT team_id, wins, losses, home_wins, home_losses, away_wins, away_losses, "
                             "last_ten_wins, last_ten_losses, streak, games_behind, margin_per_game, games, win_pct "
                             "FROM team_standings WHERE season = '2024-25' ORDER BY team_id");
  REQUIRE(rows.size() == records.size());
  std::set<int> streaks;
  for (const auto& row : rows) {
    const auto& of = records.at(row[0]);
    CAPTURE(row);
    const auto last = of.results.back();
    const auto length = std::find(of.results.rbegin(), of.results.rend(), !last) - of.results.rbegin();
    const auto ten = std::min<std::ptrdiff_t>(10, std::ssize(of.results));
    const auto won_of_ten = std::count(of.results.end() - ten, of.results.end(), true);
    const auto number = [&](std::size_t at) { return std::stoi(row[at]); };
    CHECK(number(1) == of.wins);
    CHECK(number(2) == of.losses);
    CHECK(number(3) == of.home_wins);
    CHECK(number(4) == of.home_losses);
    CHECK(number(5) == of.wins - of.home_wins);
    CHECK(number(6) == of.losses - of.home_losses);
    CHECK(number(7) == won_of_ten);
    CHECK(number(8) == ten - won_of_ten);
    CHECK(number(9) == (last ? length : -length));
    streaks.insert(number(9));
    CHECK(std::stod(row[10]) == doctest::Approx((best - (of.wins - of.losses)) / 2.0));
    CHECK(std::stod(row[11]) == doctest::Approx(double(of.points - of.opp_points) / double(of.results.size())));
    CHECK(number(12) == of.wins + of.losses);
    CHECK(std::stod(row[13]) == doctest::Approx(double(of.wins) / (of.wins + of.losses)));
  }
  CHECK(streaks.size() > 2);
}

void check_lineup_names(const std::string& database) {
  std::map<std::string, std::string> names;
  for (const auto& row : all_rows(database, "SELECT player_id, name FROM players")) names[row[0]] = row[1];
  const auto rows = all_rows(database, "SELECT lineup, names FROM lineup_totals");
  REQUIRE(rows.size() > 100);
  for (const auto& row : rows) {
    std::istringstream ids{row[0]};
    std::string expected;
    for (std::string id; std::getline(ids, id, '-');) expected += (expected.empty() ? "" : ", ") + names.at(id);
    CHECK(row[1] == expected);
  }
}

// From the middle of the season on one player plays in another's place for another team. Answers his id, and the teams.
std::pair<std::string, std::string> trade_one(const std::string& database) {
  const auto teams =
      all_rows(database,
               "SELECT t.tricode, MIN(s.player_id) FROM player_game_stats s "
               "JOIN teams t ON t.team_id = s.team_id WHERE s.starter GROUP BY t.tricode ORDER BY 1 DESC");
  const auto& from = teams.front();  // the later one in the alphabet
  const auto& to = teams.back();
  const std::string later = " AND game_id IN (SELECT game_id FROM games WHERE game_date > '2025-01-15')";
  change(database, "DELETE FROM player_game_stats WHERE player_id = " + from[1] + later);
  change(database, "UPDATE player_game_stats SET player_id = " + from[1] + " WHERE player_id = " + to[1] + later);
  return {from[1], from[0] + ", " + to[0]};
}

void check_player_seasons(const std::string& database) {
  const auto [traded, teams] = trade_one(database);
  CHECK(ask(database, "SELECT teams FROM player_seasons WHERE game_type = 'regular' AND player_id = " + traded) ==
        teams);
  check_same(
      all_rows(database,
               "SELECT player_id, game_type, games, starts, seconds, points, reb, plus_minus, points_per_game, "
               "minutes_per_game, efg_pct FROM player_seasons ORDER BY 1, 2"),
      all_rows(database,
               "SELECT player_id, game_type, COUNT(*), COUNT(CASE WHEN starter THEN 1 END), SUM(seconds_played), "
               "SUM(points), SUM(oreb + dreb), SUM(plus_minus), AVG(points * 1.0), "
               "SUM(seconds_played) / COUNT(*) / 60, (SUM(fgm) + SUM(fg3m) / 2.0) / NULLIF(SUM(fga), 0) "
               "FROM player_game_stats s JOIN games g ON g.game_id = s.game_id WHERE played "
               "GROUP BY player_id, game_type ORDER BY 1, 2"));
  CHECK(ask(database, "SELECT COUNT(*) FROM player_seasons WHERE teams = '' OR teams IS NULL") == "0");
}

void check_game_log(const std::string& database) {
  CHECK(ask(database, "SELECT COUNT(*) FROM player_game_log") ==
        ask(database, "SELECT COUNT(*) FROM player_game_stats WHERE played"));
  CHECK(ask(database,
            "SELECT COUNT(*) FROM player_game_log l JOIN outcomes o ON o.game_id = l.game_id "
            "JOIN games g ON g.game_id = l.game_id "
            "WHERE l.result <> CASE WHEN o.winner_team_id = l.team_id THEN 'W' ELSE 'L' END "
            "OR l.team_points - l.opp_points <> CASE WHEN l.is_home THEN o.margin ELSE -o.margin END "
            "OR l.tricode = l.opponent OR l.opponent NOT IN (g.home_tricode, g.away_tricode)") == "0");
}

constexpr std::array<const char*, 5> views{"player_on_off", "lineup_totals", "team_standings", "player_seasons",
                                           "player_game_log"};

}  // namespace

TEST_CASE("views for analysts answer what a slower way of counting does, the same on both stores") {
  scene world{90};
  std::map<std::string, text_rows> of_first_store;
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    check_same(all_rows(database,
                        "SELECT season, game_type, team_id, player_id, games, seconds_on, seconds_off, possessions_on, "
                        "possessions_off, plus_minus, net_rating_on, net_rating_off FROM player_on_off "
                        "ORDER BY 1, 2, 3, 4"),
               all_rows(database, on_off_by_stints));
    check_standings(database);
    check_lineup_names(database);
    check_player_seasons(database);
    check_game_log(database);
    for (const std::string view : views) {
      CAPTURE(view);
      auto rows = all_rows(database, "SELECT * FROM " + view);
      std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        return std::vector(a.begin(), a.begin() + 5) < std::vector(b.begin(), b.begin() + 5);
      });
      if (backend == "sqlite")
        of_first_store[view] = std::move(rows);
      else
        check_same(rows, of_first_store.at(view));
    }
  }
}
