// Derived rows of the recorded seasons against what the NBA, or an independent count, says.
#include "pipeline/derive/derive.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"
#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

namespace nba {
namespace {

using doctest::Approx;
namespace fs = std::filesystem;

schedule read_schedule(const fs::path& root, const std::string& name) {
  const padded_body text(test::read_file(root / "stats" / ("scheduleleaguev2_" + name + ".json")));
  auto parsed = parse_schedule(text.view(), *parse_season(name));
  if (!parsed) FAIL(describe(parsed.error()));
  return *std::move(parsed);
}

// Every n-th box score of the season, parsed twice: as rows, and as the document they came from.
template <class Visit>
void each_game(const fs::path& root, std::size_t stride, Visit visit) {
  const auto live = root / "static" / "json" / "liveData";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(live / "boxscore")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  transformer shared{make_cdn_parser()};
  for (std::size_t i = 0; i < files.size(); i += stride) {
    const auto id = files[i].filename().string().substr(9, 10);
    const auto box = test::read_file(files[i]);
    game_payloads both;
    both.id = *game_id::parse(id);
    both.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(box);
    both.bodies[endpoint::playbyplay] =
        std::make_shared<const padded_body>(test::read_file(live / "playbyplay" / ("playbyplay_" + id + ".json")));
    const auto rows = shared.transform(both);
    if (!rows) FAIL(id << ": " << describe(rows.error()));
    visit(*rows, nlohmann::json::parse(box)["game"]);
  }
}

void check_official_percentages(const std::string& name) {
  const auto root = test::unpacked_season(name);
  NBA_SKIP_WITHOUT_RECORDED_DATA(root);
  each_game(*root, 5, [](const game_rows& rows, const nlohmann::json& official) {
    const auto factors = derive_team_factors(rows, {});
    for (const auto& [side, row] : {std::pair{"homeTeam", factors[0]}, {"awayTeam", factors[1]}}) {
      const auto& statistics = official[side]["statistics"];
      REQUIRE(*row.ts_pct == Approx(statistics["trueShootingPercentage"].get<double>()).epsilon(1e-9));
      REQUIRE(*row.efg_pct == Approx(statistics["fieldGoalsEffectiveAdjusted"].get<double>()).epsilon(1e-9));
      // Which rebounds and turnovers the team's columns are.
      int oreb = 0, dreb = 0, turnovers = 0;
      for (const auto& player : official[side]["players"]) {
        oreb += player["statistics"]["reboundsOffensive"].get<int>();
        dreb += player["statistics"]["reboundsDefensive"].get<int>();
        turnovers += player["statistics"]["turnovers"].get<int>();
      }
      const auto& team = rows.team_stats[row.team_id == rows.teams[0].team_id ? 0 : 1];
      REQUIRE(team.line.oreb == oreb);
      REQUIRE(team.line.dreb == dreb);
      REQUIRE(team.line.reb == oreb + dreb);
      REQUIRE(team.line.reb + team.team_reb == statistics["reboundsTotal"].get<int>());
      REQUIRE(team.line.tov == turnovers + team.team_tov);
    }
  });
}

TEST_CASE("2024-25: eFG% and TS% are the official ones, team rebounds and turnovers add up") {
  check_official_percentages("2024-25");
}
TEST_CASE("2020-21: eFG% and TS% are the official ones, team rebounds and turnovers add up") {
  check_official_percentages("2020-21");
}

TEST_CASE("2024-25: the possession estimate stays close to an event-based count") {
  const auto root = test::unpacked_season("2024-25");
  const auto data = test::recorded_data();
  NBA_SKIP_WITHOUT_RECORDED_DATA(root && data);
  std::map<std::string, int> counted;  // both teams' possessions of a game
  std::ifstream in(*data / "2024-25" / "possessions.csv");
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) counted[line.substr(0, 10)] += std::stoi(line.substr(line.rfind(',') + 1));
  REQUIRE(counted.size() > 1'000);

  double difference = 0;
  int games = 0;
  each_game(*root, 5, [&](const game_rows& rows, const nlohmann::json&) {
    const auto found = counted.find(rows.game.game_id.str());
    if (found == counted.end()) return;
    const double estimate = derive_team_factors(rows, {})[0].possessions;
    REQUIRE(std::abs(estimate - found->second / 2.0) < 7);
    difference += estimate - found->second / 2.0;
    ++games;
  });
  REQUIRE(games > 200);
  // The count leaves out possessions that begin in a period's last two seconds, about 0.8 a team and game.
  CHECK(difference / games == Approx(0.9).epsilon(0.25));
}

void check_every_arena_is_known(const std::string& name, std::size_t travelling_games) {
  const auto root = test::unpacked_season(name);
  NBA_SKIP_WITHOUT_RECORDED_DATA(root);
  const auto season = read_schedule(*root, name);
  const season_travel travel(season.games);
  CHECK(travel.unknown_arenas() == std::vector<std::string>{});
  std::size_t games = 0;
  for (const auto& planned : season.games) games += travel.rows_of(planned.id).size() == 2;
  CHECK(games == travelling_games);
}

TEST_CASE("2024-25: every arena of the schedule is known, and every game but All-Star travels") {
  // 1,400 games less 6 of the All-Star weekend.
  check_every_arena_is_known("2024-25", 1'394);
}
TEST_CASE("2020-21: every arena of the schedule is known") { check_every_arena_is_known("2020-21", 1'165); }

TEST_CASE("2024-25: crowded schedules and distances are those of an independent count") {
  const auto root = test::unpacked_season("2024-25");
  NBA_SKIP_WITHOUT_RECORDED_DATA(root);
  const auto season = read_schedule(*root, "2024-25");
  const season_travel travel(season.games);
  int rows = 0, first = 0, back_to_back = 0, three_in_four = 0, five_in_seven = 0, far_east = 0;
  double total_km = 0;
  std::map<std::int64_t, double> km;
  for (const auto& planned : season.games) {
    if (planned.id.type() == game_type::preseason) continue;
    for (const auto& row : travel.rows_of(planned.id)) {
      ++rows;
      first += !row.prev_game_id;
      back_to_back += row.is_back_to_back;
      three_in_four += row.is_3_in_4;
      five_in_seven += row.is_5_in_7;
      far_east += row.timezone_shift_hours.value_or(0) >= 6;
      total_km += row.travel_distance_km.value_or(0);
      km[row.team_id] += row.travel_distance_km.value_or(0);
    }
  }
  // Counted from the same schedule by a separate program; distances there by the spherical law of cosines.
  CHECK(rows == 2'642);
  CHECK(first == 30);
  CHECK(back_to_back == 450);
  CHECK(three_in_four == 661);
  CHECK(five_in_seven == 58);
  CHECK(far_east == 2);  // the Pacers and the Spurs in Paris
  CHECK(total_km == Approx(2'279'760).epsilon(1e-5));
  CHECK(km[1610612750] == Approx(99'633).epsilon(1e-4));  // Minnesota travelled most
  CHECK(km[1610612765] == Approx(59'909).epsilon(1e-4));  // Detroit least
}

TEST_CASE("the arenas' zones are those of the box scores") {
  for (const auto* name : {"2020-21", "2024-25"}) {
    const auto root = test::unpacked_season(name);
    NBA_SKIP_WITHOUT_RECORDED_DATA(root);
    each_game(*root, 3, [](const game_rows& rows, const nlohmann::json&) {
      const auto* known = find_arena(rows.game.arena_name, rows.game.arena_city);
      if (!known) FAIL("unknown arena " << rows.game.arena_name);
      // The NBA puts Detroit, and in one of the seasons Indianapolis, on New York's zone; their clocks have agreed
      // since 1975 and 2006.
      const bool eastern = known->timezone == "America/Detroit" || known->timezone == "America/Indiana/Indianapolis";
      const auto zone =
          eastern && rows.game.arena_timezone == "America/New_York" ? "America/New_York" : known->timezone;
      REQUIRE(zone == rows.game.arena_timezone);
    });
  }
}

}  // namespace
}  // namespace nba
