// Migrations: fresh, repeated, edited, newer, two at once.
#include "tests/integration/store/backend.hpp"

#include "storage/dictionary.hpp"
#include "storage/postgres/session.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sqlite/session.hpp"

#include <set>
#include <thread>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

failure refusal(result<std::vector<migration_step>> answer) {
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == failure_class::configuration);
  return answer.error();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Both calls must refuse, and nothing may change.
std::string both_refuse(store& db) {
  const auto checked = refusal(db.check_schema()), migrated = refusal(db.migrate());
  CHECK(checked.message == migrated.message);
  return checked.message;
}

}  // namespace

STORE_TEST("an empty database has no migration applied; migrate applies all, in order; again it changes nothing") {
  Backend backend;
  const auto db = backend.open();
  auto steps = must(db->check_schema());
  REQUIRE(steps.size() == sql::migration_files().size());
  for (const auto& step : steps) CHECK_FALSE(step.applied);

  steps = must(db->migrate());
  int version = 0;
  for (const auto& step : steps) {
    CHECK(step.applied);
    CHECK(step.version == ++version);
  }
  CHECK(steps.front().name == "state");
  const auto applied = must(db->query_text("SELECT * FROM schema_migrations ORDER BY version", 100));
  CHECK(applied.size() == steps.size() + 1);

  must(db->migrate());
  CHECK(must(db->query_text("SELECT * FROM schema_migrations ORDER BY version", 100)) == applied);
  for (const auto& step : must(backend.open()->check_schema())) CHECK(step.applied);
}

// A database as the version of this program left it whose newest migration was `last`.
template <class Backend>
std::unique_ptr<store> open_at_version(Backend& backend, int last) {
  auto db = backend.open();
  const auto& words = db->backend() == "sqlite" ? sqlite::sqlite_dialect : postgres::postgresql_dialect;
  backend.run_sql(
      sql::put_words("CREATE TABLE schema_migrations (version integer NOT NULL PRIMARY KEY, name text NOT NULL, "
                     "checksum text NOT NULL, applied_at {{timestamp}} NOT NULL)",
                     words));
  for (const auto& each : sql::migrations_for(words)) {
    if (each.version > last) continue;
    backend.run_sql(each.sql);
    backend.run_sql("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (" +
                    std::to_string(each.version) + ", '" + each.name + "', '" + each.checksum +
                    "', '2026-01-01 00:00:00Z')");
  }
  return db;
}

STORE_TEST("a database that stopped half way is brought up to date") {
  Backend backend;
  const auto db = open_at_version(backend, 3);
  CHECK(must(db->check_schema()).at(2).applied);
  CHECK_FALSE(must(db->check_schema()).at(3).applied);
  for (const auto& step : must(db->migrate())) CHECK(step.applied);
  CHECK(must(db->read_progress({})).empty());
}

STORE_TEST("what an older version has derived is kept, and known to be behind") {
  Backend backend;
  const auto db = open_at_version(backend, 4);
  backend.run_sql(
      "INSERT INTO ingest_games (game_id, season, game_type, game_date, state, rules_version, payload_sha256, "
      "updated_at) "
      "VALUES ('0022400001', '2024-25', 'regular', '2024-11-12', 'done', 1, 'digest', '2025-01-01 00:00:00Z')");
  backend.run_sql(
      "INSERT INTO team_game_factors (game_id, team_id, possessions, possessions_method, pace, source, source_url, "
      "ingested_at) VALUES ('0022400001', 1610612737, 98.5, 'box_estimate', 99.25, 'cdn', '', '2025-01-01 00:00:00Z')");
  must(db->migrate());
  const auto kept = must(db->query_text(
      "SELECT team_id, possessions, possessions_method, box_possessions, pace FROM team_game_factors", 10));
  REQUIRE(kept.size() == 2);
  CHECK(kept[1] == std::vector<std::string>{"1610612737", "98.5", "box_estimate", "", "99.25"});
  const auto states = must(db->read_derived_states(season{2024}));
  REQUIRE(states.size() == 1);
  CHECK(states[0].current.contains(derived_table_of<outcome_row>));
  CHECK_FALSE(states[0].current.contains(derived_table_of<team_factors_row>));
  CHECK_FALSE(states[0].current.contains(derived_table_of<possession_row>));
}

STORE_TEST("a view of somebody's own over views that a migration replaces goes on") {
  Backend backend;
  int before = 0;
  for (const auto& file : sql::migration_files())
    if (file.name == "views_for_analysts") before = file.version - 1;
  REQUIRE(before > 0);
  const auto db = open_at_version(backend, before);
  backend.run_sql(
      "CREATE VIEW mine AS SELECT o.name, o.on_off, l.net_rating FROM player_on_off o JOIN lineup_totals l "
      "ON l.team_id = o.team_id");
  for (const auto& step : must(db->migrate())) CHECK(step.applied);
  CHECK(must(db->query_text("SELECT * FROM mine", 1)).front() ==
        std::vector<std::string>{"name", "on_off", "net_rating"});
  CHECK(must(db->query_text("SELECT names FROM lineup_totals", 1)).front() == std::vector<std::string>{"names"});
  backend.run_sql("DROP VIEW mine");
}

STORE_TEST("the data dictionary names every table, view and column, in their order") {
  Backend backend;
  const auto db = backend.open_migrated();
  std::set<std::string> described;
  for (const auto& table : data_dictionary()) {
    CAPTURE(table.name);
    CHECK(described.insert(std::string{table.name}).second);
    CHECK_FALSE(table.meaning.empty());
    std::vector<std::string> columns;
    for (const auto& column : table.columns) {
      columns.emplace_back(column.name);
      CHECK_FALSE(column.meaning.empty());
    }
    CHECK(must(db->query_text("SELECT * FROM " + std::string{table.name}, 1)).front() == columns);
  }
  const auto relations = must(
      db->query_text(db->backend() == "sqlite"
                         ? "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"
                         : "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
                     1'000));
  CHECK(relations.size() == described.size() + 1);
  for (std::size_t i = 1; i < relations.size(); ++i) CHECK(described.contains(relations[i][0]));
}

TEST_CASE("PostgreSQL shows the data dictionary as comments") {
  postgres_backend backend;
  const auto db = backend.open_migrated();
  const auto comment = [&](const std::string& column) {
    return must(db->query_text("SELECT col_description('possessions'::regclass, attnum) FROM pg_attribute WHERE "
                               "attrelid = 'possessions'::regclass AND attname = '" +
                                   column + "'",
                               1))
        .at(1)
        .at(0);
  };
  CHECK(comment("start_clock") == "left in the period when it began [s]");
  CHECK(comment("game_id").find("ten-digit") != std::string::npos);
  // Put right by the next migrate, as after a change of the dictionary alone.
  backend.run_sql("COMMENT ON COLUMN possessions.start_clock IS 'nonsense'");
  must(db->migrate());
  CHECK(comment("start_clock") == "nonsense");  // nobody knows
  backend.run_sql("COMMENT ON TABLE schema_migrations IS 'an older dictionary'");
  must(db->migrate());
  CHECK(comment("start_clock") == "left in the period when it began [s]");
}

STORE_TEST("an edited migration is refused by name") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql("UPDATE schema_migrations SET checksum = 'abc' WHERE version = 2");
  const auto message = both_refuse(*db);
  CHECK(contains(message, "migration 2 \"core\""));
  CHECK(contains(message, "restore a backup"));
}

STORE_TEST("a renamed migration is refused") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql("UPDATE schema_migrations SET name = 'other' WHERE version = 1");
  CHECK(contains(both_refuse(*db), "migration 1"));
}

STORE_TEST("a database of a newer program is refused and left as it is") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql(
      "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
      "VALUES (99, 'future', 'f', '2030-01-01T00:00:00.000Z')");
  const auto message = both_refuse(*db);
  CHECK(contains(message, "migration 99 \"future\""));
  CHECK(contains(message, "newer nba-scraper"));
}

STORE_TEST("a gap in the applied migrations is refused") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql("DELETE FROM schema_migrations WHERE version = 2");
  CHECK(contains(both_refuse(*db), "has migration 3 but not 2"));
}

STORE_TEST("two processes that migrate at once both succeed, and each migration is applied once") {
  constexpr int rounds = 20;
  for (int round = 0; round < rounds; ++round) {
    Backend backend;
    std::vector<std::string> failures(3);
    std::vector<std::thread> migrating;
    for (auto& failed : failures)
      migrating.emplace_back([&] {
        const auto db = open_store(backend.url());
        if (!db) return void(failed = describe(db.error()));
        if (const auto steps = (*db)->migrate(); !steps) failed = describe(steps.error());
      });
    for (auto& each : migrating) each.join();
    for (const auto& failed : failures) CHECK(failed == "");
    const auto count = must(backend.open()->query_text("SELECT COUNT(*) AS n FROM schema_migrations", 1));
    CHECK(count.at(1).at(0) == std::to_string(sql::migration_files().size()));
  }
}

STORE_TEST("migrations that are refused leave nothing of themselves and can be run when the way is free") {
  Backend backend;
  backend.run_sql("CREATE TABLE games (mine integer)");
  const auto db = backend.open();
  const auto failed = db->migrate();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::configuration);
  backend.run_sql("DROP TABLE games");
  for (const auto& step : must(db->check_schema())) CHECK_FALSE(step.applied);
  for (const auto& step : must(db->migrate())) CHECK(step.applied);
}

STORE_TEST("a store without its schema says what to do") {
  Backend backend;
  const auto db = backend.open();
  const auto failed = db->read_watermarks();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::storage);
  CHECK(contains(failed.error().message, "db migrate"));
}

TEST_CASE("migration files are numbered without gaps and every word in them is known to both databases") {
  int version = 0;
  std::set<std::string> checksums;
  for (const auto& words : {sqlite::sqlite_dialect, postgres::postgresql_dialect})
    for (const auto& each : sql::migrations_for(words)) {
      CHECK(each.version == version % static_cast<int>(sql::migration_files().size()) + 1);
      ++version;
      CHECK_FALSE(contains(each.sql, "{{"));
      CHECK(each.checksum.size() == 64);
      checksums.insert(each.checksum);
    }
  CHECK(checksums.size() > sql::migration_files().size());  // a change of the words changes the checksums
  CHECK_THROWS_AS(sql::put_words("a {{nonsense}} b", sqlite::sqlite_dialect), std::logic_error);
  CHECK_THROWS_AS(sql::put_words("a {{key b", sqlite::sqlite_dialect), std::logic_error);
}
