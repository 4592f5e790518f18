// Both recorded seasons, every game: accepted, and with the numbers that the seasons are known to have.
#include "pipeline/plan/schedule.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"
#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

namespace nba {
namespace {

struct lane_sums {
  int games = 0, overtime_games = 0, home_wins = 0;
  std::int64_t points = 0, played_lines = 0, events = 0;
};

body_ptr read_body(const std::filesystem::path& path) {
  return std::make_shared<const padded_body>(test::read_file(path));
}

// Sums per game type over every game that has a box score and a play-by-play; `differing` gets those whose score is not
// the schedule's. Nothing in a recorded season is odd, and every game is the schedule's.
std::map<game_type, lane_sums> transform_season(const std::filesystem::path& root, season of,
                                                std::set<std::string>& differing) {
  const auto plan_text = read_body(root / "stats" / ("scheduleleaguev2_" + to_string(of) + ".json"));
  const auto parsed = parse_schedule(plan_text->view(), of);
  REQUIRE(parsed.has_value());
  std::map<game_id, planned_game> plan;
  for (const auto& game : parsed->games) plan.emplace(game.id, game);
  const auto live = root / "static" / "json" / "liveData";
  std::map<game_type, lane_sums> lanes;
  transformer shared{make_cdn_parser()};
  for (const auto& entry : std::filesystem::directory_iterator(live / "boxscore")) {
    const auto file = entry.path().filename().string();  // boxscore_0022400001.json
    const auto id = game_id::parse(file.substr(9, 10));
    REQUIRE(id.has_value());
    game_payloads both;
    both.id = *id;
    both.bodies[endpoint::boxscore] = read_body(entry.path());
    both.bodies[endpoint::playbyplay] = read_body(live / "playbyplay" / ("playbyplay_" + id->str() + ".json"));
    transform_notes notes;
    const auto rows = shared.transform(both, &plan.at(*id), &notes);
    if (!rows) FAIL(id->str() << ": " << describe(rows.error()));
    if (!notes.odd.empty()) FAIL(id->str() << ": " << notes.odd.all()[0].example);
    if (notes.score_difference) differing.insert(id->str());
    auto& sums = lanes[id->type()];
    ++sums.games;
    sums.points += rows->game.home_score + rows->game.away_score;
    sums.overtime_games += rows->game.periods > 4;
    sums.home_wins += rows->game.home_score > rows->game.away_score;
    for (const auto& line : rows->player_stats) sums.played_lines += line.played;
    sums.events += static_cast<std::int64_t>(rows->events.size());
  }
  return lanes;
}

TEST_CASE("2024-25: all 1,314 games are accepted and the regular season adds up") {
  const auto root = test::unpacked_season("2024-25");
  NBA_SKIP_WITHOUT_RECORDED_DATA(root);
  std::set<std::string> differing;
  const auto lanes = transform_season(*root, season{2024}, differing);
  CHECK(differing == std::set<std::string>{"0022400072"});
  REQUIRE(lanes.size() == 2);
  const auto& regular = lanes.at(game_type::regular);
  CHECK(regular.games == 1'230);
  CHECK(regular.points == 280'009);
  CHECK(regular.played_lines == 26'306);
  CHECK(regular.events == 686'008);
  CHECK(regular.overtime_games == 60);
  CHECK(regular.home_wins == 669);
  CHECK(lanes.at(game_type::playoffs).games == 84);
}

TEST_CASE("2020-21: all 1,165 games are accepted") {
  const auto root = test::unpacked_season("2020-21");
  NBA_SKIP_WITHOUT_RECORDED_DATA(root);
  std::set<std::string> differing;
  const auto lanes = transform_season(*root, season{2020}, differing);
  CHECK(differing.empty());
  REQUIRE(lanes.size() == 2);
  CHECK(lanes.at(game_type::regular).games == 1'080);
  CHECK(lanes.at(game_type::playoffs).games == 85);
}

TEST_CASE("a game without a box score cannot be told final by its play-by-play alone") {
  const auto root = test::unpacked_season("2024-25");
  NBA_SKIP_WITHOUT_RECORDED_DATA(root);
  // The play-in games: their box score answers are the edge's 403 pages.
  const auto data = test::recorded_data();
  NBA_SKIP_WITHOUT_RECORDED_DATA(data);
  game_payloads both;
  both.id = *game_id::parse("0052400101");
  both.bodies[endpoint::boxscore] = read_body(*data / "errors" / "403.html");
  both.bodies[endpoint::playbyplay] = read_body(*root / "static/json/liveData/playbyplay/playbyplay_0052400101.json");
  const auto why = transformer{make_cdn_parser()}.transform(both).error();
  CHECK(why.kind == failure_class::contract_drift);
  CHECK(why.message.find("HTML") != std::string::npos);
}

}  // namespace
}  // namespace nba
