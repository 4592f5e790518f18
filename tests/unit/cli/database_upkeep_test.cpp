// What is in the database is looked after: `db check`, `db verify`, `db repair`, `doctor` and `export` on databases
// that somebody has changed by hand. On both stores.
#include "tests/support/postgres_cluster.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <fstream>

using namespace nba;
using namespace nba::cli::test;
using nba::test::postgres_cluster;
using nlohmann::json;

namespace {

// A season in a database of its own, and statements behind the program's back.
class kept_season {
 public:
  explicit kept_season(bool postgresql)
      : postgresql_(postgresql), name_(postgresql ? postgres_cluster::shared().create_database() : "nba.db") {}

  outcome on(std::vector<std::string> words) const {
    words.insert(words.end(), {"--database", url_});
    return run(words);
  }
  json json_of(std::vector<std::string> words) const {
    words.emplace_back("--json");
    return json::parse(on(std::move(words)).out);
  }
  void change(const std::string& sql) const {
    if (!postgresql_) return folder_.execute("nba.db", sql);
    pqxx::connection connection(url_);
    pqxx::nontransaction(connection).exec(sql);
  }
  std::string ask(const std::string& sql) { return season.database().query_text(sql, 1)->back().front(); }
  std::string database_check() const {
    const auto answer = json_of({"doctor", "--offline"});
    for (const auto& check : answer["checks"])
      if (check["name"] == "database")
        return check["status"].get<std::string>() + ": " + check["detail"].get<std::string>();
    return {};
  }

 private:
  bool postgresql_;
  temporary_folder folder_;
  std::string name_;
  std::string url_ = postgresql_ ? postgres_cluster::shared().url(name_) : folder_.sqlite_url();

 public:
  sample_season season{url_};
};

}  // namespace

TEST_CASE("db check and doctor name what was changed of the schema, and db repair makes again what holds no rows") {
  for (const bool postgresql : {false, true}) {
    CAPTURE(postgresql);
    kept_season kept{postgresql};
    kept.season.complete(0);
    CHECK(kept.on({"db", "check"}).code == 0);
    CHECK(kept.json_of({"db", "check"})["schema"].empty());
    kept.change("DROP INDEX games_date");
    kept.change("DROP VIEW season_progress");
    auto checked = kept.on({"db", "check"});
    CHECK(checked.code == 121);
    CHECK(contains(checked.out, "games: the index games_date is gone"));
    CHECK(contains(checked.out, "the view season_progress is gone"));
    CHECK(contains(checked.out, "nba-scraper db repair"));
    CHECK(contains(checked.err, "the schema is not as nba-scraper made it"));
    CHECK(kept.json_of({"db", "check"})["schema"].size() == 2);
    CHECK(contains(kept.database_check(), "FAIL: the schema of"));
    CHECK(contains(kept.on({"status"}).err,
                   "has lost a view (season_progress), and no row with it: `nba-scraper db "
                   "repair --database "));
    CHECK(contains(kept.on({"db", "repair", "--dry-run"}).out, "the view season_progress is gone; it would be made"));
    CHECK(kept.on({"db", "check"}).code == 121);
    const auto mended = kept.on({"db", "repair"});
    CHECK_MESSAGE(mended.code == 0, mended.err);
    CHECK(contains(mended.out, "Made again: games_date, season_progress."));
    CHECK(contains(mended.err, "WARN schema.remade"));
    CHECK(kept.on({"db", "check"}).code == 0);

    // A column: for a person, with the statement where there is one.
    kept.change("ALTER TABLE officials RENAME COLUMN assignment TO task");
    checked = kept.on({"db", "check"});
    CHECK(checked.code == 121);
    CHECK(contains(checked.out, "ALTER TABLE officials RENAME COLUMN task TO assignment"));
    CHECK(kept.on({"db", "repair"}).code == 121);
    CHECK(contains(kept.database_check(), "officials: the column assignment is called task"));
    kept.change("ALTER TABLE officials RENAME COLUMN task TO assignment");
    kept.change("ALTER TABLE officials DROP COLUMN assignment");
    checked = kept.on({"db", "check"});
    CHECK(checked.code == 121);
    CHECK(contains(checked.err, "officials: the column assignment is gone"));
    CHECK(contains(checked.out, "restore a backup"));
    // And a table.
    kept.change("DROP TABLE early_shocks");
    CHECK(contains(kept.on({"db", "check"}).out, "the table early_shocks is gone, with its rows"));
  }
}

TEST_CASE("db verify names ledger rows that cannot be true, orphans and changed names; db repair mends what it can") {
  for (const bool postgresql : {false, true}) {
    CAPTURE(postgresql);
    kept_season kept{postgresql};
    for (const std::size_t position : {0, 1, 2}) kept.season.complete(position);
    REQUIRE(kept.on({"db", "verify"}).code == 0);
    const auto id = [&](std::size_t position) { return kept.season.id(position).str(); };
    const auto here = [&](std::size_t position) { return " WHERE game_id = '" + id(position) + "'"; };

    // A season that is not the id's: the id is right.
    kept.change("UPDATE ingest_games SET season = '2023-24', game_type = 'cup'" + here(0));
    kept.change("UPDATE ingest_games SET game_date = '1999-01-01'" + here(1));
    auto said = kept.on({"db", "verify"});
    CHECK(said.code == 2);
    CHECK(contains(said.out, "2 rows of the ledger cannot be true:"));
    CHECK(contains(said.out, "season: '2023-24', but the id is of 2024-25;"));
    CHECK(kept.json_of({"db", "verify"})["ledger"][0]["what"] ==
          "season: '2023-24', but the id is of 2024-25; game_type: 'cup', but the id is of regular");
    CHECK(contains(said.out, "game_date: '1999-01-01' is no date of 2024-25"));
    CHECK(kept.json_of({"db", "verify"})["ledger"].size() == 2);
    CHECK(kept.on({"db", "verify", "--season", "2019-20"}).code == 0);
    auto mended = kept.on({"db", "repair"});
    CHECK_MESSAGE(mended.code == 0, mended.err);
    CHECK(contains(mended.err, "WARN ledger.mended"));
    CHECK(kept.ask("SELECT season || game_type || CAST(game_date AS text) FROM ingest_games" + here(0)) ==
          kept.ask("SELECT season || game_type || CAST(game_date AS text) FROM schedule_games" + here(0)));
    CHECK(kept.ask("SELECT CAST(game_date AS text) FROM ingest_games" + here(1)) ==
          kept.ask("SELECT CAST(game_date AS text) FROM schedule_games" + here(1)));
    CHECK(kept.on({"db", "verify"}).code == 0);

    // Rows of a game that the ledger does not know, of one that is closed, and of one that is still to come.
    kept.change("DELETE FROM ingest_games" + here(0));
    kept.change("UPDATE ingest_games SET state = 'waived'" + here(1));
    kept.change("UPDATE ingest_games SET state = 'planned', payload_sha256 = NULL" + here(2));
    said = kept.on({"db", "verify"});
    CHECK(said.code == 3);
    CHECK(contains(said.out, "Rows of 3 games that the ledger does not call stored:"));
    CHECK(contains(said.out, "db repair --delete-orphans"));
    auto document = kept.json_of({"db", "verify"});
    REQUIRE(document["orphans"].size() == 3);
    CHECK(document["orphans"][0]["state"].is_null());
    CHECK(document["orphans"][0]["rows"]["games"] == 1);
    CHECK(document["orphans"][1]["state"] == "waived");
    CHECK(document["orphans"][2]["is_replaced"] == true);
    const auto games = [&] { return kept.ask("SELECT count(*) FROM games"); };
    CHECK(kept.on({"db", "repair", "--dry-run", "--delete-orphans"}).code == 0);
    mended = kept.on({"db", "repair"});
    CHECK(mended.code == 3);  // nothing is deleted without being told to
    CHECK(games() == "3");
    mended = kept.on({"db", "repair", "--delete-orphans"});
    CHECK_MESSAGE(mended.code == 0, mended.err);
    CHECK(contains(mended.err, "WARN rows.deleted game_id=" + id(0)));
    CHECK(games() == "0");
    CHECK(kept.ask("SELECT count(*) FROM derived_versions") == "0");
    CHECK(kept.on({"db", "verify"}).code == 0);

    // An id that is none.
    kept.change(
        "INSERT INTO ingest_games (game_id, season, game_type, state, updated_at) VALUES ('mine', '2024-25', "
        "'regular', "
        "'planned', '2025-01-01 00:00:00Z')");
    CHECK(kept.on({"db", "verify", "--season", "2024-25"}).code == 1);
    CHECK(kept.on({"db", "repair"}).code == 1);
    CHECK(kept.on({"db", "repair", "--delete-orphans"}).code == 0);
    CHECK(kept.on({"db", "verify"}).code == 0);
  }
}

TEST_CASE("db verify tells at most forty of a kind, and how many more") {
  kept_season kept{false};
  kept.season.complete(0);
  for (int i = 10; i < 70; ++i)
    kept.change("INSERT INTO officials VALUES ('00223000" + std::to_string(i) + "', 1, 'x', 'x', '1', 'cdn', '', '')");
  const auto said = kept.on({"db", "verify"});
  CHECK(said.code == 60);
  CHECK(contains(said.out, "and 20 more; --json lists all"));
  CHECK(kept.json_of({"db", "verify"})["orphans"].size() == 60);
}

TEST_CASE("a name that was changed by hand is found, one that a later game changed is not") {
  for (const bool postgresql : {false, true}) {
    CAPTURE(postgresql);
    kept_season kept{postgresql};
    for (const std::size_t position : {0, 1}) kept.season.complete(position);
    const auto player = kept.ask("SELECT MIN(player_id) FROM players");
    kept.change("UPDATE players SET name = 'Somebody Else' WHERE player_id = " + player);
    kept.change("UPDATE teams SET tricode = 'ZZZ' WHERE team_id = (SELECT MIN(team_id) FROM teams)");
    const auto said = kept.on({"db", "verify"});
    CHECK(said.code == 2);
    CHECK(contains(said.out, "2 teams or players are not as written:"));
    CHECK(contains(said.out, "Somebody Else"));
    CHECK(kept.json_of({"db", "verify"})["people"][1]["id"] == std::stoll(player));
  }
  kept_season kept{false};
  kept.season.complete(0);
  kept.change("UPDATE players SET last_game_date = '2031-01-01'");
  CHECK(kept.on({"db", "verify"}).code > 1);
  // Only the date, which the last game knows: nobody has to be asked.
  const auto mended = kept.on({"db", "repair"});
  CHECK_MESSAGE(mended.code == 0, mended.err);
  CHECK(kept.on({"db", "verify"}).code == 0);

  // Of an earlier version: nothing is known, until somebody says that it is right.
  kept.change("UPDATE players SET row_digest = NULL, name = 'Somebody Else'");
  auto document = kept.json_of({"db", "verify"});
  CHECK(document["people"].empty());
  CHECK(document["people_without_digest"] > 1);
  CHECK(contains(kept.on({"db", "verify"}).out, "db verify --adopt"));
  CHECK(kept.json_of({"db", "verify", "--adopt"})["people_adopted"] == document["people_without_digest"]);
  CHECK(kept.json_of({"db", "verify"})["people_without_digest"] == 0);
  CHECK(kept.on({"db", "verify"}).code == 0);
}

TEST_CASE("export warns once of finished games that lack rows") {
  for (const bool postgresql : {false, true}) {
    CAPTURE(postgresql);
    kept_season kept{postgresql};
    for (const std::size_t position : {0, 1, 2}) kept.season.complete(position);
    const temporary_folder out;
    const auto exported = [&](const std::string& folder) {
      return kept.on({"export", "--season", "2024-25", "--output", (out.path() / folder).string()});
    };
    CHECK_FALSE(contains(exported("whole").err, "export.incomplete"));
    kept.change("DELETE FROM officials WHERE game_id = '" + kept.season.id(0).str() + "'");
    kept.change("DELETE FROM outcomes WHERE game_id = '" + kept.season.id(2).str() + "'");
    const auto answer = exported("lacking");
    CHECK(answer.code == 0);
    const auto at = answer.err.find("WARN export.incomplete games=2 first_game_id=" + kept.season.id(0).str());
    CHECK_MESSAGE(at != std::string::npos, answer.err);
    CHECK(contains(answer.err, "nba-scraper db verify"));
    CHECK(answer.err.find("export.incomplete", at + 10) == std::string::npos);
    std::ifstream manifest{out.path() / "lacking" / "manifest.json"};
    CHECK(json::parse(manifest)["games_lacking_rows"] == 2);
  }
}
