// A host's pause outlives the process that was told to make it.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

using namespace nba;
using namespace nba::test;

namespace {

constexpr const char* kept_pause = "SELECT value FROM ingest_watermarks WHERE stage = 'host'";

// Until the run has kept the pause it was told to make; at most a minute.
bool waits_for_pause(const std::string& database) {
  for (int i = 0; i < 600; ++i) {
    if (!ask(database, kept_pause).empty()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  return false;
}

fault_rule throttling(const char* where) { return *parse_fault(std::string{"429:retry-after=600:endpoint="} + where); }

}  // namespace

TEST_CASE("a Retry-After is kept for the next run, whichever request met it and however the run ended") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    for (const auto* where : {"schedule", "boxscore"}) {
      CAPTURE(backend);
      CAPTURE(where);
      scene world{40, {throttling(where)}};
      const auto database = world.new_database(backend);
      REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
      const auto run = world.start(database, backfill);
      if (std::string_view{where} == "schedule") {
        // No run to keep it yet: it is kept when the wait for the schedule ends, here by a signal.
        for (int i = 0; i < 600 && run->err_so_far().find("host.throttled") == std::string::npos; ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds{100});
        run->signal(SIGTERM);
        const auto ended = run->wait(std::chrono::seconds{60});
        REQUIRE(ended);
        CHECK(ended->exit_code == 143);
      } else {
        REQUIRE(waits_for_pause(database));
        run->signal(SIGKILL);
        REQUIRE(run->wait(std::chrono::seconds{60}));
      }
      const auto until = parse_timestamp(ask(database, kept_pause));
      REQUIRE(until);
      CHECK(*until > utc_now() + std::chrono::minutes{5});
      CHECK(*until < utc_now() + std::chrono::minutes{11});

      // The next run knows, and says so, although the host would answer.
      world.server().set_faults({});
      const auto next = world.start(database, backfill);
      for (int i = 0; i < 600 && next->err_so_far().find("host.blocked") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
      CHECK(next->err_so_far().find("host.blocked") != std::string::npos);
      CHECK(next->err_so_far().find("pause_s=") != std::string::npos);
      next->signal(SIGTERM);
      REQUIRE(next->wait(std::chrono::seconds{60}));
      CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done'") == "0");

      // A person who knows better lifts it.
      const auto host = ask(database, "SELECT key FROM ingest_watermarks WHERE stage = 'host'");
      CHECK(world.run(database, {"watermark", "reset", "host", host}).exit_code == 0);
      CHECK(world.run(database, backfill).exit_code == 0);
    }
  }
}

TEST_CASE("a dry run leaves a host alone too, and ends when it is told to") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world{40};
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
    const auto host = host_of(world.server().cdn_url());
    const auto later = format_timestamp(utc_now() + std::chrono::minutes{10});
    REQUIRE(world.run(database, {"watermark", "set", "host", host, later}).exit_code == 0);
    auto words = backfill;
    words.push_back("--dry-run");
    const auto run = world.start(database, words);
    for (int i = 0; i < 600 && run->err_so_far().find("host.blocked") == std::string::npos; ++i)
      if (run->wait(std::chrono::milliseconds{100})) break;
    CHECK(run->err_so_far().find("host.blocked") != std::string::npos);
    run->signal(SIGTERM);
    const auto ended = run->wait(std::chrono::seconds{60});
    REQUIRE(ended);
    CHECK(ended->exit_code == 143);
    CHECK(world.server().counters().requests == 0);
    CHECK(ask(database, "SELECT count(*) FROM ingest_runs") == "0");
  }
}

TEST_CASE("when a kept pause is over, one request probes the host, and the run goes on") {
  scene world{40};
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  const auto host = host_of(world.server().cdn_url());
  const auto soon = format_timestamp(utc_now() + std::chrono::seconds{2});
  REQUIRE(world.run(database, {"watermark", "set", "host", host, soon}).exit_code == 0);
  const auto run = world.run(database, backfill);
  CHECK_MESSAGE(run.exit_code == 0, run.err);
  CHECK(run.err.find("host.blocked") != std::string::npos);
  CHECK(run.err.find("host.recovered") != std::string::npos);
  // A good answer ends it.
  CHECK(ask(database, "SELECT count(*) FROM ingest_watermarks WHERE stage IN ('host', 'host_reason')") == "0");
  CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state <> 'done'") == "0");
}
