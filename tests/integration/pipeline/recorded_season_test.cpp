// The real seasons, end to end, with the figures that are known about them.
#include "tests/integration/pipeline/scene.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/support/recorded_server.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

process_result run_recorded(const recorded_server& server, const temporary_folder& folder, const std::string& season,
                            const std::string& database) {
  return run_process(NBA_SCRAPER_BINARY,
                     {"schedule", "backfill", "--season", season, "--parallel", "4", "--database", database},
                     {{"NBA_CDN_URL", server.cdn_url()}, {"NBA_STATS_URL", server.stats_url()}}, folder.path(),
                     std::chrono::seconds{600});
}

}  // namespace

TEST_CASE("2024-25 ends with 1,314 games done, 7 named, and the same rows in both stores") {
  const auto docroot = unpacked_season("2024-25");
  NBA_SKIP_WITHOUT_RECORDED_DATA(docroot);
  const recorded_server server{*docroot};
  const temporary_folder folder;
  auto& cluster = postgres_cluster::shared();
  const auto sqlite = folder.sqlite_url("season.db");
  const auto postgres = cluster.url(cluster.create_database());
  for (const auto& database : {sqlite, postgres}) {
    const auto run = run_recorded(server, folder, "2024-25", database);
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done' AND game_type = 'regular'") == "1230");
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done' AND game_type = 'playoffs'") == "84");
    CHECK(ask(database,
              "SELECT count(*) FROM ingest_games WHERE error_class = 'unavailable' AND attempts = 1 AND "
              "state = 'planned' AND game_type IN ('cup', 'play-in')") == "7");
    const std::string regular = " WHERE game_id LIKE '002%'";
    CHECK(ask(database, "SELECT sum(points) FROM team_game_stats" + regular) == "280009");
    CHECK(ask(database, "SELECT count(*) FROM player_game_stats" + regular + " AND played") == "26306");
    CHECK(ask(database, "SELECT count(*) FROM pbp_events" + regular) == "686008");
    CHECK(ask(database, "SELECT count(*) FROM outcomes" + regular + " AND overtime_periods > 0") == "60");
    CHECK(ask(database, "SELECT count(*) FROM outcomes" + regular + " AND margin > 0") == "669");
    CHECK(ask(database, "SELECT value FROM ingest_watermarks WHERE key = '2024-25'") == "0022401230");
    CHECK(ask(database, "SELECT value FROM ingest_watermarks WHERE key = '2024-25/playoffs'") == "0042400407");
  }
  // Which of the Cup final's two documents was refused first, and is named in the ledger, is chance.
  dump_options options;
  options.without_columns.insert("error");
  CHECK(first_difference(dump_store(*open(sqlite), options), dump_store(*open(postgres), options)) == "");
  const auto before = dump(sqlite);
  const auto asked = server.games_asked();
  CHECK(run_recorded(server, folder, "2024-25", sqlite).exit_code == 0);
  CHECK(server.games_asked() - asked <= 7 * 2 + 7);  // the seven, and the canary
  CHECK(first_difference(before, dump(sqlite)) == "");
}

TEST_CASE("2020-21 ends complete: the other serialisation, forty games far out of order") {
  const auto docroot = unpacked_season("2020-21");
  NBA_SKIP_WITHOUT_RECORDED_DATA(docroot);
  const recorded_server server{*docroot};
  const temporary_folder folder;
  const auto database = folder.sqlite_url("season.db");
  const auto run = run_recorded(server, folder, "2020-21", database);
  CHECK_MESSAGE(run.exit_code == 0, run.err);
  CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done'") == "1165");
  CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state <> 'done'") == "0");
  CHECK(ask(database, "SELECT value FROM ingest_watermarks WHERE key = '2020-21'") == "0022001080");
  CHECK(ask(database, "SELECT value FROM ingest_watermarks WHERE key = '2020-21/playoffs'") == "0042000406");
}
