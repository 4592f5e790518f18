// Migrations: fresh, repeated, edited, newer, two at once.
#include "tests/integration/store/backend.hpp"

#include "storage/sql/dialect.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sql/sql_error.hpp"

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

STORE_TEST("a database that stopped half way is brought up to date") {
  Backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql("DROP VIEW season_progress");
  backend.run_sql("DROP VIEW watermark_lag");
  for (const auto* index : {"games_date", "games_home_team", "games_away_team", "player_game_stats_player"})
    backend.run_sql(std::string("DROP INDEX ") + index);
  backend.run_sql("DELETE FROM schema_migrations WHERE version = 4");
  CHECK_FALSE(must(db->check_schema()).at(3).applied);
  CHECK(must(db->migrate()).at(3).applied);
  CHECK(must(db->read_progress({})).empty());
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

STORE_TEST("a migration that fails leaves nothing of itself and can be run again") {
  Backend backend;
  backend.run_sql("CREATE TABLE games (mine integer)");
  const auto db = backend.open();
  const auto failed = db->migrate();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::storage);
  const auto steps = must(db->check_schema());
  CHECK(steps.at(0).applied);
  CHECK_FALSE(steps.at(1).applied);
  backend.run_sql("DROP TABLE games");
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
  for (const auto& words : {sql::sqlite_dialect, sql::postgresql_dialect})
    for (const auto& each : sql::migrations_for(words)) {
      CHECK(each.version == version % static_cast<int>(sql::migration_files().size()) + 1);
      ++version;
      CHECK_FALSE(contains(each.sql, "{{"));
      CHECK(each.checksum.size() == 64);
      checksums.insert(each.checksum);
    }
  CHECK(checksums.size() > sql::migration_files().size());  // a change of the words changes the checksums
  CHECK_THROWS_AS(sql::put_words("a {{nonsense}} b", sql::sqlite_dialect), std::logic_error);
  CHECK_THROWS_AS(sql::put_words("a {{key b", sql::sqlite_dialect), std::logic_error);
}
