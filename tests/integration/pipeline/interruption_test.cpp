// Stopped by a signal, or by the lock of another run. Killed at any moment: tests/crash.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

using namespace nba;
using namespace nba::test;

TEST_CASE("SIGTERM drains: everything that was loaded is done, the report is printed, the next run completes") {
  scene world{400};
  const auto database = world.new_database("sqlite");
  const auto run = world.start(database, backfill);
  // Wait until the run is in the middle of it.
  for (int i = 0; i < 5'000 && run->err_so_far().find("watermark.advance") == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  run->signal(SIGTERM);
  const auto ended = run->wait(std::chrono::seconds{60});
  REQUIRE(ended);
  CHECK_MESSAGE(ended->exit_code == 128 + SIGTERM, ended->err);
  CHECK(ended->err.find("drain.end") != std::string::npos);
  CHECK(ended->out.find("Stopped, after a clean drain") != std::string::npos);
  // Whoever stops a run wants no alarm for it.
  CHECK_MESSAGE(ended->err.find(" ERROR ") == std::string::npos, ended->err);
  CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'loaded'") == "0");
  CHECK(ask(database, "SELECT exit_code FROM ingest_runs") == "143");
  CHECK(world.run(database, backfill).exit_code == 0);
  CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state <> 'done' AND game_type = 'regular'") == "0");
}

TEST_CASE("a second run of the same season is told who holds the lock") {
  latency_model slow;
  scene world{60};
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
    const auto holder = open(database);
    auto lock = holder->try_lock("backfill", "2024-25", "the-other-run");
    REQUIRE(lock);
    REQUIRE(std::holds_alternative<std::unique_ptr<run_lock>>(*lock));
    const auto second = world.run(database, backfill);
    CHECK(second.exit_code == 122);
    CHECK(second.err.find("the-other-run") != std::string::npos);
    // A run and a command that is none say the same.
    const auto sentence = [](const std::string& text) {
      const auto begin = text.find("nba-scraper: another run is active on ");
      return begin == std::string::npos ? std::string{} : text.substr(begin, text.find('\n', begin) - begin);
    };
    const auto decree = world.run(database, {"watermark", "reset", "backfill", "2024-25"});
    CHECK(decree.exit_code == 122);
    CHECK(sentence(second.err).find("backfill 2024-25: run the-other-run") != std::string::npos);
    CHECK(sentence(second.err) == sentence(decree.err));
    std::get<std::unique_ptr<run_lock>>(*lock).reset();
    CHECK(world.run(database, backfill).exit_code == 0);
  }
}

TEST_CASE("a dry run that waits for its host is ended by a signal") {
  for (const auto number : {SIGINT, SIGTERM}) {
    CAPTURE(number);
    scene world{40, {*parse_fault("429:retry-after=300:endpoint=schedule")}};
    const auto database = world.new_database("sqlite");
    auto words = backfill;
    words.push_back("--dry-run");
    const auto run = world.start(database, words);
    for (int i = 0; i < 600 && run->err_so_far().find("host.throttled") == std::string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    run->signal(number);
    const auto ended = run->wait(std::chrono::seconds{60});
    REQUIRE(ended);
    CHECK_MESSAGE(ended->exit_code == 128 + number, ended->err);
    CHECK(ended->err.find("stopped before anything was written") != std::string::npos);
  }
}
