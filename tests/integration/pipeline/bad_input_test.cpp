// Bad input: a clear message that names the fix, the contract's exit code, nothing half-written.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include <sys/mount.h>
#include <unistd.h>

using namespace nba;
using namespace nba::test;

TEST_CASE("what is malformed is a usage error that quotes it") {
  scene world{20};
  const auto database = world.new_database("sqlite");
  const auto refuse = [&](std::vector<std::string> arguments, const std::string& word) {
    const auto run = world.run(database, std::move(arguments));
    CAPTURE(run.err);
    CHECK(run.exit_code >= 100);
    CHECK(run.exit_code < 120);
    CHECK(run.err.find(word) != std::string::npos);
  };
  refuse({"schedule", "backfill", "--season", "2024-26"}, "2024-26");
  refuse({"schedule", "backfill", "--season", "2024"}, "2024");
  refuse({"schedule", "backfill"}, "--season");
  refuse({"schedule", "backfill", "--season", "2024-25", "--since", "22400001"}, "22400001");
  refuse({"schedule", "backfill", "--season", "2024-25", "--from", "2024-13-01"}, "2024-13-01");
  refuse({"schedule", "backfill", "--season", "2024-25", "--from", "2025-01-02", "--to", "2025-01-01"}, "2025-01-02");
  refuse({"schedule", "backfill", "--season", "2024-25", "--since", "0022300001"}, "0022300001");
  refuse({"schedule", "backfill", "--season", "2024-25", "--parallel", "0"}, "--parallel");
  refuse({"schedule", "backfill", "--season", "2024-25", "--game-types", "regular,friendly"}, "friendly");
  refuse({"schedule", "daily", "--date", "yesterday"}, "yesterday");
  refuse({"schedule", "weekly"}, "weekly");
  CHECK_FALSE(std::filesystem::exists(database.substr(10)));  // nothing was opened
}

TEST_CASE("a schedule that is no schedule ends with 123 and leaves no plan") {
  scene world{20};
  const auto database = world.new_database("sqlite");
  const auto answer = [&](const std::string& body) {
    world.server().set_override(game_id{}, endpoint::schedule, body);
    return world.run(database, backfill);
  };
  for (const auto* body : {"<html><body>Access Denied</body></html>", "{}",
                           R"({"leagueSchedule": {"seasonYear": "2024-25", "gameDates": []}})",
                           R"({"leagueSchedule": {"seasonYear": "2019-20", "gameDates": []}})"}) {
    CAPTURE(body);
    const auto run = answer(body);
    CHECK(run.exit_code == 123);
    CHECK(run.err.find("no schedule") != std::string::npos);
    CHECK(ask(database, "SELECT count(*) FROM schedule_games") == "0");
  }
}

TEST_CASE("databases that cannot be used end with 121 and name the place") {
  scene world{20};
  const auto folder = world.folder().path();
  const auto unwritable = world.run("sqlite:////proc/nowhere/x.db", backfill);
  CHECK(unwritable.exit_code == 121);
  CHECK(unwritable.err.find("/proc/nowhere") != std::string::npos);

  const auto unreachable = world.run("postgresql://nobody:topsecret@127.0.0.1:1/nba", backfill);
  CHECK(unreachable.exit_code == 121);
  CHECK(unreachable.err.find("topsecret") == std::string::npos);
  CHECK(unreachable.out.find("topsecret") == std::string::npos);

  const auto newer = world.new_database("sqlite");
  REQUIRE(world.run(newer, {"db", "migrate"}).exit_code == 0);
  const auto path = newer.substr(std::string{"sqlite:///"}.size());
  REQUIRE(run_process("/usr/bin/sqlite3",
                      {path,
                       "INSERT INTO schema_migrations SELECT 999, 'from_the_future', checksum, applied_at FROM "
                       "schema_migrations LIMIT 1"},
                      {}, folder)
              .exit_code == 0);
  const auto refused = world.run(newer, backfill);
  CHECK(refused.exit_code == 121);
  CHECK(refused.err.find("999") != std::string::npos);

  const auto nonsense = world.run("mysql://localhost/nba", backfill);
  CHECK(nonsense.exit_code == 120);
  CHECK(nonsense.err.find("mysql") != std::string::npos);
}

TEST_CASE("a disk that is full again and again ends each run with 121; the next run with room completes it") {
  scene world{120};
  const auto disk = world.folder().path() / "disk";
  std::filesystem::create_directory(disk);
  if (::geteuid() != 0 || ::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=3m") != 0) {
    MESSAGE("SKIPPED: a small file system needs root");
    return;
  }
  const auto database = "sqlite:///" + (disk / "full.db").string();
  const auto resize = [&](const char* size) {
    REQUIRE(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, size) == 0);
  };
  // It fills again and again, in another place each time.
  for (const auto* size : {"size=3m", "size=5m", "size=8m"}) {
    CAPTURE(size);
    resize(size);
    const auto full = world.run(database, backfill);
    CHECK_MESSAGE(full.exit_code == 121, full.err);
    CHECK(full.err.find("full") != std::string::npos);
  }
  resize("size=200m");
  const auto again = world.run(database, backfill);
  CHECK_MESSAGE(again.exit_code == 0, again.err);
  const auto undisturbed = world.new_database("sqlite");
  REQUIRE(world.run(undisturbed, backfill).exit_code == 0);
  CHECK(first_difference(dump(undisturbed), dump(database)) == "");
  REQUIRE(::umount(disk.c_str()) == 0);
}

TEST_CASE("a port in use is named") {
  scene world{20};
  const auto port = std::to_string(world.server().port());
  const auto run = world.run(world.new_database("sqlite"), {"simulate", "--port", port});
  CHECK(run.exit_code == 120);
  CHECK(run.err.find(port) != std::string::npos);
}
