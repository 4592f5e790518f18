// Lineups of all games of the two recorded seasons against the official record: docs/derived.md, "lineup_stints".
#include "pipeline/derive/lineups.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/unit/derive/lineup_properties.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace nba {
namespace {

namespace fs = std::filesystem;

template <class Visit>
std::size_t each_game(const fs::path& root, Visit visit) {
  const auto live = root / "static" / "json" / "liveData";
  transformer shared{make_cdn_parser()};
  std::size_t games = 0;
  for (const auto& entry : fs::directory_iterator(live / "boxscore")) {
    const auto id = entry.path().filename().string().substr(9, 10);
    game_payloads both;
    both.id = *game_id::parse(id);
    both.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(test::read_file(entry.path()));
    both.bodies[endpoint::playbyplay] =
        std::make_shared<const padded_body>(test::read_file(live / "playbyplay" / ("playbyplay_" + id + ".json")));
    const auto rows = shared.transform(both);
    if (!rows) FAIL(id << ": " << describe(rows.error()));
    visit(*rows);
    ++games;
  }
  return games;
}

// Every figure that the tables promise; `not_official`: the games whose plus-minus is not the official one.
void check_season(const std::string& name, std::size_t expected_games, const std::set<std::string>& not_official) {
  const auto root = test::unpacked_season(name);
  NBA_SKIP_WITHOUT_RECORDED_DATA(root);
  std::set<std::string> differing;
  std::set<std::string> used;
  const auto games = each_game(*root, [&](const game_rows& rows) {
    const auto& id = rows.game.game_id.str();
    const auto corrections = choose_overrides(rows);
    CHECK_MESSAGE(corrections.skipped.empty(), id);
    const auto lineups = derive_lineups(rows, {}, corrections.applied);
    CHECK_MESSAGE(lineups.problems == std::vector<std::string>{}, id);
    const auto broken = test::broken_lineup_properties(rows, lineups);
    CHECK_MESSAGE(broken == std::vector<std::string>{}, id);
    CHECK_MESSAGE(test::players_with_other_minutes(rows, lineups) == std::vector<std::int64_t>{}, id);
    if (!test::players_with_other_plus_minus(rows, lineups).empty()) differing.insert(id);
    for (const auto* correction : lineups.overrides_used) used.insert(describe(*correction));
  });
  CHECK(games == expected_games);
  CHECK(differing == not_official);
  // No override is in the table for nothing.
  for (const auto& correction : overrides())
    if (to_string(correction.game_id.in_season()) == name)
      CHECK_MESSAGE(used.count(describe(correction)) == 1, describe(correction));
}

TEST_CASE("2024-25: stints cover every game, and time on court and plus-minus are the official ones") {
  check_season("2024-25", 1'314, {});
}

TEST_CASE("2020-21: stints cover every game, and time on court and plus-minus are the official ones") {
  check_season("2020-21", 1'165,
               {"0022000086", "0022000146", "0022000257", "0022000310", "0022000388", "0022000559", "0022000657",
                "0022000711", "0022000761", "0022000885", "0022000894", "0022000948", "0022000971", "0022001034",
                "0022001049", "0022001067", "0042000234", "0042000311"});
}

}  // namespace
}  // namespace nba
