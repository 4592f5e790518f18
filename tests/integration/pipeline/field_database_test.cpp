// Databases as they are in the field: a pooler in between, a server that takes few connections, a table that somebody
// has locked, a reader who never ends.
#include "tests/integration/pipeline/scene.hpp"
#include "tests/support/pgbouncer.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include <sqlite3.h>

using namespace nba;
using namespace nba::test;

namespace {

bool says(const std::string& text, std::string_view part) { return unwrapped(text).find(part) != std::string::npos; }

// An SQLite connection of somebody else.
class other_program {
 public:
  explicit other_program(const std::string& database) {
    const auto file = database.substr(std::string_view{"sqlite:///"}.size());
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
  }
  ~other_program() { sqlite3_close(db_); }
  other_program(const other_program&) = delete;
  other_program& operator=(const other_program&) = delete;
  void run(const char* sql) const {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  }

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace

TEST_CASE("through PgBouncer a run works in session mode, and in transaction mode it says what is in the way") {
  scene world{12};
  const auto database = world.new_database("postgresql");
  {
    const auto pool = pgbouncer::start(database, "session", 20);
    NBA_SKIP_WITHOUT_PGBOUNCER(pool);
    const auto answer = world.run(pool->url(), backfill);
    CHECK_MESSAGE(answer.exit_code == 0, answer.err);
  }
  const auto other = world.new_database("postgresql");
  for (const std::string mode : {"transaction", "statement"}) {
    CAPTURE(mode);
    const auto pool = pgbouncer::start(other, mode, 1);
    const auto answer = world.run(pool->url(), backfill);
    CHECK(answer.exit_code == 121);
    CHECK_MESSAGE(says(answer.err, "pool_mode = session"), answer.err);
    CHECK_FALSE(says(answer.err, "game.parked"));
    const auto migrated = open(other)->check_schema();
    if (migrated && !migrated->empty() && migrated->back().applied)
      CHECK(ask(other, "SELECT COUNT(*) FROM dead_letters") == "0");
  }
  CHECK(world.run(other, backfill).exit_code == 0);
}

TEST_CASE("a server that takes few connections: a run goes on with fewer, and names the setting when none is left") {
  scene world{12};
  const auto database = world.new_database("postgresql");
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  change(database, "DO $$ BEGIN CREATE ROLE few LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  change(database,
         "GRANT USAGE, CREATE ON SCHEMA public TO few; GRANT ALL ON ALL TABLES IN SCHEMA public TO few; "
         "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO few");
  auto url = database;
  url.replace(url.find("//nba@"), 6, "//few@");
  const auto file = world.folder().path() / "few.toml";
  std::ofstream(file) << "[engine]\nload_connections = 6\n";
  auto words = backfill;
  words.insert(words.end(), {"--config", file.string()});

  change(database, "ALTER ROLE few CONNECTION LIMIT 1");
  auto answer = world.run(url, words);
  CHECK(answer.exit_code == 121);
  CHECK_MESSAGE(says(answer.err, "engine.load_connections"), answer.err);
  CHECK(ask(database, "SELECT COUNT(*) FROM dead_letters") == "0");

  change(database, "ALTER ROLE few CONNECTION LIMIT 5");
  answer = world.run(url, words);
  CHECK_MESSAGE(answer.exit_code == 0, answer.err);
  CHECK_MESSAGE(says(answer.err, "WARN database.fewer_connections wanted=6 used="), answer.err);
  CHECK(says(answer.err, "engine.load_connections"));
  CHECK(ask(database, "SELECT COUNT(*) FROM ingest_games WHERE state = 'planned'") == "0");
  CHECK(ask(database, "SELECT COUNT(*) FROM dead_letters") == "0");
}

TEST_CASE(
    "a write-ahead log that a long reader keeps from shrinking is told after the run, and shrinks when he is gone") {
  scene world{12};
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  const auto log = database.substr(std::string_view{"sqlite:///"}.size()) + "-wal";
  {
    const other_program writer{database}, reader{database};
    reader.run("SELECT COUNT(*) FROM games");
    writer.run("INSERT INTO ingest_watermarks VALUES ('mine', 'key', '1', '2025-01-01T00:00:00.000Z')");
    reader.run("BEGIN; SELECT COUNT(*) FROM games");
    // As large as after days of writing; a hole on the disk. What is after the last frame counts for nothing.
    std::filesystem::resize_file(log, 300u << 20);
    const auto answer = world.run(database, backfill);
    CHECK_MESSAGE(answer.exit_code == 0, answer.err);
    CHECK_MESSAGE(says(answer.err, "WARN database.log_grown file=" + log), answer.err);
    CHECK(says(answer.err, "end the program that keeps a read transaction open"));
    CHECK(says(world.run(database, {"doctor", "--offline"}).out, "write-ahead log"));
    reader.run("COMMIT");
  }
  auto words = backfill;
  words.insert(words.end(), {"--reprocess", "all"});
  const auto answer = world.run(database, words);
  CHECK(answer.exit_code == 0);
  CHECK_FALSE(says(answer.err, "database.log_grown"));
  CHECK(std::filesystem::file_size(log) < (100u << 20));
  CHECK(world.run(database, {"db", "verify"}).exit_code == 0);
}
