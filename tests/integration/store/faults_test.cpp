// Rows that no game answers for: find_stored_faults and mend_stored_faults.
#include "storage/stored_faults.hpp"
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

void write_done(store& db, const core_write& core) {
  const std::vector<game_write> writes{core, sample_derived_write(core)};
  must(db.write_games(writes, "run"));
}

// A game in which everybody has another name, on a day of its own.
core_write renamed(int number, const std::string& name, const char* date) {
  auto core = sample_core(number, 1, 10);
  auto rows = *core.rows;
  rows.game.game_date = *parse_date(date);
  for (auto& player : rows.players) player.family_name = name;
  for (auto& team : rows.teams) team.name = name;
  core.rows = std::make_shared<const game_rows>(std::move(rows));
  core.payload_sha256 += name;
  return core;
}

std::string one(store& db, const std::string& sql) { return must(db.query_text(sql, 1)).at(1).at(0); }

std::size_t people_found(store& db) { return must(find_stored_faults(db, {})).people.size(); }

}  // namespace

STORE_TEST("names that games change, in whatever order they come, are no fault") {
  Backend backend;
  const auto db = backend.open_migrated();
  write_done(*db, renamed(1, "First", "2024-11-01"));
  CHECK(people_found(*db) == 0);
  // The same people in a later game, by another name; then the league corrects the earlier one, then the later one.
  auto later = renamed(1, "Second", "2024-12-01");
  auto rows = *later.rows;
  const auto other = sample_game(2, 1, 10);
  rows.game.game_id = sample_id(2);
  later.rows = std::make_shared<const game_rows>(rows);
  must(db->write_games(std::vector<game_write>{later}, "run"));
  CHECK(people_found(*db) == 0);
  CHECK(one(*db, "SELECT MIN(family_name) FROM players") == "Second");
  write_done(*db, renamed(1, "Third", "2024-11-01"));
  CHECK(people_found(*db) == 0);
  CHECK(one(*db, "SELECT MIN(family_name) FROM players") == "Second");
  for (auto& player : rows.players) player.family_name = "Fourth\r\n\tJr.";
  later.rows = std::make_shared<const game_rows>(rows);
  later.payload_sha256 += "corrected";
  must(db->write_games(std::vector<game_write>{later}, "run"));
  CHECK(people_found(*db) == 0);
  CHECK(one(*db, "SELECT COUNT(*) FROM players WHERE row_digest IS NULL") == "0");
}

STORE_TEST("every column of a team or player that was changed is found; the last game written again takes it back") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1, 1, 10);
  write_done(*db, core);
  const auto player = " WHERE player_id = (SELECT MAX(player_id) FROM players)";
  const auto team = " WHERE team_id = (SELECT MAX(team_id) FROM teams)";
  for (const std::string& sql : std::vector<std::string>{
           std::string("UPDATE players SET name = name || 'x'") + player,
           std::string("UPDATE players SET first_name = ''") + player,
           std::string("UPDATE players SET family_name = 'x', last_game_date = '2001-01-01'") + player,
           std::string("UPDATE players SET row_digest = 'ffff'") + player,
           std::string("UPDATE teams SET city = 'Nowhere'") + team, std::string("UPDATE teams SET name = 'x'") + team,
           std::string("UPDATE teams SET tricode = 'ZZZ'") + team}) {
    CAPTURE(sql);
    backend.run_sql(sql);
    const auto found = must(find_stored_faults(*db, season{1999}));
    REQUIRE(found.people.size() == 1);
    CHECK(found.people[0].source == sample_id(1));
    CHECK(games_to_fetch(found) == std::vector<game_id>{sample_id(1)});
    CHECK(must(db->write_games(std::vector<game_write>{core}, "run")).at(0) == write_outcome::replaced);
    CHECK(people_found(*db) == 0);
    write_done(*db, core);
  }
  // Of the source alone, and only when a document has to be asked.
  backend.run_sql(std::string("UPDATE players SET last_game_date = '2031-01-01', name = 'x'") + player);
  must(mend_stored_faults(*db, {}, false, "repair"));
  CHECK(one(*db, "SELECT state FROM ingest_games") == "planned");
  CHECK(people_found(*db) == 1);  // still known to be wrong, should nothing come of it
  write_done(*db, core);
  CHECK(people_found(*db) == 0);
  // Two of one game, and a game that is being mended already.
  backend.run_sql(std::string("UPDATE teams SET name = 'x', last_game_date = '2031-01-01'") + team);
  backend.run_sql(std::string("UPDATE players SET name = 'x', last_game_date = '2031-01-01'") + player);
  must(mend_stored_faults(*db, {}, false, "repair"));
  const auto found = must(mend_stored_faults(*db, {}, false, "repair"));
  CHECK(games_to_fetch(found) == std::vector<game_id>{sample_id(1)});
  CHECK(found.orphans.empty());
  write_done(*db, core);
  CHECK(people_found(*db) == 0);
  backend.run_sql(std::string("UPDATE players SET last_game_date = '2031-01-01'") + player);
  must(mend_stored_faults(*db, {}, false, "repair"));
  CHECK(people_found(*db) == 0);
  CHECK(one(*db, "SELECT state FROM ingest_games") == "done");
}

STORE_TEST("rows of a game that is being mended are nobody's orphans") {
  Backend backend;
  const auto db = backend.open_migrated();
  write_done(*db, sample_core(1, 1, 10));
  backend.run_sql("DELETE FROM officials");
  must(db->reopen_damaged(sample_id(1), "repair"));
  CHECK(one(*db, "SELECT state FROM ingest_games") == "planned");
  CHECK(must(find_stored_faults(*db, {})).count() == 0);
  // Whatever else is done to the ledger's row; and a backfill replaces the rows of a game it takes for new.
  backend.run_sql("UPDATE ingest_games SET payload_sha256 = NULL");
  auto found = must(find_stored_faults(*db, {}));
  REQUIRE(found.orphans.size() == 1);
  CHECK(found.orphans[0].is_replaced);
  CHECK(must(find_stored_faults(*db, season{2023})).orphans.empty());
  write_done(*db, sample_core(1, 1, 10));
  CHECK(must(find_stored_faults(*db, {})).count() == 0);
  backend.run_sql("DELETE FROM ingest_games");
  found = must(find_stored_faults(*db, {}));
  REQUIRE(found.orphans.size() == 1);
  CHECK_FALSE(found.orphans[0].is_replaced);
  CHECK(found.orphans[0].state.empty());
  CHECK(found.people.empty());
}

TEST_CASE("SQLite: a row that another run writes while those without a digest are adopted keeps what was written") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  write_done(*db, sample_core(1, 1, 10));
  backend.run_sql("UPDATE players SET row_digest = NULL");
  const auto count = std::stoll(one(*db, "SELECT COUNT(*) FROM players"));
  REQUIRE(count > 1);
  // The first adoption is followed by what another run writes, before the second.
  backend.run_sql(
      "CREATE TRIGGER other_run AFTER UPDATE OF row_digest ON players WHEN NEW.row_digest <> 'theirs' BEGIN "
      "UPDATE players SET row_digest = 'theirs' WHERE row_digest IS NULL; END");
  CHECK(must(adopt_people(*db)) == 1);
  CHECK(one(*db, "SELECT COUNT(*) FROM players WHERE row_digest = 'theirs'") == std::to_string(count - 1));
}
