// Whose a database is and what it holds: told before anything in it is changed.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"

#include "storage/postgres/session.hpp"
#include "storage/sql/ownership.hpp"
#include "storage/sqlite/session.hpp"

#include <set>
#include <string>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::set<std::string> relations(store& db) {
  const auto* sql = db.backend() == "sqlite" ? "SELECT name FROM sqlite_master"
                                             : "SELECT relname::text FROM pg_class WHERE relnamespace = "
                                               "current_schema()::regnamespace";
  std::set<std::string> names;
  for (const auto& row : must(db.query_text(sql, 1000))) names.insert(row.at(0));
  return names;
}

// Every call that begins something says so, and leaves the database as it was.
std::string all_refuse(store& db) {
  const auto before = relations(db);
  const auto checked = db.check_schema(), migrated = db.migrate();
  REQUIRE_FALSE(checked);
  REQUIRE_FALSE(migrated);
  CHECK(checked.error().message == migrated.error().message);
  CHECK(migrated.error().kind == failure_class::configuration);
  const auto taken = take_database(db, data_kind::real, "a test");
  REQUIRE(taken);
  CHECK_FALSE(taken->mixes);
  CHECK(relations(db) == before);
  return migrated.error().message;
}

// As the first migration alone leaves it.
void make_first_version(const backend& used) {
  const auto& words = used.open()->backend() == "sqlite" ? sqlite::sqlite_dialect : postgres::postgresql_dialect;
  const auto first = sql::migrations_for(words).front();
  used.run_sql("CREATE TABLE schema_migrations (version integer, name text, checksum text, applied_at text)");
  used.run_sql("INSERT INTO schema_migrations VALUES (1, '" + first.name + "', '" + first.checksum + "', 'then')");
  used.run_sql(first.sql);
}

}  // namespace

STORE_TEST("a database is claimed for real or synthetic games, and refused to the others before anything is changed") {
  for (const auto& [mine, theirs] :
       {std::pair(data_kind::real, data_kind::synthetic), std::pair(data_kind::synthetic, data_kind::real)}) {
    Backend backend;
    const auto db = backend.open();
    CHECK_FALSE(must(db->read_contents()).kind());
    CHECK_FALSE(take_database(*db, mine, "nba-scraper 1 (abc)"));
    CHECK_FALSE(take_database(*db, mine, "nba-scraper 2 (def)"));
    const auto held = must(backend.open()->read_contents());
    CHECK(held.stated == mine);
    CHECK(held.made_by == "nba-scraper 1 (abc)");
    const auto refused = take_database(*db, theirs, "nba-scraper 1 (abc)");
    REQUIRE(refused);
    CHECK(refused->mixes);
    CHECK(refused->why.kind == failure_class::configuration);
    CHECK(contains(refused->why.message, "--database"));
    CHECK(contains(refused->why.message, "--source sim"));
    CHECK(must(db->read_contents()).stated == mine);
  }
}

STORE_TEST("a database that only has its tables takes either kind, and keeps to it") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK_FALSE(must(db->claim(std::nullopt, "x")).kind());
  CHECK(must(db->claim(data_kind::synthetic, "y")).stated == data_kind::synthetic);
  // Who comes second is told what the first has said.
  CHECK(must(db->claim(data_kind::real, "z")).stated == data_kind::synthetic);
  CHECK(must(db->read_contents()).made_by == "x");
}

STORE_TEST("of a database made by an earlier version its games tell what it holds; a mixed one takes nothing more") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_games(std::vector<game_write>{sample_core(1, 1, 10), sample_core(2, 1, 10)}, "run"));
  CHECK(must(db->read_contents()).kind() == data_kind::real);
  CHECK(must(db->read_contents()).real_games == 2);
  auto refused = take_database(*db, data_kind::synthetic, "x");
  REQUIRE(refused);
  CHECK(refused->mixes);
  CHECK_FALSE(must(db->read_contents()).stated);

  backend.run_sql("UPDATE games SET source = 'sim' WHERE game_id = '" + sample_id(1).str() + "'");
  CHECK(must(db->read_contents()).is_mixed());
  for (const auto kind : {data_kind::real, data_kind::synthetic}) {
    refused = take_database(*db, kind, "x");
    REQUIRE(refused);
    CHECK(refused->mixes);
    CHECK(contains(refused->why.message, "1 real and 1 synthetic"));
  }
  CHECK_FALSE(must(db->claim(data_kind::real, "x")).stated);

  backend.run_sql("UPDATE games SET source = 'sim'");
  CHECK_FALSE(take_database(*db, data_kind::synthetic, "x"));
  CHECK(must(db->read_contents()).stated == data_kind::synthetic);
}

STORE_TEST("somebody else's tables under our names are refused before the first of ours is made") {
  {
    Backend backend;
    backend.run_sql("CREATE TABLE games (id integer PRIMARY KEY, home text)");
    backend.run_sql("CREATE TABLE players (id integer, name text)");
    const auto said = all_refuse(*backend.open());
    CHECK(contains(said, "another program's"));
    CHECK(contains(said, "games, players"));
    CHECK(contains(said, "name another"));
  }
  {
    Backend backend;
    backend.run_sql("CREATE VIEW season_progress AS SELECT 1 AS one");
    CHECK(contains(all_refuse(*backend.open()), "season_progress"));
  }
  // What golang-migrate, Ecto and Rails keep under that name.
  {
    Backend backend;
    backend.run_sql("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)");
    CHECK(contains(all_refuse(*backend.open()), "schema_migrations has no column name"));
  }
  // Half a schema that an earlier version left beside them.
  {
    Backend backend;
    make_first_version(backend);
    const auto db = backend.open();
    backend.run_sql("CREATE TABLE games (id integer PRIMARY KEY, home text)");
    CHECK(contains(all_refuse(*db), "games"));
  }
}

STORE_TEST("tables of other names are none of our business") {
  Backend backend;
  backend.run_sql("CREATE TABLE bets (id integer PRIMARY KEY)");
  const auto db = backend.open();
  CHECK_FALSE(take_database(*db, data_kind::real, "x"));
  CHECK(relations(*db).contains("bets"));
}

STORE_TEST("a table that was dropped is named, and nothing is made in its place") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql("DROP TABLE period_scores");
  const auto said = all_refuse(*db);
  CHECK(contains(said, "lost a table (period_scores)"));
  CHECK(contains(said, "backup"));
}

STORE_TEST("no damage is found where there is none") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK(must(db->find_damage(true)).empty());
  CHECK(must(db->find_damage(false)).empty());
  must(db->check_place());
}

TEST_CASE("what migrations leave behind is read from their text") {
  const auto of = [](const char* text) { return sql::relations_of(std::vector<sql::migration>{{1, "x", text, ""}}); };
  auto made =
      of("CREATE TABLE a (\n  b text);\nCREATE VIEW c AS\nSELECT 1;\nCREATE UNIQUE INDEX d ON a (b);\n"
         "-- CREATE TABLE no (\nCREATE TABLE e AS SELECT 1;\nDROP TABLE e;\nALTER TABLE a RENAME TO f;\n"
         "ALTER TABLE f ADD COLUMN g text;\nDROP INDEX d;\nCREATE INDEX h ON f (b);\n");
  CHECK(made.tables == std::set<std::string>{"f"});
  CHECK(made.views == std::set<std::string>{"c"});
  CHECK(made.indexes == std::set<std::string>{"h"});
  made = sql::relations_of(sql::migrations_for(sqlite::sqlite_dialect));
  CHECK(made.tables.contains("team_game_factors"));
  CHECK_FALSE(made.tables.contains("team_game_factors_kept"));
  CHECK(made.indexes.contains("ingest_games_season"));
}

TEST_CASE("SQLite: a file of another application is left as it is, and ours says whose it is") {
  for (const auto* mark : {"PRAGMA application_id = 1196444487", "PRAGMA user_version = 79"}) {
    sqlite_backend backend;
    backend.run_sql(std::string(mark) + "; CREATE TABLE moz_places (id integer PRIMARY KEY)");
    const auto db = backend.open();
    CHECK(contains(all_refuse(*db), "another application"));
    CHECK(must(db->query_text("SELECT * FROM pragma_journal_mode", 1)).at(1).at(0) == "delete");
  }
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  CHECK(must(db->query_text("PRAGMA application_id", 1)).at(1).at(0) == std::to_string(0x6E626173));
}

TEST_CASE("PostgreSQL: a database that cannot hold every name is refused with the command that makes one") {
  postgres_backend backend;
  backend.spoil();
  const auto name = backend.database() + "_latin1";
  backend.run_sql("CREATE DATABASE " + name + " ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
  auto url = backend.url();
  url.connection.replace(url.connection.rfind('/') + 1, std::string::npos, name);
  const auto db = must(open_store(url));
  CHECK_FALSE(db->check_place());
  const auto refused = db->migrate();
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().message, "LATIN1"));
  CHECK(contains(refused.error().message, "ENCODING 'UTF8'"));
  CHECK(relations(*db).count("ingest_games") == 0);
}

TEST_CASE("PostgreSQL: a role that may not make tables is told the GRANT") {
  postgres_backend backend;
  backend.spoil();
  backend.run_sql("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  backend.run_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  auto url = backend.url();
  url.connection.replace(url.connection.find("//nba@"), 6, "//guest@");
  const auto db = must(open_store(url));
  auto refused = db->migrate();
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().message, "GRANT USAGE, CREATE ON SCHEMA public TO guest"));
  CHECK_FALSE(db->check_place());
  backend.run_sql("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
  refused = db->migrate();
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().message, "search_path"));
  backend.run_sql("GRANT USAGE, CREATE ON SCHEMA public TO guest");
  must(db->migrate());
}

TEST_CASE("PostgreSQL: tables in a later schema of the search path are read, and none is made beside them") {
  const auto behind = [](const backend& used) {
    used.run_sql("CREATE SCHEMA nba");
    auto url = used.url();
    url.connection += "?options=-csearch_path%3Dnba,public";
    return must(open_store(url));
  };
  {
    postgres_backend backend;
    backend.spoil();
    must(backend.open_migrated()->advance_watermark("s", "k", "v"));
    const auto db = behind(backend);
    must(db->check_schema());
    CHECK(must(db->read_watermark("s", "k"))->value == "v");
    must(db->migrate());  // there is nothing to make
  }
  postgres_backend backend;
  backend.spoil();
  make_first_version(backend);
  const auto refused = behind(backend)->migrate();
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().message, "csearch_path%3Dpublic"));
}

TEST_CASE("PostgreSQL: a schema of our own beside somebody else's tables") {
  postgres_backend backend;
  backend.spoil();
  backend.run_sql(
      "CREATE TABLE games (id integer); CREATE TABLE schema_migrations (version bigint); CREATE SCHEMA nba");
  auto url = backend.url();
  url.connection += "?options=-csearch_path%3Dnba,public";
  const auto db = must(open_store(url));
  CHECK_FALSE(take_database(*db, data_kind::real, "x"));
  must(db->write_games(std::vector<game_write>{sample_core(1, 1, 10)}, "run"));
  CHECK(must(backend.open()->query_text("SELECT COUNT(*)::text FROM nba.games", 1)).at(1).at(0) == "1");
}
