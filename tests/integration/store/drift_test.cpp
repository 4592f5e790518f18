// A schema that somebody has changed by hand: find_drift names what, remake_schema makes again what holds no rows.
#include "storage/dictionary.hpp"
#include "storage/schema_drift.hpp"
#include "storage/sql/ownership.hpp"
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"

#include <string>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

using words = std::vector<std::string>;

words drift_of(store& db) {
  words told;
  for (const auto& each : must(find_drift(db))) {
    CHECK_FALSE(each.fix.empty());
    told.push_back(each.what);
  }
  return told;
}

bool is_sqlite(const backend& used) { return used.url().kind().is_file; }

}  // namespace

STORE_TEST("a schema as the migrations made it has no drift, whatever else stands beside it") {
  Backend backend;
  CHECK(drift_of(*backend.open()) == words{});  // nothing of ours yet
  const auto db = backend.open_migrated();
  CHECK(drift_of(*db) == words{});
  backend.run_sql("CREATE TABLE bets (id integer PRIMARY KEY)");
  backend.run_sql("CREATE INDEX bets_id ON bets (id)");
  backend.run_sql("CREATE INDEX mine ON pbp_events (period)");
  backend.run_sql("CREATE VIEW my_games AS SELECT game_id FROM games");
  backend.run_sql("ALTER TABLE games ADD COLUMN note text");
  backend.run_sql("ALTER TABLE games ADD COLUMN stars integer NOT NULL DEFAULT 0");
  CHECK(drift_of(*db) == words{});
}

STORE_TEST("every change of the schema by hand is named") {
  struct change {
    std::string sql, told;
  };
  const std::vector<change> changes{
      {"ALTER TABLE officials RENAME COLUMN assignment TO task", "officials: the column assignment is called task"},
      {"ALTER TABLE officials DROP COLUMN jersey_number", "officials: the column jersey_number is gone"},
      {"DROP INDEX games_date", "games: the index games_date is gone"},
      {"DROP INDEX dead_letters_unresolved", "dead_letters: the index dead_letters_unresolved is gone"},
      {"DROP INDEX games_date; CREATE INDEX games_date ON games (season)",
       "games: the index games_date is another one"},
      {"DROP INDEX dead_letters_unresolved; CREATE UNIQUE INDEX dead_letters_unresolved ON dead_letters (game_id)",
       "dead_letters: the index dead_letters_unresolved is another one"},
      {"DROP VIEW lineup_totals", "the view lineup_totals is gone"},
      {"DROP VIEW lineup_totals; CREATE VIEW lineup_totals AS SELECT game_id FROM games",
       "the view lineup_totals is another one"},
      {"ALTER TABLE early_shocks RENAME TO shocks", "the table early_shocks is called shocks"},
      {"DROP TABLE early_shocks", "the table early_shocks is gone, with its rows"},
      {"ALTER TABLE officials DROP COLUMN jersey_number; ALTER TABLE officials ADD COLUMN jersey_number integer NOT "
       "NULL DEFAULT 0",
       "officials: the column jersey_number is of type integer, not text"},
      {"ALTER TABLE officials DROP COLUMN jersey_number; ALTER TABLE officials ADD COLUMN jersey_number text",
       "officials: the column jersey_number may be NULL"},
      {"ALTER TABLE ingest_games DROP COLUMN closing_checks; ALTER TABLE ingest_games ADD COLUMN closing_checks "
       "integer",
       "ingest_games: the column closing_checks may be NULL"},
  };
  for (const auto& each : changes) {
    CAPTURE(each.sql);
    Backend backend;
    const auto db = backend.open_migrated();
    backend.run_sql(each.sql);
    const auto told = drift_of(*db);
    REQUIRE_FALSE(told.empty());
    CHECK(told.front() == each.told);
  }
}

TEST_CASE("PostgreSQL: changes that SQLite does not know are named, with the statement that takes them back") {
  struct change {
    std::string sql, told;
  };
  for (const auto& [sql, told] : std::vector<change>{
           {"ALTER TABLE games ALTER COLUMN attendance TYPE smallint",
            "games: the column attendance is of type smallint, not integer"},
           {"ALTER TABLE games ALTER COLUMN tipoff_utc TYPE timestamp",
            "games: the column tipoff_utc is of type timestamp without time zone, not timestamptz"},
           {"ALTER TABLE officials ALTER COLUMN name TYPE varchar(9)",
            "officials: the column name is of type character varying(9), not text"},
           {"ALTER TABLE games ALTER COLUMN status DROP NOT NULL", "games: the column status may be NULL"},
           {"ALTER TABLE games ALTER COLUMN attendance SET NOT NULL",
            "games: the column attendance must not be NULL any more"},
           {"ALTER TABLE ingest_games ALTER COLUMN attempts DROP DEFAULT",
            "ingest_games: the column attempts has lost its default"},
           {"ALTER TABLE dead_letters ALTER COLUMN dead_letter_id DROP IDENTITY",
            "dead_letters: the column dead_letter_id has lost its default"},
           {"ALTER TABLE officials DROP CONSTRAINT officials_pkey",
            "officials: the primary key (game_id, official_id) is gone"},
           {"ALTER TABLE ingest_watermarks DROP CONSTRAINT ingest_watermarks_stage_key_key",
            "ingest_watermarks: the unique key (stage, key) is gone"},
           {"ALTER TABLE games ADD COLUMN stars integer; ALTER TABLE games ALTER COLUMN stars SET NOT NULL",
            "games: the column stars is not ours and must not be NULL, so no row can be written"}}) {
    CAPTURE(sql);
    const postgres_backend backend;
    const auto db = backend.open_migrated();
    backend.run_sql(sql);
    const auto drift = must(find_drift(*db));
    REQUIRE(drift.size() == 1);
    CHECK(drift[0].what == told);
    backend.run_sql(drift[0].fix);
    CHECK(drift_of(*db) == words{});
  }
}

STORE_TEST("a column that was renamed is put back by the statement that is told") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql("ALTER TABLE officials RENAME COLUMN name TO full_name");
  backend.run_sql("ALTER TABLE early_shocks RENAME TO shocks");
  const auto drift = must(find_drift(*db));
  REQUIRE(drift.size() == 2);
  for (const auto& each : drift) {
    CHECK_FALSE(each.made_again);
    backend.run_sql(each.fix);
  }
  CHECK(drift_of(*db) == words{});
}

STORE_TEST("of a database that lacks the newest migrations only what it has is looked at") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql("DELETE FROM schema_migrations WHERE version > 5");
  for (const auto* view : {"team_season_factors", "lineup_totals", "team_stints", "player_on_off"})
    backend.run_sql(std::string("DROP VIEW IF EXISTS ") + view + (is_sqlite(backend) ? "" : " CASCADE"));
  CHECK(drift_of(*db) == words{});
}

STORE_TEST("every view that is gone is made again as it was") {
  Backend backend;
  const auto db = backend.open_migrated();
  std::size_t views = 0;
  for (const auto& table : data_dictionary()) {
    if (!table.is_view()) continue;
    ++views;
    backend.run_sql("DROP VIEW IF EXISTS " + std::string{table.name} + (is_sqlite(backend) ? "" : " CASCADE"));
  }
  CHECK(drift_of(*db).size() == views);
  CHECK(must(remake_schema(*db)).size() == views);
  CHECK(drift_of(*db) == words{});
  for (const auto& table : data_dictionary())
    if (table.is_view()) CHECK(must(db->query_text("SELECT * FROM " + std::string{table.name}, 1)).size() == 1);
}

STORE_TEST("views and indexes that are gone are made again, and nothing else is touched") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_games(std::vector<game_write>{sample_core(1, 1, 10)}, "run"));
  for (const auto* sql :
       {"DROP VIEW season_progress", "DROP VIEW watermark_lag", "DROP INDEX games_date",
        "DROP INDEX dead_letters_unresolved", "ALTER TABLE officials RENAME COLUMN name TO full_name"})
    backend.run_sql(sql);
  // The views are told apart from tables, whose rows would be gone.
  const auto refused = db->check_schema();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("has lost views (season_progress, watermark_lag), and no row with") !=
        std::string::npos);
  CHECK(drift_of(*db).size() == 5);
  CHECK(must(remake_schema(*db)) == words{"dead_letters_unresolved", "games_date", "watermark_lag", "season_progress"});
  CHECK(drift_of(*db) == words{"officials: the column name is called full_name"});
  CHECK(must(remake_schema(*db)) == words{});
  must(db->check_schema());
  CHECK(must(db->read_progress({})).size() == 1);
}

TEST_CASE("SQLite: a view whose text is another one is told, and a broken one does not hide the rest") {
  const sqlite_backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql(
      "PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = sql || ' ORDER BY 1' WHERE name = "
      "'team_season_factors'");
  const auto told = drift_of(*backend.open());
  CHECK(told == words{"the view team_season_factors is another one"});
  backend.run_sql("DROP VIEW watermark_lag; CREATE VIEW watermark_lag AS SELECT a FROM nowhere");
  CHECK(drift_of(*backend.open()).size() == told.size() + 2);  // and the one that stands on it
}
