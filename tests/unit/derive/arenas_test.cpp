#include "pipeline/derive/derive.hpp"

#include <doctest/doctest.h>

#include <set>

namespace nba {
namespace {

using doctest::Approx;

TEST_CASE("every arena of the table is plausible and found by its name") {
  REQUIRE(arenas().size() > 80);
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& each : arenas()) {
    CAPTURE(each.name);
    CHECK_FALSE(each.name.empty());
    CHECK_FALSE(each.city.empty());
    CHECK(each.country.size() == 2);
    CHECK((each.latitude > -45 && each.latitude < 61));
    CHECK((each.longitude > -161 && each.longitude < 151));
    CHECK((each.altitude_m >= 0 && each.altitude_m < 2'300));
    CHECK(seen.emplace(each.name, each.city).second);
    CHECK(find_arena(each.name, each.city) == &each);
  }
}

TEST_CASE("no two arenas stand at the same place") {
  for (const auto& a : arenas())
    for (const auto& b : arenas())
      if (&a != &b) CHECK(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude) > 0.05);
}

// The arena's UTC offset on an evening in January, seen as the shift on the way from London.
double winter_offset_hours(const arena& each) {
  std::vector<planned_game> games(2);
  const std::string ids[] = {"0022400001", "0022400002"};
  for (std::size_t i = 0; i < 2; ++i) {
    games[i].id = *game_id::parse(ids[i]);
    games[i].date = *parse_date("2025-01-15") + date::days(i);
    games[i].home_team_id = 1;
    games[i].away_team_id = 2;
    games[i].arena_name = i == 0 ? "The O2" : each.name;
    games[i].arena_city = i == 0 ? "London" : each.city;
  }
  return season_travel(games).rows_of(games[1].id).at(0).timezone_shift_hours.value();
}

TEST_CASE("every arena's zone exists and fits its longitude") {
  for (const auto& each : arenas()) {
    CAPTURE(each.name);
    const double ahead_of_the_sun = winter_offset_hours(each) - each.longitude / 15;
    CHECK(ahead_of_the_sun < 1.5);
    CHECK(ahead_of_the_sun > -0.6);
  }
  CHECK(winter_offset_hours(*find_arena("Ball Arena", "Denver")) == -7);
  CHECK(winter_offset_hours(*find_arena("NSCI Dome", "Mumbai")) == 5.5);
}

TEST_CASE("letter case, spaces and punctuation do not matter, and old names lead to the same building") {
  const auto* downtown = find_arena("Crypto.com Arena", "Los Angeles");
  REQUIRE(downtown != nullptr);
  CHECK(find_arena("STAPLES Center", "Los Angeles") == downtown);
  CHECK(find_arena("Staples Center", "Los Angeles") == downtown);
  CHECK(find_arena("CRYPTO COM ARENA", "los angeles") == downtown);
  CHECK(find_arena("FedEx Forum", "Memphis") == find_arena("FedExForum", "Memphis"));
  const auto* phoenix = find_arena("Footprint Center", "Phoenix");
  REQUIRE(phoenix != nullptr);
  for (const auto* name : {"PHX Arena", "Phoenix Suns Arena", "Mortgage Matchup Center", "Talking Stick Resort Arena"})
    CHECK(find_arena(name, "Phoenix") == phoenix);
  CHECK(find_arena("Oracle Arena", "Oakland") != nullptr);
  CHECK(find_arena("American Airlines Arena", "Miami") == find_arena("Kaseya Center", "Miami"));
}

TEST_CASE("a name that is unique needs no city, one that two cities share does") {
  CHECK(find_arena("TD Garden", "") != nullptr);
  CHECK(find_arena("TD Garden", "Boston, MA") == find_arena("TD Garden", "Boston"));
  // Berlin's Uber Arena had this name until 2024.
  CHECK(find_arena("Mercedes-Benz Arena", "Shanghai")->city == "Shanghai");
  CHECK(find_arena("Mercedes-Benz Arena", "Berlin")->name == "Uber Arena");
  CHECK(find_arena("Mercedes-Benz Arena", "") == nullptr);
  CHECK(find_arena("Mercedes-Benz Arena", "Stuttgart") == nullptr);
}

TEST_CASE("what the table does not know is null") {
  CHECK(find_arena("", "") == nullptr);
  CHECK(find_arena("", "Boston") == nullptr);
  CHECK(find_arena("Boston Garden", "Boston") == nullptr);
  CHECK(find_arena("TD", "Boston") == nullptr);
}

TEST_CASE("the mountains are high and the coasts are not") {
  const auto altitude = [](const char* name) { return find_arena(name, "")->altitude_m; };
  CHECK((altitude("Ball Arena") >= 1'580 && altitude("Ball Arena") <= 1'610));
  CHECK((altitude("Delta Center") >= 1'285 && altitude("Delta Center") <= 1'315));
  CHECK((altitude("Arena CDMX") >= 2'230 && altitude("Arena CDMX") <= 2'250));
  for (const auto* name : {"TD Garden", "Chase Center", "Kaseya Center", "Smoothie King Center", "Etihad Arena"})
    CHECK(altitude(name) < 10);
}

TEST_CASE("great circles: a quarter of the globe, half of it, a degree, and none") {
  const double circumference_km = 2 * 3.14159265358979 * 6371;
  CHECK(great_circle_km(0, 0, 0, 90) == Approx(circumference_km / 4));
  CHECK(great_circle_km(0, 0, 90, 123) == Approx(circumference_km / 4));
  CHECK(great_circle_km(0, 0, 0, 180) == Approx(circumference_km / 2));
  CHECK(great_circle_km(30, -60, -30, 120) == Approx(circumference_km / 2));  // antipodes
  CHECK(great_circle_km(40, -75, 41, -75) == Approx(circumference_km / 360));
  CHECK(great_circle_km(60, 10, 60, 10) == 0);
  CHECK(great_circle_km(0, 179.5, 0, -179.5) == Approx(circumference_km / 360));  // over the date line
  CHECK(great_circle_km(42.3662, -71.0621, 34.0430, -118.2673) ==
        great_circle_km(34.0430, -118.2673, 42.3662, -71.0621));
}

}  // namespace
}  // namespace nba
