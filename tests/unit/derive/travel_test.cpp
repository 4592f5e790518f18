// How a team came to a game, in small schedules that can be checked by hand.
#include "pipeline/derive/derive.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace nba {
namespace {

using doctest::Approx;

constexpr std::int64_t boston = 1610612738, new_york = 1610612752, phoenix = 1610612756, denver = 1610612743,
                       san_antonio = 1610612759, los_angeles = 1610612747;

// A game at `arena_name` on an ET date, tipped off at 00:00 UTC of the next day (the evening in America).
planned_game game(const char* id, const char* day, std::int64_t home, std::int64_t away, const char* arena_name,
                  const char* city) {
  planned_game planned;
  planned.id = *game_id::parse(id);
  planned.date = *parse_date(day);
  planned.tipoff_utc = utc_time{planned.date.time_since_epoch() + date::days(1)};
  planned.home_team_id = home;
  planned.away_team_id = away;
  planned.arena_name = arena_name;
  planned.arena_city = city;
  return planned;
}
planned_game at_boston(const char* id, const char* day, std::int64_t away = new_york) {
  return game(id, day, boston, away, "TD Garden", "Boston");
}
planned_game at_new_york(const char* id, const char* day, std::int64_t away = boston) {
  return game(id, day, new_york, away, "Madison Square Garden", "New York");
}
planned_game at_denver(const char* id, const char* day, std::int64_t away) {
  return game(id, day, denver, away, "Ball Arena", "Denver");
}
planned_game at_phoenix(const char* id, const char* day, std::int64_t away) {
  return game(id, day, phoenix, away, "Footprint Center", "Phoenix");
}

// The row of a team in a game.
travel_row row_of(const season_travel& travel, const char* id, std::int64_t team) {
  for (auto& row : travel.rows_of(*game_id::parse(id)))
    if (row.team_id == team) return row;
  FAIL("no row of team " << team << " in " << id);
  return {};
}
travel_row last_row(std::vector<planned_game> games, const char* id, std::int64_t team) {
  return row_of(season_travel(games), id, team);
}

// Distance on a map that is flat around the mean latitude: right to a tenth of a percent over a few hundred km.
double flat_km(double lat_a, double lon_a, double lat_b, double lon_b) {
  const double km_per_degree = 6371 * 3.14159265358979 / 180;  // 111.195
  const double north = (lat_b - lat_a) * km_per_degree;
  const double east = (lon_b - lon_a) * km_per_degree * std::cos((lat_a + lat_b) / 2 * 3.14159265358979 / 180);
  return std::sqrt(north * north + east * east);
}

TEST_CASE("a season's first game comes from nowhere") {
  const auto row = last_row({at_boston("0022400001", "2024-10-22")}, "0022400001", boston);
  CHECK_FALSE(row.days_rest.has_value());
  CHECK_FALSE(row.is_back_to_back);
  CHECK_FALSE(row.is_3_in_4);
  CHECK_FALSE(row.is_5_in_7);
  CHECK_FALSE(row.travel_distance_km.has_value());
  CHECK_FALSE(row.timezone_shift_hours.has_value());
  CHECK_FALSE(row.altitude_change_m.has_value());
  CHECK_FALSE(row.prev_game_id.has_value());
  CHECK_FALSE(row.prev_game_date.has_value());
}

TEST_CASE("two home games in two days are a back-to-back without travel") {
  const auto row =
      last_row({at_boston("0022400001", "2024-12-01"), at_boston("0022400002", "2024-12-02")}, "0022400002", boston);
  CHECK(row.days_rest == 0);
  CHECK(row.is_back_to_back);
  CHECK_FALSE(row.is_3_in_4);
  CHECK(row.travel_distance_km == 0.0);
  CHECK(row.timezone_shift_hours == 0.0);
  CHECK(row.altitude_change_m == 0.0);
  CHECK(row.prev_game_id->str() == "0022400001");
  CHECK(format_date(*row.prev_game_date) == "2024-12-01");
}

TEST_CASE("Boston to New York is 303 km") {
  const auto row =
      last_row({at_boston("0022400001", "2024-12-01"), at_new_york("0022400002", "2024-12-05")}, "0022400002", boston);
  CHECK(row.days_rest == 3);
  CHECK_FALSE(row.is_back_to_back);
  // 1.6157 degrees south: 179.66 km. 2.9313 degrees west at 41.56 N: 2.9313 * 111.195 * cos(41.56) = 243.9 km.
  // sqrt(179.66^2 + 243.9^2) = 302.9.
  CHECK(*row.travel_distance_km == Approx(302.9).epsilon(0.001));
  CHECK(*row.travel_distance_km == Approx(flat_km(42.3662, -71.0621, 40.7505, -73.9934)).epsilon(0.001));
  CHECK(row.timezone_shift_hours == 0.0);
}

TEST_CASE("each team has its own way to the game") {
  // Boston comes from its own arena, New York from Denver.
  const std::vector<planned_game> games = {at_boston("0022400001", "2024-12-01", phoenix),
                                           at_denver("0022400002", "2024-12-03", new_york),
                                           at_boston("0022400003", "2024-12-05", new_york)};
  const season_travel travel(games);
  const auto rows = travel.rows_of(*game_id::parse("0022400003"));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].team_id == boston);  // home first
  CHECK(rows[1].team_id == new_york);
  CHECK(rows[0].days_rest == 3);
  CHECK(rows[0].travel_distance_km == 0.0);
  CHECK(rows[1].days_rest == 1);
  CHECK(rows[1].prev_game_id->str() == "0022400002");
  // cos d = sin 39.7487 * sin 42.3662 + cos 39.7487 * cos 42.3662 * cos 33.9456 = 0.43089 + 0.47125 = 0.90214;
  // d = 25.562 degrees of 111.195 km.
  CHECK(*rows[1].travel_distance_km == Approx(2'842.4).epsilon(0.0005));
  CHECK(rows[1].timezone_shift_hours == 2.0);
  CHECK(rows[1].altitude_change_m == 4.0 - 1585.0);
}

TEST_CASE("up to Denver: more altitude, an hour ahead of Los Angeles") {
  const auto row = last_row({game("0022400001", "2024-12-01", los_angeles, denver, "Crypto.com Arena", "Los Angeles"),
                             at_denver("0022400002", "2024-12-02", los_angeles)},
                            "0022400002", los_angeles);
  CHECK(row.altitude_change_m == 1585.0 - 80.0);
  CHECK(row.timezone_shift_hours == 1.0);
  // cos d = sin 34.0430 * sin 39.7487 + cos 34.0430 * cos 39.7487 * cos 13.2596 = 0.35796 + 0.62010 = 0.97806;
  // d = 12.024 degrees of 111.195 km.
  CHECK(*row.travel_distance_km == Approx(1'337.0).epsilon(0.001));
}

TEST_CASE("Phoenix keeps no daylight saving time: the way from Denver is an hour in summer, none in winter") {
  // In the last week of October, Denver is at UTC-6 and Phoenix at UTC-7; from November both are at UTC-7.
  const auto summer =
      last_row({at_denver("0022400001", "2024-10-26", phoenix), at_phoenix("0022400002", "2024-10-28", denver)},
               "0022400002", phoenix);
  CHECK(summer.timezone_shift_hours == -1.0);
  const auto winter =
      last_row({at_denver("0022400001", "2024-12-26", phoenix), at_phoenix("0022400002", "2024-12-28", denver)},
               "0022400002", phoenix);
  CHECK(winter.timezone_shift_hours == 0.0);
  // Los Angeles is level with Phoenix in summer and an hour behind in winter.
  const auto west = last_row({game("0022400001", "2024-12-26", los_angeles, phoenix, "Crypto.com Arena", "Los Angeles"),
                              at_phoenix("0022400002", "2024-12-28", los_angeles)},
                             "0022400002", los_angeles);
  CHECK(west.timezone_shift_hours == 1.0);
}

TEST_CASE("clocks that change between two games at home shift nobody") {
  // Daylight saving time ended on 3 November 2024.
  const auto row =
      last_row({at_boston("0022400001", "2024-11-01"), at_boston("0022400002", "2024-11-04")}, "0022400002", boston);
  CHECK(row.timezone_shift_hours == 0.0);
  CHECK(row.days_rest == 2);
  // From Denver, before, to Phoenix, after: both at UTC-7 on the day of the game.
  const auto away =
      last_row({at_denver("0022400001", "2024-11-01", phoenix), at_phoenix("0022400002", "2024-11-04", denver)},
               "0022400002", phoenix);
  CHECK(away.timezone_shift_hours == 0.0);
}

TEST_CASE("a neutral site: from San Antonio to Paris and back") {
  auto paris = game("0022400621", "2025-01-23", san_antonio, boston, "Accor Arena", "Paris");
  paris.is_neutral = true;
  paris.tipoff_utc = utc_time{paris.date.time_since_epoch() + std::chrono::hours(19)};
  const std::vector<planned_game> games = {
      game("0022400600", "2025-01-19", san_antonio, boston, "Frost Bank Center", "San Antonio"), paris,
      game("0022400640", "2025-01-29", san_antonio, boston, "Frost Bank Center", "San Antonio")};
  const season_travel travel(games);
  const auto there = row_of(travel, "0022400621", san_antonio);
  CHECK(there.timezone_shift_hours == 7.0);  // UTC-6 to UTC+1
  CHECK(there.altitude_change_m == 36.0 - 200.0);
  // cos d = sin 29.427 * sin 48.8385 + cos 29.427 * cos 48.8385 * cos 100.816 = 0.36988 - 0.10754 = 0.26234;
  // d = 74.791 degrees of 111.195 km.
  CHECK(*there.travel_distance_km == Approx(8'316.4).epsilon(0.0005));
  CHECK(there.days_rest == 3);
  const auto back = row_of(travel, "0022400640", san_antonio);
  CHECK(back.timezone_shift_hours == -7.0);
  CHECK(*back.travel_distance_km == *there.travel_distance_km);
}

TEST_CASE("between the American and the European change of clocks, Paris is an hour closer") {
  // 2025: America on 9 March, Europe on 30 March.
  const auto shift_on = [](const char* before, const char* day) {
    return *last_row(
                {at_new_york("0022400001", before), game("0022400002", day, new_york, boston, "Accor Arena", "Paris")},
                "0022400002", new_york)
                .timezone_shift_hours;
  };
  CHECK(shift_on("2025-03-01", "2025-03-05") == 6.0);
  CHECK(shift_on("2025-03-05", "2025-03-20") == 5.0);
  CHECK(shift_on("2025-03-20", "2025-04-02") == 6.0);
}

TEST_CASE("Mexico City is high and keeps standard time all year") {
  const auto row = last_row({game("0022400001", "2024-10-30", san_antonio, boston, "Frost Bank Center", "San Antonio"),
                             game("0022400147", "2024-11-02", san_antonio, boston, "Arena CDMX", "Mexico City")},
                            "0022400147", san_antonio);
  CHECK(row.altitude_change_m == 2240.0 - 200.0);
  CHECK(row.timezone_shift_hours == -1.0);  // UTC-5 to UTC-6 on the last evening of daylight saving time
}

// Is the last of Boston's home games on these days of December a third in four, a fifth in seven?
std::pair<bool, bool> crowded(const std::vector<int>& days) {
  std::vector<planned_game> games;
  for (std::size_t i = 0; i < days.size(); ++i) {
    auto next = at_boston("0022400001", "2024-12-01");
    next.id = *game_id::parse("002240010" + std::to_string(i));
    next.date += date::days(days[i] - 1);
    next.tipoff_utc.reset();
    games.push_back(next);
  }
  const auto row = row_of(season_travel(games), games.back().id.str().c_str(), boston);
  return {row.is_3_in_4, row.is_5_in_7};
}

TEST_CASE("three games in four days count by calendar, the current one included") {
  CHECK(crowded({1, 2, 3}).first);
  CHECK(crowded({1, 2, 4}).first);
  CHECK(crowded({1, 3, 4}).first);
  CHECK_FALSE(crowded({1, 2, 5}).first);
  CHECK_FALSE(crowded({1, 3, 5}).first);
  CHECK_FALSE(crowded({3, 4}).first);
  CHECK_FALSE(crowded({1, 2, 4, 8}).first);
}

TEST_CASE("five games in seven days") {
  CHECK(crowded({1, 2, 4, 5, 7}).second);
  CHECK(crowded({1, 3, 4, 6, 7}).second);
  CHECK_FALSE(crowded({1, 2, 4, 5, 8}).second);
  CHECK_FALSE(crowded({2, 4, 5, 7}).second);
  CHECK(crowded({1, 2, 3, 5, 6, 8}).second);  // 2 to 8
}

TEST_CASE("games are in the order of their dates, not of their ids or of the list") {
  // A game that was postponed to the end keeps its low id.
  const std::vector<planned_game> games = {at_boston("0022400900", "2024-12-10"),
                                           at_new_york("0022400100", "2024-12-20"),
                                           at_boston("0022400500", "2024-12-01")};
  const season_travel travel(games);
  CHECK_FALSE(row_of(travel, "0022400500", boston).prev_game_id.has_value());
  CHECK(row_of(travel, "0022400900", boston).prev_game_id->str() == "0022400500");
  CHECK(row_of(travel, "0022400100", boston).prev_game_id->str() == "0022400900");
  CHECK(row_of(travel, "0022400100", boston).days_rest == 9);
}

TEST_CASE("rest counts ET dates, not UTC instants") {
  auto late = at_phoenix("0022400001", "2024-12-01", boston);
  late.tipoff_utc = *parse_timestamp("2024-12-02T03:30:00Z");  // 22:30 ET on the 1st
  auto early = at_boston("0022400002", "2024-12-02");
  early.tipoff_utc = *parse_timestamp("2024-12-02T18:00:00Z");  // the same day in UTC
  const auto row = last_row({early, late}, "0022400002", boston);
  CHECK(row.is_back_to_back);
  CHECK(row.days_rest == 0);
}

TEST_CASE("preseason is a sequence of its own; Cup final, play-in and playoffs go on from the regular season") {
  const std::vector<planned_game> games = {
      at_boston("0012400001", "2024-10-10"), at_boston("0012400002", "2024-10-18"),
      at_boston("0022400001", "2024-10-22"), at_new_york("0062400001", "2024-12-17"),
      at_boston("0022400002", "2025-04-13"), at_boston("0052400101", "2025-04-15"),
      at_boston("0042400101", "2025-04-20")};
  const season_travel travel(games);
  CHECK(row_of(travel, "0012400002", boston).prev_game_id->str() == "0012400001");
  CHECK_FALSE(row_of(travel, "0022400001", boston).prev_game_id.has_value());
  CHECK(row_of(travel, "0062400001", boston).prev_game_id->str() == "0022400001");
  CHECK(row_of(travel, "0022400002", boston).prev_game_id->str() == "0062400001");
  CHECK(row_of(travel, "0052400101", boston).days_rest == 1);
  CHECK(row_of(travel, "0042400101", boston).prev_game_id->str() == "0052400101");
}

TEST_CASE("All-Star, postponed and undecided games are in no sequence") {
  auto postponed = at_boston("0022400002", "2024-12-03");
  postponed.postponed = true;
  auto undecided = at_boston("0042400101", "2024-12-04");
  undecided.away_team_id = 0;
  const std::vector<planned_game> games = {at_boston("0022400001", "2024-12-01"), postponed, undecided,
                                           at_boston("0032400001", "2024-12-05"),
                                           at_boston("0022400003", "2024-12-06")};
  const season_travel travel(games);
  for (const auto* id : {"0022400002", "0042400101", "0032400001", "0022409999"})
    CHECK(travel.rows_of(*game_id::parse(id)).empty());
  CHECK(row_of(travel, "0022400003", boston).prev_game_id->str() == "0022400001");
  CHECK(row_of(travel, "0022400003", boston).days_rest == 4);
}

TEST_CASE("a game that is listed with one team twice is in no sequence") {
  // The fuzzers' finding: its two rows had one key.
  const season_travel travel(std::vector{at_boston("0022400001", "2024-12-01"),
                                         at_boston("0022400002", "2024-12-03", boston),
                                         at_boston("0022400003", "2024-12-05")});
  CHECK(travel.rows_of(*game_id::parse("0022400002")).empty());
  CHECK(row_of(travel, "0022400003", boston).days_rest == 3);
}

TEST_CASE("an unknown arena empties the way to it and from it, and is told once") {
  const std::vector<planned_game> games = {
      at_boston("0022400001", "2024-12-01"), game("0022400002", "2024-12-02", boston, new_york, "Moon Dome", "Tycho"),
      game("0022400003", "2024-12-03", boston, new_york, "Moon Dome", "Tycho"), at_boston("0022400004", "2024-12-04"),
      game("0022400005", "2024-12-05", boston, new_york, "", "")};
  const season_travel travel(games);
  CHECK(travel.unknown_arenas() == std::vector<std::string>{"Moon Dome, Tycho", "no arena named"});
  for (const auto* id : {"0022400002", "0022400003", "0022400004"}) {
    const auto row = row_of(travel, id, boston);
    CHECK(row.is_back_to_back);
    CHECK_FALSE(row.travel_distance_km.has_value());
    CHECK_FALSE(row.timezone_shift_hours.has_value());
    CHECK_FALSE(row.altitude_change_m.has_value());
  }
}

TEST_CASE("a game whose hour is not known yet takes its place by its date") {
  auto open = at_new_york("0022400002", "2024-12-02");
  open.tipoff_utc.reset();
  const std::vector<planned_game> games = {open, at_boston("0022400001", "2024-12-01"),
                                           game("0022400003", "2024-12-03", boston, new_york, "Accor Arena", "Paris")};
  const season_travel travel(games);
  CHECK(row_of(travel, "0022400002", boston).prev_game_id->str() == "0022400001");
  CHECK(row_of(travel, "0022400002", boston).timezone_shift_hours == 0.0);
  CHECK(row_of(travel, "0022400003", boston).timezone_shift_hours == 6.0);
}

TEST_CASE("without an hour the clocks of about noon count: on the day they change, those after the change") {
  // 2 November 2025: summer time ends at 2:00 in Denver; Phoenix keeps none.
  auto home = at_phoenix("0022500002", "2025-11-02", denver);
  home.tipoff_utc.reset();
  CHECK(last_row({at_denver("0022500001", "2025-10-31", phoenix), home}, "0022500002", denver).timezone_shift_hours ==
        0);
}

TEST_CASE("of two games on one date the one with an hour comes first") {
  auto known = at_new_york("0022500009", "2025-11-05");
  auto unknown = at_boston("0022500001", "2025-11-05");
  unknown.tipoff_utc.reset();
  CHECK(last_row({unknown, known}, "0022500001", boston).prev_game_id == known.id);
}

TEST_CASE("the other end of the world is half its girth away") {
  for (double latitude = -90; latitude <= 90; latitude += 0.7)
    for (double longitude = -180; longitude <= 0; longitude += 7.3)
      CHECK(great_circle_km(latitude, longitude, -latitude, longitude + 180) == Approx(6371 * 3.14159265358979));
}

}  // namespace
}  // namespace nba
