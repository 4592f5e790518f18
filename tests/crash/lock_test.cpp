// One run per (stage, key): of several that start at once one wins, the others say who holds the lock and end with 122.
#include "tests/crash/campaign.hpp"

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace nba;
using namespace nba::test;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr seconds run_time_max{120};
constexpr int exit_lock_held = 122;
const job_of_campaign whole_season{backfill};

process_result end_of(child_process& run) {
  auto ended = run.wait(run_time_max);
  REQUIRE_MESSAGE(ended, "the run does not end:\n" << run.err_so_far());
  return *std::move(ended);
}

scene_settings short_season() {
  scene_settings settings;
  settings.league.regular_games = 40;
  settings.league.playoffs = false;
  settings.latency = {latency_model::shape::uniform, 5, 25};
  return settings;
}

// A run that holds its lock and is stopped dead while it waits for the schedule, so in no transaction: frozen a moment
// earlier, while it notes its start, it would keep SQLite's only writer from everybody else.
std::unique_ptr<child_process> start_and_freeze(scene& world, const std::string& database) {
  world.server().set_faults({{.kind = fault_kind::stall, .where = endpoint::schedule, .duration = seconds{30}}});
  const auto schedules = [&] { return world.server().counters().by_endpoint[static_cast<int>(endpoint::schedule)]; };
  const auto before = schedules();
  auto run = world.start(database, backfill);
  while (schedules() == before) REQUIRE_FALSE(run->wait(milliseconds{2}));
  run->signal(SIGSTOP);
  world.server().set_faults({});
  return run;
}

// A holder that is stopped, and so cannot show that it lives, counts as alive in every run from now on.
void make_patient(const scene& world) {
  const auto folder = world.folder().path() / "nba-scraper";
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "config.toml"} << "[store]\nlock_patience_seconds = 0\n";
}

}  // namespace

TEST_CASE("of runs that start at the same moment on a database that is not there yet, one does the work") {
  scene world{short_season()};
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto reference = world.new_database(backend);
    REQUIRE(complete(world, reference, whole_season) == "");
    for (int round = 0; round < 3; ++round) {
      CAPTURE(round);
      const auto database = world.new_database(backend);
      std::vector<std::unique_ptr<child_process>> runs;
      for (int i = 0; i < 3; ++i) runs.push_back(world.start(database, backfill));
      int won = 0, told = 0;
      for (const auto& run : runs) {
        const auto ended = end_of(*run);
        won += ended.exit_code == 0;
        const bool names_holder = ended.err.find("(pid ") != std::string::npos;
        told += ended.exit_code == exit_lock_held && names_holder;
        CHECK_MESSAGE((ended.exit_code == 0 || (ended.exit_code == exit_lock_held && names_holder)), ended.err);
      }
      CHECK(won >= 1);
      CHECK(won + told == 3);
      CHECK(first_difference(dump(reference), dump(database)) == "");
      CHECK(ask(database, "SELECT count(*) FROM run_locks") == "0");
    }
  }
}

TEST_CASE("`watermark set` beside a run is told who holds the lane, and may when the run is over") {
  scene world{short_season()};
  make_patient(world);
  const std::vector<std::string> lower{"watermark", "set", "backfill", "2024-25", "0022400001"};
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    const auto run = start_and_freeze(world, database);
    const auto second = world.run(database, lower);
    CHECK_MESSAGE(second.exit_code == exit_lock_held, second.err);
    CHECK(second.err.find("run ") != std::string::npos);
    // A stage of one's own has nothing to do with it.
    CHECK(world.run(database, {"watermark", "set", "my-stage", "my-key", "1"}).exit_code == 0);
    run->signal(SIGCONT);
    CHECK(end_of(*run).exit_code == 0);
    CHECK(world.run(database, lower).exit_code == 0);
    CHECK(ask(database, "SELECT value FROM ingest_watermarks WHERE key = '2024-25'") == "0022400001");
    CHECK(ask(database, "SELECT count(*) FROM run_locks") == "0");
  }
}

TEST_CASE("the lock of a run that was killed, or stopped dead, belongs to whom it says") {
  scene world{short_season()};
  make_patient(world);
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    for (int round = 0; round < 3; ++round) {
      CAPTURE(round);
      // A process that hangs still holds its lock.
      const auto run = start_and_freeze(world, database);
      const auto other = world.run(database, backfill);
      CHECK_MESSAGE(other.exit_code == exit_lock_held, other.err);
      run->signal(SIGKILL);
      CHECK(end_of(*run).signal == SIGKILL);
    }
    CHECK(complete(world, database, whole_season) == "");
    CHECK(ask(database, "SELECT count(*) FROM run_locks") == "0");
  }
}

TEST_CASE("a run whose lock is gone with its connection notices, and ends with its report") {
  auto settings = short_season();
  settings.faults = {{.kind = fault_kind::stall, .where = endpoint::boxscore, .duration = seconds{60}}};
  scene world{settings};
  const auto database = world.new_database("postgresql");
  const auto run = world.start(database, backfill);
  const auto boxscores = [&] { return world.server().counters().by_endpoint[static_cast<int>(endpoint::boxscore)]; };
  while (boxscores() < 5) REQUIRE_FALSE(run->wait(milliseconds{2}));
  CHECK(ask(database,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())") == "1");
  const auto ended = end_of(*run);
  CHECK_MESSAGE(ended.exit_code == 121, ended.err);
  CHECK(ended.err.find("the connection that holds the lock of this run is gone") != std::string::npos);
  CHECK(ended.out.find("the database went away") != std::string::npos);
  world.server().set_faults({});
  CHECK(complete(world, database, whole_season) == "");
}

TEST_CASE("a database that ends idle connections does not end the run that waits for a host") {
  auto settings = short_season();
  settings.latency = {latency_model::shape::uniform, 200, 400};
  scene world{settings};
  const auto database = world.new_database("postgresql");
  if (std::stoi(ask(database, "SELECT current_setting('server_version_num')")) < 140'000) {
    MESSAGE("SKIPPED: this server cannot end idle connections");
    return;
  }
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  {
    pqxx::connection db{database};
    pqxx::nontransaction work{db};
    work.exec("ALTER DATABASE " + work.quote_name(work.exec1("SELECT current_database()")[0].c_str()) +
              " SET idle_session_timeout = '100ms'");
  }
  const auto run = world.run(database, backfill);
  CHECK_MESSAGE(run.exit_code == 0, run.err);
}
