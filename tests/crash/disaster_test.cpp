// Disasters other than SIGKILL: the database goes away, refuses, or is held by somebody else; signals in the worst
// moment. The run recovers or ends with the contract's exit code, and the next one completes the season as if nothing
// had happened.
#include "tests/crash/campaign.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include <sqlite3.h>
#include <pqxx/pqxx>

using namespace nba;
using namespace nba::test;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A run that is disturbed may wait for time limits of the database; it must end by itself all the same.
constexpr seconds run_time_max{120};
constexpr int exit_storage = 121;
const job_of_campaign whole_season{backfill};

scene_settings short_season() {
  scene_settings settings;
  settings.league.regular_games = 50;
  settings.league.playoffs = false;
  settings.latency = {latency_model::shape::uniform, 5, 25};
  return settings;
}

store_dump undisturbed(scene& world, const std::string& backend) {
  const auto database = world.new_database(backend);
  REQUIRE(complete(world, database, whole_season) == "");
  auto contents = dump(database);
  world.drop_database(database);
  return contents;
}

void completes(scene& world, const std::string& database, const store_dump& expected) {
  CHECK(complete(world, database, whole_season) == "");
  CHECK(first_difference(expected, dump(database)) == "");
}

// Waits until the server has answered so many requests more. False when the run ended before.
bool reaches(scene& world, child_process& run, std::uint64_t more) {
  const auto wanted = world.server().counters().requests + more;
  while (world.server().counters().requests < wanted)
    if (run.wait(milliseconds{2})) return false;
  return true;
}

process_result end_of(child_process& run) {
  auto ended = run.wait(run_time_max);
  REQUIRE_MESSAGE(ended, "the run does not end:\n" << run.err_so_far());
  return *std::move(ended);
}

// The first one, and a second one when the first has been heard: the kernel makes one of two that wait.
void signal_run(child_process& run, int number, bool twice) {
  run.signal(number);
  if (!twice) return;
  while (run.err_so_far().find("drain.start") == std::string::npos)
    if (run.wait(milliseconds{2})) return;
  run.signal(number);
}

bool recovers_or_reports_storage(const process_result& ended) {
  return ended.signal == 0 && (ended.exit_code == 0 || ended.exit_code == exit_storage);
}

void run_sql(const std::string& database, const std::string& sql) {
  pqxx::connection db{database};
  pqxx::nontransaction{db}.exec(sql);
}

// Somebody else's hold on an SQLite file.
class sqlite_holder {
 public:
  sqlite_holder(const std::string& database, const char* begin) {
    const auto file = database.substr(std::string_view{"sqlite:///"}.size());
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
    sqlite3_busy_timeout(db_, 30'000);
    if (sqlite3_exec(db_, begin, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  }
  ~sqlite_holder() {
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(db_);
  }
  sqlite_holder(const sqlite_holder&) = delete;
  sqlite_holder& operator=(const sqlite_holder&) = delete;

 private:
  sqlite3* db_ = nullptr;
};

// Raises an error for some of the writes to the ledger. Sequences count on when their transaction is rolled back.
std::string trouble(const std::string& sqlstate, const std::string& when) {
  return "CREATE SEQUENCE trouble; "
         "CREATE FUNCTION make_trouble() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE n bigint := "
         "nextval('trouble'); "
         "BEGIN IF " +
         when + " THEN RAISE EXCEPTION 'trouble %', n USING ERRCODE = '" + sqlstate +
         "'; END IF; RETURN NULL; END $$; "
         "CREATE TRIGGER trouble AFTER UPDATE ON ingest_games FOR EACH STATEMENT EXECUTE FUNCTION make_trouble()";
}
constexpr const char* no_trouble = "DROP TRIGGER trouble ON ingest_games";

}  // namespace

TEST_CASE("a PostgreSQL server that crashes in the middle of a run") {
  scene world{short_season()};
  const auto expected = undisturbed(world, "postgresql");
  auto& cluster = postgres_cluster::shared();

  SUBCASE("and comes back") {
    const auto database = world.new_database("postgresql");
    for (int round = 0; round < 3; ++round) {
      const auto run = world.start(database, backfill);
      if (reaches(world, *run, 25)) cluster.restart();
      const auto ended = end_of(*run);
      CHECK_MESSAGE(recovers_or_reports_storage(ended), ended.exit_code << "\n" << ended.err);
    }
    completes(world, database, expected);
  }
  SUBCASE("and stays away") {
    const auto database = world.new_database("postgresql");
    const auto run = world.start(database, backfill);
    REQUIRE(reaches(world, *run, 25));
    cluster.crash();
    const auto ended = end_of(*run);
    CHECK_MESSAGE(ended.exit_code == exit_storage, ended.err);
    CHECK(world.run(database, backfill).exit_code == exit_storage);
    cluster.start_again();
    completes(world, database, expected);
  }
  SUBCASE("while a person terminates all connections again and again") {
    const auto database = world.new_database("postgresql");
    for (int round = 0; round < 4; ++round) {
      const auto run = world.start(database, backfill);
      if (reaches(world, *run, 10 + 10 * static_cast<std::uint64_t>(round)))
        ask(database,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()");
      const auto ended = end_of(*run);
      CHECK_MESSAGE(recovers_or_reports_storage(ended), ended.exit_code << "\n" << ended.err);
    }
    completes(world, database, expected);
  }
}

TEST_CASE("serialization failures and deadlocks are tried again; only a database that never agrees ends the run") {
  scene world{short_season()};
  const auto expected = undisturbed(world, "postgresql");
  const std::array<std::string, 2> sqlstates{"40001", "40P01"};
  const auto with_trouble = [&](const std::string& sqlstate, const std::string& when) {
    auto database = world.new_database("postgresql");
    REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
    run_sql(database, trouble(sqlstate, when));
    return database;
  };
  SUBCASE("the first ones, and then one of ninety-seven writes") {
    for (const auto& sqlstate : sqlstates) {
      CAPTURE(sqlstate);
      const auto database = with_trouble(sqlstate, "n <= 4 OR n % 97 = 0");
      CHECK(complete(world, database, whole_season) == "");
      CHECK(std::stoi(ask(database, "SELECT last_value FROM trouble")) > 80);
      CHECK(first_difference(expected, dump(database)) == "");
    }
  }
  SUBCASE("all") {
    for (const auto& sqlstate : sqlstates) {
      CAPTURE(sqlstate);
      const auto database = with_trouble(sqlstate, "true");
      const auto ended = world.run(database, backfill);
      CHECK_MESSAGE(ended.exit_code == exit_storage, ended.err);
      CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state IN ('parked', 'loaded', 'done')") == "0");
      run_sql(database, no_trouble);
      completes(world, database, expected);
    }
  }
}

TEST_CASE("a rival that locks the same ledger rows the other way round") {
  scene world{short_season()};
  const auto expected = undisturbed(world, "postgresql");
  const auto database = world.new_database("postgresql");
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  const auto run = world.start(database, backfill);
  REQUIRE(reaches(world, *run, 3));

  std::atomic<bool> over = false;
  std::atomic<int> met = 0;  // rows locked by the rival
  std::thread rival{[&] {
    pqxx::connection db{database};
    pqxx::nontransaction{db}.exec("SET deadlock_timeout = '50ms'; SET lock_timeout = '5s'");
    while (!over) {
      try {
        pqxx::work work{db};
        const auto ids = work.exec("SELECT game_id FROM ingest_games ORDER BY game_id DESC LIMIT 40");
        for (const auto& row : ids) {
          work.exec("SELECT 1 FROM ingest_games WHERE game_id = " + work.quote(row[0].c_str()) + " FOR UPDATE");
          ++met;
        }
        work.commit();
      } catch (const pqxx::failure&) {  // a deadlock is no pqxx::sql_error
        // It lost; the next round comes at once.
      }
    }
  }};
  const auto ended = run->wait(run_time_max);
  over = true;
  rival.join();
  REQUIRE(ended);
  CHECK_MESSAGE(ended->exit_code == 0, ended->err);
  CHECK(met > 0);
  CHECK(first_difference(expected, dump(database)) == "");
}

TEST_CASE("an SQLite file that another process holds for a while") {
  scene world{short_season()};
  const auto expected = undisturbed(world, "sqlite");
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  std::unique_ptr<child_process> run;
  {
    const sqlite_holder at_the_start{database, "BEGIN EXCLUSIVE"};
    run = world.start(database, backfill);
    CHECK_FALSE(run->wait(milliseconds{300}));
  }
  REQUIRE(reaches(world, *run, 25));
  {
    const sqlite_holder in_the_middle{database, "BEGIN IMMEDIATE"};
    CHECK_FALSE(run->wait(milliseconds{1'500}));
  }
  const auto ended = end_of(*run);
  CHECK_MESSAGE(ended.exit_code == 0, ended.err);
  CHECK(first_difference(expected, dump(database)) == "");
}

TEST_CASE("SIGINT and SIGTERM at random moments: a clean drain, a true report, a true watermark") {
  // Lanes whose mark is not what the ledger says it is.
  const std::string untrue =
      "SELECT count(*) FROM (SELECT season || CASE game_type WHEN 'regular' THEN '' ELSE '/' || game_type END AS lane, "
      "MAX(game_id) AS reached FROM ingest_games g WHERE NOT EXISTS (SELECT 1 FROM ingest_games o WHERE "
      "o.season = g.season AND o.game_type = g.game_type AND o.game_id <= g.game_id AND "
      "o.state NOT IN ('done', 'waived', 'cancelled', 'unavailable')) GROUP BY season, game_type) t "
      "LEFT JOIN ingest_watermarks w ON w.stage = 'backfill' AND w.key = t.lane "
      "WHERE w.value IS NULL OR w.value <> t.reached";
  const auto seed = crash_seed();
  MESSAGE("NBA_CRASH_SEED=" << seed << " repeats these moments");
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  scene world{short_season()};
  int drained = 0;
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto started = std::chrono::steady_clock::now();
    const auto expected = undisturbed(world, backend);
    const auto span = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started).count();
    auto database = world.new_database(backend);
    for (int round = 0; round < 12; ++round) {
      // Every third signal meets what the two before it have left.
      if (round % 3 == 0 && round > 0) {
        completes(world, database, expected);
        world.drop_database(database);
        database = world.new_database(backend);
      }
      CAPTURE(round);
      const int signal = random() % 2 == 0 ? SIGINT : SIGTERM;
      const auto run = world.start(database, backfill);
      // At the first, in the middle of the games for certain; at the others, anywhere.
      if (round % 3 == 0)
        reaches(world, *run, 5 + random() % 60);
      else
        run->wait(milliseconds{random() % static_cast<std::uint64_t>(span) / 2});
      run->signal(signal);
      const auto ended = end_of(*run);
      CAPTURE(ended.err);
      const auto seen = observe(world, database);
      CHECK(seen.broken == "");
      if (ended.signal != 0) {
        // So early that nothing had begun: signals are blocked by the first line of main.
        CHECK(ended.signal == signal);
        CHECK(ended.err == "");
        continue;
      }
      if (ended.exit_code == 0) continue;  // it was quicker
      CHECK(ended.exit_code == 128 + signal);
      if (ended.err.find("drain.end") == std::string::npos) continue;  // stopped before the first game
      ++drained;
      CHECK(ended.out.find("Stopped, after a clean drain") != std::string::npos);
      CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'loaded'") == "0");
      CHECK(ask(database, "SELECT exit_code FROM ingest_runs ORDER BY started_at DESC LIMIT 1") ==
            std::to_string(128 + signal));
      CHECK(ask(database, untrue) == "0");
    }
    completes(world, database, expected);
  }
  MESSAGE("runs drained by a signal: " << drained);
  CHECK(drained > 0);
}

TEST_CASE("a signal while every transfer is stalled") {
  auto settings = short_season();
  settings.faults = {{.kind = fault_kind::stall, .where = endpoint::boxscore, .duration = seconds{60}}};
  scene world{settings};
  const auto database = world.new_database("sqlite");
  for (const bool twice : {false, true}) {
    CAPTURE(twice);
    const auto run = world.start(database, backfill);
    REQUIRE(reaches(world, *run, 10));
    signal_run(*run, SIGTERM, twice);
    const auto ended = end_of(*run);
    CHECK_MESSAGE(ended.exit_code == 128 + SIGTERM, ended.err);
    CHECK(ended.err.find("by force") == std::string::npos);
  }
  world.server().set_faults({});
  completes(world, database, undisturbed(world, "sqlite"));
}

TEST_CASE("a run that hangs in the database ends at the second signal, or at its drain deadline") {
  scene world{short_season()};
  const auto expected = undisturbed(world, "sqlite");
  const auto config = (world.folder().path() / "short.toml").string();
  std::ofstream{config} << "drain_deadline_seconds = 1\n";
  for (const bool twice : {true, false}) {
    CAPTURE(twice);
    const auto database = world.new_database("sqlite");
    REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
    auto arguments = backfill;
    if (!twice) arguments.insert(arguments.end(), {"--config", config});
    const auto run = world.start(database, arguments);
    REQUIRE(reaches(world, *run, 10));
    {
      // Held until the run has ended: waiting for it would take the run minutes.
      const sqlite_holder other{database, "BEGIN IMMEDIATE"};
      signal_run(*run, SIGTERM, twice);
      const auto ended = run->wait(seconds{25});
      REQUIRE_MESSAGE(ended, run->err_so_far());
      CHECK(ended->exit_code == 128 + SIGTERM);
      CHECK(ended->signal == 0);
    }
    completes(world, database, expected);
  }
}
