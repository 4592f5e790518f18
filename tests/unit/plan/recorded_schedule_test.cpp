#include "pipeline/plan/schedule.hpp"
#include "pipeline/plan/work.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/unit/plan/builders.hpp"

#include <map>
#include <set>

using namespace nba;
using namespace nba::test;

namespace {

schedule recorded(const std::string& of) {
  const auto folder = unpacked_season(of);
  REQUIRE(folder);
  auto parsed = parse_text(read_file(*folder / "stats" / ("scheduleleaguev2_" + of + ".json")), *parse_season(of));
  REQUIRE_MESSAGE(parsed, describe(parsed.error()));
  return *std::move(parsed);
}

std::map<game_type, int> count_types(const schedule& of) {
  std::map<game_type, int> counts;
  for (const auto& one : of.games) ++counts[one.id.type()];
  return counts;
}

}  // namespace

TEST_CASE("the recorded schedule of 2024-25 has 1,400 games of six types, all final") {
  NBA_SKIP_WITHOUT_RECORDED_DATA(unpacked_season("2024-25"));
  const auto parsed = recorded("2024-25");
  CHECK(parsed.games.size() == 1'400);
  CHECK(parsed.left_out_count == 0);
  CHECK(parsed.other_leagues == 0);
  CHECK(parsed.repaired_ids == 0);
  CHECK(parsed.odd_values.empty());
  CHECK(count_types(parsed) == std::map<game_type, int>{{game_type::preseason, 73},
                                                        {game_type::regular, 1'230},
                                                        {game_type::all_star, 6},
                                                        {game_type::playoffs, 84},
                                                        {game_type::play_in, 6},
                                                        {game_type::cup, 1}});
  CHECK(parsed.first_date == on("2024-10-04"));
  CHECK(parsed.last_date == on("2025-06-22"));
  long points = 0;
  int other_utc_date = 0;
  std::set<std::string> neutral;
  for (const auto& one : parsed.games) {
    REQUIRE(has_result(one));
    REQUIRE_FALSE(one.postponed);
    REQUIRE_FALSE(one.if_necessary);
    REQUIRE(one.tipoff_utc);
    REQUIRE(one.home_team_id != 0);
    REQUIRE(one.away_team_id != 0);
    REQUIRE(one.home_tricode.size() == 3);
    // The date is the ET date of the tip-off, the false Z notwithstanding.
    REQUIRE(et_date_of(*one.tipoff_utc) == one.date);
    other_utc_date +=
        date::floor<date::days>(*one.tipoff_utc).time_since_epoch() != one.date.time_since_epoch() ? 1 : 0;
    if (one.is_neutral) neutral.insert(one.id.str());
    if (one.id.type() == game_type::regular) points += *one.home_score + *one.away_score;
  }
  CHECK(neutral == std::set<std::string>{"0012400001", "0012400005", "0012400007", "0022400147", "0022400621",
                                         "0022400633", "0022401229", "0022401230", "0062400001"});
  CHECK(points == 280'010);     // the box scores have one less: one game's final differs by a point
  CHECK(other_utc_date > 900);  // three quarters of the games
  for (const auto& one : parsed.games)
    if (one.id.str() == "0022400061") CHECK(one.date == on("2024-10-22"));
}

TEST_CASE("the schedule of 2020-21 has 1,165 games, from December to July") {
  NBA_SKIP_WITHOUT_RECORDED_DATA(unpacked_season("2020-21"));
  const auto parsed = recorded("2020-21");
  CHECK(parsed.games.size() == 1'165);
  CHECK(count_types(parsed) == std::map<game_type, int>{{game_type::regular, 1'080}, {game_type::playoffs, 85}});
  CHECK(parsed.first_date == on("2020-12-22"));
  CHECK(parsed.last_date == on("2021-07-20"));
  for (const auto& one : parsed.games) {
    REQUIRE(has_result(one));
    REQUIRE_FALSE(one.postponed);  // postponedStatus is "A" throughout
  }
}

TEST_CASE("a backfill of a recorded season plans the 1,321 games of its scope, in 38 weeks") {
  NBA_SKIP_WITHOUT_RECORDED_DATA(unpacked_season("2024-25"));
  const auto parsed = recorded("2024-25");
  const auto work = plan_work(parsed, {}, scope{}, on("2026-01-01"));
  REQUIRE(work);
  CHECK(work->to_fetch.size() == 1'321);
  CHECK(work->in_scope() == 1'321);
  const auto chunks = chunk_games(work->to_fetch, {parsed.first_date, parsed.last_date}, 7);
  std::size_t in_chunks = 0;
  for (const auto& one : chunks) in_chunks += one.games.size();
  CHECK(in_chunks == 1'321);
  CHECK(chunks.back().number == 38);
}
