// The daily date: which days a run processes, and how far it may move.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

std::string daily_date(const std::string& database) {
  return ask(database, "SELECT value FROM ingest_watermarks WHERE stage = 'schedule' AND key = 'daily'");
}

std::vector<std::string> daily(const std::string& date) { return {"schedule", "daily", "--date", date}; }

}  // namespace

TEST_CASE("a daily run takes its day, the next one every day since, and the date follows") {
  scene world{300};
  const auto database = world.new_database("sqlite");
  const auto first = world.run(database, daily("2024-11-20"));
  CHECK_MESSAGE(first.exit_code == 0, first.err);
  CHECK(first.err.find("job.start job=daily target_date=2024-11-20") != std::string::npos);
  CHECK(daily_date(database) == "2024-11-20");
  CHECK(ask(database, "SELECT count(*) FROM games WHERE game_date <> '2024-11-20'") == "0");

  CHECK(world.run(database, daily("2024-11-25")).exit_code == 0);
  CHECK(daily_date(database) == "2024-11-25");
  const auto planned =
      ask(database, "SELECT count(*) FROM schedule_games WHERE game_date BETWEEN '2024-11-20' AND '2024-11-25'");
  CHECK(ask(database, "SELECT count(*) FROM games") == planned);

  // The same day again: nothing to do, and nothing changes.
  const auto before = dump(database);
  CHECK(world.run(database, daily("2024-11-25")).exit_code == 0);
  CHECK(first_difference(before, dump(database)) == "");
}

TEST_CASE("the daily date does not pass a game that failed, and moves on when it is there") {
  scene world{300};
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, daily("2024-11-20")).exit_code == 0);
  // One game of the 22nd answers nonsense.
  std::optional<game_id> broken;
  for (const auto& game : world.league().games())
    if (format_date(game.date) == "2024-11-22") broken = game.id;
  REQUIRE(broken);
  world.server().set_override(*broken, endpoint::boxscore, R"({"game": {"gameId": ")" + broken->str() + R"("}})");
  const auto failed = world.run(database, daily("2024-11-24"));
  CHECK(failed.exit_code == 1);
  CHECK(failed.err.find("game.parked") != std::string::npos);
  CHECK(failed.out.find(broken->str()) != std::string::npos);
  CHECK(daily_date(database) == "2024-11-21");
  CHECK(ask(database, "SELECT state FROM ingest_games WHERE game_id = '" + broken->str() + "'") == "parked");
  CHECK(ask(database, "SELECT count(*) FROM dead_letters WHERE resolved_at IS NULL") == "1");

  world.server().clear_override(*broken, endpoint::boxscore);
  CHECK(world.run(database, daily("2024-11-24")).exit_code == 0);
  CHECK(daily_date(database) == "2024-11-24");
  CHECK(ask(database, "SELECT resolution FROM dead_letters") == "retried");
}

// In September and October two seasons are asked for. This one answers with the schedule of the other.
TEST_CASE("the daily date does not pass a season whose schedule did not come") {
  scene world{300};
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  REQUIRE(world.run(database, {"watermark", "set", "schedule", "daily", "2024-09-20"}).exit_code == 0);
  std::optional<et_date> opening;
  for (const auto& game : world.league().games())
    if (game.id.type() == game_type::regular && (!opening || game.date < *opening)) opening = game.date;
  REQUIRE(opening);
  const auto target = format_date(*opening + date::days{2});
  REQUIRE(target < "2024-10-31");
  league_settings of_another;
  of_another.season = *parse_season("2023-24");
  of_another.regular_games = 60;
  const auto other = *league::create(of_another);
  world.server().set_override(game_id{}, endpoint::schedule, other->schedule_json());

  // Not there, on a date on which it must be: the rest is done, the date stays before October, and the run says so.
  const auto without = world.run(database, daily(target));
  CHECK_MESSAGE(without.exit_code == 123, without.err);
  CHECK(without.out.find("schedule of 2024-25 did not come") != std::string::npos);
  CHECK(daily_date(database) == "2024-09-30");
  // Not published yet, in September: nothing to worry about.
  CHECK(world.run(database, {"watermark", "set", "schedule", "daily", "2024-09-20"}).exit_code == 0);
  CHECK(world.run(database, daily("2024-09-28")).exit_code == 0);
  CHECK(daily_date(database) == "2024-09-28");

  // When it comes, every game since is done.
  world.server().clear_override(game_id{}, endpoint::schedule);
  CHECK(world.run(database, daily(target)).exit_code == 0);
  CHECK(daily_date(database) == target);
  CHECK(ask(database, "SELECT count(*) FROM games WHERE game_date <= '" + target + "'") != "0");
  CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE game_date <= '" + target +
                          "' AND game_id LIKE '00224%' AND state <> 'done'") == "0");
}
