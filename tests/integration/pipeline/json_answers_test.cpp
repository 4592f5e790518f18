// `--json` of the commands that do something: one document on standard output, whatever becomes of the run.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace nba;
using namespace nba::test;
using nlohmann::json;

namespace {

// The document, which must be all that standard output has.
json answer_of(const process_result& result) {
  REQUIRE_MESSAGE(json::accept(result.out), result.out);
  const auto document = json::parse(result.out);
  CHECK(document["exit_code"] == result.exit_code);
  return document;
}

std::vector<std::string> with_json(std::vector<std::string> words, const std::vector<std::string>& more = {}) {
  words.push_back("--json");
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("schedule answers in JSON what it would do, what it did, and that there was nothing to do") {
  scene world{60};
  const auto games = world.league().games().size();
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    const auto planned = answer_of(world.run(database, with_json(backfill, {"--dry-run"})));
    CHECK(planned["dry_run"] == true);
    CHECK(planned["job"] == "backfill");
    CHECK(planned["error"] == nullptr);
    CHECK(planned["seasons"][0]["to_fetch"] == games);
    CHECK(planned["requests"][0]["requests"] == 2 * games + 1);
    CHECK(planned["parallel"] == 4);
    CHECK(planned["parallel_why"] == nullptr);
    std::size_t in_chunks = 0;
    for (const auto& chunk : planned["chunks"]) in_chunks += chunk["games"].get<std::size_t>();
    CHECK(in_chunks == games);

    const auto done = answer_of(world.run(database, with_json(backfill, {"--quiet"})));  // the answer is what was asked
    CHECK(done["job"] == "backfill");
    CHECK(done["error"] == nullptr);
    CHECK(done["nothing"] == nullptr);
    CHECK(done["report"]["ending"] == "completed");
    CHECK(done["report"]["inserted"] == games);
    CHECK(done["report"]["limit"].contains("reason"));
    CHECK(done["done_before"] == 0);
    CHECK(ask(database, "SELECT run_id FROM ingest_runs WHERE job = 'backfill'") == done["run_id"]);
    CHECK(std::any_of(done["watermarks"].begin(), done["watermarks"].end(),
                      [](const json& mark) { return mark["stage"] == "backfill" && mark["key"] == "2024-25"; }));

    const auto again = answer_of(world.run(database, with_json(backfill)));
    CHECK(again["report"]["games_total"] == 0);
    CHECK(again["done_before"] == games);
  }
  const auto database = world.new_database("sqlite");
  const std::vector<std::string> daily{"schedule", "daily", "--json"};
  REQUIRE(world.run(database, {"schedule", "daily", "--date", "2024-11-20"}).exit_code == 0);
  change(database, "UPDATE ingest_watermarks SET value = date('now', '-5 hours', '-1 day') WHERE stage = 'schedule'");
  for (const bool dry : {false, true}) {
    const auto nothing = answer_of(world.run(database, dry ? with_json({"schedule", "daily"}, {"--dry-run"}) : daily));
    CHECK(nothing["error"] == nullptr);
    CHECK(nothing["nothing"].get<std::string>().find("the daily date is") == 0);
  }
}

TEST_CASE("a run that fails answers in JSON why, and games that failed stand in its report") {
  scene world{20};
  const auto database = world.new_database("sqlite");
  const auto broken = world.league().games().front().id;
  world.server().set_override(broken, endpoint::boxscore, R"({"game": {"gameId": ")" + broken.str() + R"("}})");
  const auto parked = answer_of(world.run(database, with_json(backfill)));
  CHECK(parked["exit_code"] == 1);
  CHECK(parked["error"] == nullptr);
  CHECK(parked["report"]["failures"] == 1);
  CHECK(parked["report"]["parked"]["named"][0]["game_id"] == broken.str());

  const auto holder = open(database);
  const auto lock = holder->try_lock("backfill", "2024-25", "run-of-a-test");
  REQUIRE(lock);
  const auto locked = world.run(database, with_json(backfill));
  CHECK(locked.exit_code == 122);
  CHECK(answer_of(locked)["error"].get<std::string>().find("run-of-a-test") != std::string::npos);
  CHECK(answer_of(locked)["report"] == nullptr);
  world.server().set_override(game_id{}, endpoint::schedule, "{}");
  for (const bool dry : {false, true}) {
    const auto run =
        world.run(world.new_database("sqlite"),
                  with_json(backfill, dry ? std::vector<std::string>{"--dry-run"} : std::vector<std::string>{}));
    CHECK(run.exit_code == 123);
    CHECK(answer_of(run)["error"].get<std::string>().starts_with("no schedule"));
  }
  const auto nowhere = world.run("postgresql://nobody@127.0.0.1:1/none", with_json(backfill));
  CHECK(nowhere.exit_code == 121);
  CHECK_FALSE(answer_of(nowhere)["error"].get<std::string>().empty());
}

TEST_CASE("auto cuts by games, whatever the week, and both numbers are told with their reasons") {
  scene world{600};
  const auto database = world.new_database("sqlite");
  const std::vector<std::string> by_games{"schedule",     "backfill", "--season",   "2024-25", "--dry-run",
                                          "--chunk-days", "auto",     "--parallel", "auto"};
  const auto planned = answer_of(world.run(database, with_json(by_games)));
  CHECK(planned["chunks_why"].get<std::string>().starts_with("by games: some 50 a chunk, 14 days at most"));
  CHECK_FALSE(planned["parallel_why"].get<std::string>().empty());
  CHECK(planned["parallel"] > 1);
  CHECK(planned["chunks"].size() > 10);
  for (const auto& chunk : planned["chunks"]) CHECK(chunk["games"] <= 57);
  const auto shown = world.run(database, by_games);
  CHECK(unwrapped(shown.out).find("Cut by games: some 50 a chunk, 14 days at most") != std::string::npos);

  const auto run = world.run(database, {"schedule", "backfill", "--season", "2024-25", "--chunk-days", "auto",
                                        "--parallel", "auto", "--to", "2024-11-10"});
  CHECK(run.exit_code == 0);
  CHECK(run.err.find("job.start job=backfill season=2024-25 parallel=auto") != std::string::npos);
  CHECK(run.err.find("chunks.chosen chunks=") != std::string::npos);
}
