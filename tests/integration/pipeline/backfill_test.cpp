// A season from nothing to done, on both stores: complete, equal, repeatable.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <thread>

using namespace nba;
using namespace nba::test;

TEST_CASE("a season ends complete, and the same in both stores") {
  scene world;
  const auto sqlite = world.new_database("sqlite");
  const auto postgres = world.new_database("postgresql");
  const auto first = world.run(sqlite, backfill);
  CHECK_MESSAGE(first.exit_code == 0, first.err);
  CHECK(first.out.find("Finished") != std::string::npos);
  const auto second = world.run(postgres, backfill);
  CHECK_MESSAGE(second.exit_code == 0, second.err);

  const auto played = world.league().games().size();
  for (const auto& database : {sqlite, postgres}) {
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done'") == std::to_string(played));
    CHECK(ask(database, "SELECT count(*) FROM games") == std::to_string(played));
    CHECK(ask(database, "SELECT count(*) FROM outcomes") == std::to_string(played));
    // Both sides of every game add up in the database itself.
    CHECK(ask(database,
              "SELECT count(*) FROM games g JOIN outcomes o ON o.game_id = g.game_id "
              "WHERE o.home_points <> g.home_score OR o.away_points <> g.away_score") == "0");
    CHECK(ask(database,
              "SELECT count(*) FROM (SELECT game_id, sum(points) AS p FROM pbp_events GROUP BY game_id) e "
              "JOIN games g ON g.game_id = e.game_id WHERE e.p <> g.home_score + g.away_score") == "0");
  }
  CHECK(first_difference(dump(sqlite), dump(postgres)) == "");
}

TEST_CASE("the bounds of games in fetch and of requests work in every combination that the configuration allows") {
  scene world;
  const auto file = world.folder().path() / "bounds.toml";
  for (const auto* bounds : {"fetch_games_max = 512\nhttp_requests_max = 2\n", "fetch_games_max = 512\n",
                             "http_requests_max = 2\n", "fetch_games_max = 1\nhttp_requests_max = 4096\n"}) {
    CAPTURE(bounds);
    std::ofstream{file} << "[engine]\n" << bounds;
    const auto database = world.new_database("sqlite");
    const auto run = world.run(database, backfill, {{"NBA_SCRAPER_CONFIG", file.string()}});
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done'") ==
          std::to_string(world.league().games().size()));
  }
}

TEST_CASE("a dry run tells how many requests the run then makes, and makes none of them") {
  scene world{40};
  const auto host = host_of(world.server().cdn_url());
  auto half = backfill;
  half.insert(half.end(), {"--to", "2024-12-31"});
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
    // From nothing, from the middle, and when there is nothing left.
    for (const auto& words : {half, backfill, backfill}) {
      auto dry = words;
      dry.push_back("--dry-run");
      const auto before = dump(database);
      auto requests = world.server().counters().requests;
      const auto announced = world.run(database, dry);
      CHECK_MESSAGE(announced.exit_code == 0, announced.err);
      CHECK(world.server().counters().requests == requests + 1);  // the schedule, to know the plan
      CHECK(first_difference(before, dump(database)) == "");
      const auto line = announced.out.find(host, announced.out.find("Requests"));
      REQUIRE_MESSAGE(line != std::string::npos, announced.out);
      const auto told = std::stoull(announced.out.substr(line + host.size()));

      requests = world.server().counters().requests;
      CHECK(world.run(database, words).exit_code == 0);
      CHECK(world.server().counters().requests == requests + told);
    }
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done'") ==
          std::to_string(world.league().games().size()));
  }
}

TEST_CASE("a second run asks for no finished game and changes no row") {
  scene world;
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    const auto before = dump(database);
    const auto written_at = ask(database, "SELECT max(ingested_at) FROM pbp_events");
    const auto asked = world.server().counters().by_game.size();
    REQUIRE(asked > 0);
    const auto requests = world.server().counters().requests;
    CHECK(world.run(database, backfill).exit_code == 0);
    CHECK(world.server().counters().requests == requests + 1);  // the schedule
    CHECK(first_difference(before, dump(database)) == "");
    CHECK(ask(database, "SELECT max(ingested_at) FROM pbp_events") == written_at);
  }
}

TEST_CASE("a corrected game is replaced, and only that one") {
  scene world;
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    const auto before = dump(database);
    const auto id = world.league().games().front().id;
    // The same numbers in another spelling: another digest, so the rows are written again.
    auto body = *world.league().boxscore_json(id);
    body.insert(body.find('{') + 1, " ");
    world.server().set_override(id, endpoint::boxscore, body);
    const auto old_time = ask(database, "SELECT ingested_at FROM games WHERE game_id = '" + id.str() + "'");
    auto again = backfill;
    again.insert(again.end(), {"--reprocess", "all"});
    const auto run = world.run(database, again);
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("1 corrected") != std::string::npos);
    CHECK(ask(database, "SELECT ingested_at FROM games WHERE game_id = '" + id.str() + "'") != old_time);
    CHECK(ask(database, "SELECT count(*) FROM games WHERE ingested_at >= (SELECT max(started_at) FROM ingest_runs)") ==
          "1");
    // Nothing but the digest in the ledger differs.
    auto after = dump(database);
    auto expected = before;
    expected.erase("ingest_games");
    after.erase("ingest_games");
    CHECK(first_difference(expected, after) == "");
    world.server().clear_override(id, endpoint::boxscore);
  }
}

// The schedule with one game a day later.
std::string moved_by_a_day(const std::string& schedule, const std::string& game) {
  auto document = nlohmann::json::parse(schedule);
  for (auto& day : document["leagueSchedule"]["gameDates"])
    for (auto& one : day["games"]) {
      if (one["gameId"] != game) continue;
      const auto old_day = one["gameDateEst"].get<std::string>().substr(0, 10);
      const auto new_day = format_date(*parse_date(old_day) + date::days{1});
      for (auto& [name, value] : one.items())
        if (value.is_string() && value.get<std::string>().rfind(old_day, 0) == 0)
          value = new_day + value.get<std::string>().substr(10);
    }
  return document.dump();
}

// Its box score, which has the new day as well.
std::string box_score_moved_by_a_day(const std::string& box_score) {
  auto document = nlohmann::json::parse(box_score);
  for (auto& [name, value] : document["game"].items()) {
    if (!name.starts_with("gameTime") && !name.starts_with("gameEt")) continue;
    if (!value.is_string() || value.get<std::string>().size() < 10) continue;
    const auto text = value.get<std::string>();
    value = format_date(*parse_date(text.substr(0, 10)) + date::days{1}) + text.substr(10);
  }
  return document.dump();
}

TEST_CASE("a game that moves takes the travel of the games after it along") {
  scene world{120};
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend), fresh = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    std::string moving;
    for (const auto& game : world.league().games())
      if (game.id.type() == game_type::regular && format_date(game.date) > "2024-12-20") moving = game.id.str();
    REQUIRE_FALSE(moving.empty());
    const auto before = dump(database);
    world.server().set_override(game_id{}, endpoint::schedule, moved_by_a_day(world.league().schedule_json(), moving));
    const auto again = world.run(database, backfill);
    CHECK_MESSAGE(again.exit_code == 0, again.err);
    CHECK(again.err.find("travel.refreshed season=2024-25 games=") != std::string::npos);
    // As if it had always been on its new day.
    world.server().set_override(*game_id::parse(moving), endpoint::boxscore,
                                box_score_moved_by_a_day(*world.league().boxscore_json(*game_id::parse(moving))));
    const auto as_if = world.run(fresh, backfill);
    REQUIRE_MESSAGE(as_if.exit_code == 0, as_if.err);
    auto once_more = backfill;
    once_more.insert(once_more.end(), {"--reprocess", "all"});
    REQUIRE(world.run(database, once_more).exit_code == 0);
    const auto moved = dump(database);
    CHECK(first_difference(dump(fresh), moved) == "");
    CHECK(moved.at("schedule_travel") != before.at("schedule_travel"));
    CHECK(moved.at("outcomes") == before.at("outcomes"));
    // Nothing is left to refresh.
    CHECK(world.run(database, backfill).err.find("travel.refreshed") == std::string::npos);
    world.server().clear_override(game_id{}, endpoint::schedule);
    world.server().clear_override(*game_id::parse(moving), endpoint::boxscore);
  }
}

TEST_CASE("--since holds the watermark below what it skipped, and a plain run releases it") {
  scene world;
  const auto database = world.new_database("sqlite");
  std::vector<game_id> regular;
  for (const auto& game : world.league().games())
    if (game.id.type() == game_type::regular) regular.push_back(game.id);
  auto since = backfill;
  since.insert(since.end(), {"--since", regular.at(10).str(), "--game-types", "regular"});
  const auto run = world.run(database, since);
  CHECK_MESSAGE(run.exit_code == 0, run.err);
  CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done'") == std::to_string(regular.size() - 11));
  CHECK(ask(database, "SELECT value FROM ingest_watermarks") == "");
  CHECK(run.out.find(regular.front().str()) != std::string::npos);  // the report names the holder
  CHECK(world.run(database, backfill).exit_code == 0);
  CHECK(ask(database, "SELECT value FROM ingest_watermarks WHERE key = '2024-25'") == regular.back().str());
}

TEST_CASE("a game that nobody knows is a usage error of backfill --game, and nothing is fetched") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world{60};
    const auto database = world.new_database(backend);
    const auto known = world.league().games().front().id.str();
    const auto words = [&](std::vector<std::string> more) {
      more.insert(more.begin(),
                  {"schedule", "backfill", "--season", "2024-25", "--game", known, "--game", "0022499999"});
      return more;
    };
    for (const auto& more : {std::vector<std::string>{}, {"--dry-run"}}) {
      const auto refused = world.run(database, words(more));
      CHECK_MESSAGE(refused.exit_code == 100, refused.err);
      CHECK(refused.err.find("there is no game 0022499999") != std::string::npos);
      CHECK(refused.err.find("--season 2024-25") != std::string::npos);
    }
    CHECK(ask(database, "SELECT count(*) FROM games") == "0");
    CHECK(world.run(database, {"schedule", "backfill", "--season", "2024-25", "--game", known}).exit_code == 0);
    CHECK(ask(database, "SELECT count(*) FROM games") == "1");
    // Afterwards by the ledger, too.
    CHECK(world.run(database, words({})).exit_code == 100);
  }
}
