// The schedule's second way, and schedules with entries that are no games: the whole program against a server.
#include "pipeline/plan/daily.hpp"
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

et_date yesterday() { return yesterday_in_new_york(utc_now()); }

// A short league of the season that is under way by this machine's clock, over up to yesterday.
scene_settings current_league() {
  scene_settings settings;
  settings.league.season = seasons_of(yesterday()).front();
  settings.league.regular_games = 60;
  settings.league.today = yesterday();
  return settings;
}

std::vector<std::string> backfill_of(season of) {
  return {"schedule", "backfill", "--season", to_string(of), "--chunk-days", "60"};
}

fault_rule refuses(endpoint where) { return {.kind = fault_kind::forbidden, .where = where}; }

}  // namespace

TEST_CASE("where stats.nba.com refuses, the current season's schedule comes from cdn.nba.com, else from a young plan") {
  scene world{current_league()};
  const auto of = world.league().settings().season;
  const auto database = world.new_database("sqlite");

  world.server().set_faults({refuses(endpoint::schedule)});
  const auto second = world.run(database, backfill_of(of));
  CHECK_MESSAGE(second.exit_code == 0, second.err);
  CHECK(contains(second.err, "WARN schedule.second_way season=" + to_string(of) + " origin=cdn"));
  CHECK(ask(database, "SELECT origin FROM schedule_readings") == "cdn");
  const auto planned = ask(database, "SELECT count(*) FROM schedule_games");
  CHECK(planned != "0");

  // Neither host: the stored plan serves, but no date is passed on its word.
  world.server().set_faults({refuses(endpoint::schedule), refuses(endpoint::current_schedule)});
  const auto stored = world.run(database, backfill_of(of));
  CHECK_MESSAGE(stored.exit_code == 0, stored.err);
  CHECK(contains(stored.err, "origin=stored"));
  CHECK(ask(database, "SELECT origin FROM schedule_readings") == "cdn");
  const auto daily = world.run(database, {"schedule", "daily"});
  // In September and October a second season belongs to the day, and it did not come at all.
  CHECK_MESSAGE(daily.exit_code == (seasons_of(yesterday()).size() == 1 ? 0 : 123), daily.err);
  CHECK(ask(database, "SELECT count(*) FROM ingest_watermarks WHERE stage = 'schedule'") == "0");

  // An old one does not.
  auto old = *open(database)->read_reading(of);
  old->read_at -= std::chrono::hours{73};
  REQUIRE(open(database)->write_reading(*old));
  const auto none = world.run(database, backfill_of(of));
  CHECK(none.exit_code == 123);
  CHECK(contains(none.err, "no longer good enough"));

  // Other seasons have one way.
  world.server().set_faults({refuses(endpoint::schedule)});
  CHECK(world.run(database, backfill_of(season{of.start_year - 1})).exit_code == 123);

  world.server().set_faults({});
  CHECK(world.run(database, backfill_of(of)).exit_code == 0);
  CHECK(ask(database, "SELECT origin FROM schedule_readings") == "stats");
  CHECK(ask(database, "SELECT count(*) FROM schedule_games") == planned);
}

TEST_CASE("what a schedule leaves out is said by the run, and named by gaps and doctor") {
  scene world{60};
  for (const auto* backend : {"sqlite", "postgresql"}) {
    const auto database = world.new_database(backend);
    // A game gets an id of a kind that is not known, and another one loses its zeros.
    std::vector<std::string> regular;
    for (const auto& game : world.league().games())
      if (game.id.type() == game_type::regular) regular.push_back(game.id.str());
    const auto renamed = regular.at(10), shortened = regular.at(11);
    auto text = world.league().schedule_json();
    const auto replace = [&](const std::string& from, const std::string& to) {
      const auto at = text.find('"' + from + '"');
      REQUIRE(at != std::string::npos);
      text.replace(at + 1, from.size(), to);
    };
    replace(renamed, "0072400010");
    replace(shortened, shortened.substr(2));
    world.server().set_override(game_id{}, endpoint::schedule, text);
    const auto run = world.run(database, backfill);
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    CHECK(contains(run.err, "WARN schedule.left_out season=2024-25 game_id=0072400010 class=unknown_kind"));
    CHECK(contains(run.err, "WARN schedule.ids_repaired season=2024-25 entries=1"));
    CHECK(contains(run.out, "0072400010"));
    CHECK(ask(database, "SELECT state FROM ingest_games WHERE game_id = '" + shortened + "'") == "done");
    const auto gaps = world.run(database, {"gaps", "--season", "2024-25"});
    CHECK(gaps.exit_code == 0);
    CHECK(contains(gaps.out, "0072400010"));
    CHECK(contains(world.run(database, {"gaps", "--season", "2024-25", "--json"}).out, "\"left_out_count\": 1"));
    CHECK(contains(world.run(database, {"doctor", "--offline"}).out, "0072400010"));
    // Once, by the schedule that was read just now.
    const auto doctor = world.run(database, {"doctor", "--season", "2024-25"}).out;
    const auto first = doctor.find("0072400010");
    REQUIRE(first != std::string::npos);
    CHECK(doctor.find("0072400010", first + 1) == std::string::npos);

    // Whole again: nothing is left of it.
    world.server().clear_override(game_id{}, endpoint::schedule);
    CHECK(world.run(database, backfill).exit_code == 0);
    CHECK_FALSE(contains(world.run(database, {"gaps", "--season", "2024-25"}).out, "0072400010"));
  }
}

TEST_CASE("limits that leave no game are told with what there is") {
  scene world{60};
  const auto database = world.new_database("sqlite");
  auto dates = backfill;
  dates.insert(dates.end(), {"--from", "2023-01-01", "--to", "2023-02-01"});
  const auto outside = world.run(database, dates);
  CHECK(outside.exit_code == 0);
  CHECK(contains(outside.err, "INFO job.no_games job=backfill reason="));
  CHECK(contains(unwrapped(outside.out), "correct --from and --to"));
  const auto gaps = world.run(database, {"gaps", "--season", "2024-25", "--game-types", "all-star"});
  CHECK(contains(gaps.out + gaps.err, "--game-types"));
}
