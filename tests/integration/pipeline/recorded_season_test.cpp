// The real seasons, end to end, with the figures that are known about them.
#include "bench/fake_nba/server.hpp"
#include "tests/integration/pipeline/scene.hpp"
#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>

using namespace nba;
using namespace nba::test;

namespace {

// The recorded files behind the server that also plays the synthetic league.
class recorded_server {
 public:
  explicit recorded_server(const std::filesystem::path& docroot, std::vector<fault_rule> faults = {}) {
    fake_nba_settings settings;
    settings.docroot = docroot;
    settings.faults = std::move(faults);
    server_ = std::make_unique<fake_nba_server>(std::move(settings));
    if (const auto started = server_->start(); !started) throw std::runtime_error(started.error().message);
  }
  fake_nba_server& server() const { return *server_; }
  std::string cdn_url() const { return server_->cdn_url(); }
  std::string stats_url() const { return server_->stats_url(); }
  fake_nba_counters counters() const { return server_->counters(); }
  int games_asked() const {
    const auto by = counters().by_endpoint;
    return static_cast<int>(by[static_cast<std::size_t>(endpoint::boxscore)] +
                            by[static_cast<std::size_t>(endpoint::playbyplay)]);
  }

 private:
  std::unique_ptr<fake_nba_server> server_;
};

process_result run_recorded(const recorded_server& server, const temporary_folder& folder, const std::string& season,
                            const std::string& database, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{"schedule", "backfill", "--season", season, "--parallel", "4", "--database", database};
  words.insert(words.end(), more.begin(), more.end());
  return run_process(NBA_SCRAPER_BINARY, words,
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
  // Which of a game's two documents was refused first, and is named in the ledger, is chance.
  dump_options options;
  options.without_columns.insert({"error", "closing_evidence"});
  CHECK(first_difference(dump_store(*open(sqlite), options), dump_store(*open(postgres), options)) == "");
  const auto before = dump(sqlite);
  const auto asked = server.games_asked();
  CHECK(run_recorded(server, folder, "2024-25", sqlite).exit_code == 0);
  CHECK(server.games_asked() - asked <= 7 * 2 * 2);  // the documents of the seven, and the canary once for each
  CHECK(first_difference(before, dump(sqlite)) == "");
}

TEST_CASE("a correction by hand is applied to the record that it names, and left out when the league corrects that") {
  const auto docroot = unpacked_season("2024-25");
  NBA_SKIP_WITHOUT_RECORDED_DATA(docroot);
  const recorded_server server{*docroot};
  const temporary_folder folder;
  const auto id = *game_id::parse("0022400061");
  const std::vector<std::string> this_game{"--game", id.str()};
  auto corrected =
      nlohmann::json::parse(read_file(*docroot / ("static/json/liveData/playbyplay/playbyplay_" + id.str() + ".json")));
  auto& actions = corrected["game"]["actions"];
  const auto before = actions.size();
  for (const std::int64_t taken_out : {4'485'000, 4'487'500})
    actions.erase(std::remove_if(actions.begin(), actions.end(),
                                 [&](const auto& action) { return action["orderNumber"] == taken_out; }),
                  actions.end());
  REQUIRE(actions.size() == before - 2);
  actions.back()["edited"] = "2024-11-01T12:00:00Z";  // after the record that is corrected here
  auto& cluster = postgres_cluster::shared();
  for (const auto& database : {folder.sqlite_url("game.db"), cluster.url(cluster.create_database())}) {
    const auto stints = [&] { return std::stoi(ask(database, "SELECT count(*) FROM lineup_stints")); };
    const auto corrections = [&] {
      const auto status =
          run_process(NBA_SCRAPER_BINARY, {"status", "--json", "--database", database}, {}, folder.path());
      return nlohmann::json::parse(status.out)["seasons"][0]["overrides"].size();
    };
    const auto first = run_recorded(server, folder, "2024-25", database, this_game);
    CHECK_MESSAGE(first.exit_code == 0, first.err);
    CHECK(first.err.find("override.skipped") == std::string::npos);
    CHECK(stints() > 20);
    CHECK(corrections() == 1);

    server.server().set_override(id, endpoint::playbyplay, corrected.dump());
    auto again = this_game;
    again.insert(again.end(), {"--reprocess", "all"});
    const auto second = run_recorded(server, folder, "2024-25", database, again);
    CHECK_MESSAGE(second.exit_code == 0, second.err);
    CHECK(second.out.find("1 corrected") != std::string::npos);
    CHECK(second.err.find("WARN override.skipped game_id=" + id.str()) != std::string::npos);
    CHECK(second.err.find("derive.problem") == std::string::npos);
    CHECK(stints() > 20);
    CHECK(corrections() == 0);
    server.server().clear_override(id, endpoint::playbyplay);
  }
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

TEST_CASE("2024-25 with every tenth request hostile in every way ends as the undisturbed run did") {
  const auto docroot = unpacked_season("2024-25");
  NBA_SKIP_WITHOUT_RECORDED_DATA(docroot);
  const temporary_folder folder;
  const auto expected = folder.sqlite_url("undisturbed.db"), database = folder.sqlite_url("hostile.db");
  REQUIRE(run_recorded(recorded_server{*docroot}, folder, "2024-25", expected).exit_code == 0);
  const recorded_server hostile{*docroot, chaos(0.1)};
  constexpr int runs_max = 8;
  constexpr const char* games_done = "SELECT count(*) FROM ingest_games WHERE state = 'done'";
  int runs = 0, asked_of_finished = 0;
  while (runs < runs_max && (runs == 0 || ask(database, games_done) != "1314")) {
    std::set<std::string> finished;
    const auto before = hostile.counters().by_game;
    if (runs > 0) {
      const auto store = open(database);
      const auto rows = store->query_text("SELECT game_id FROM ingest_games WHERE state = 'done'", 2'000);
      REQUIRE(rows);
      for (const auto& row : *rows) finished.insert(row.at(0));
    }
    const auto run = run_recorded(hostile, folder, "2024-25", database);
    // The schedule may meet a fault as well: then the run says so and does nothing.
    CHECK_MESSAGE((run.exit_code < 100 || run.exit_code == 123), run.err);
    for (const auto& [game, requests] : hostile.counters().by_game)
      if (finished.contains(game) && before.contains(game) && requests != before.at(game)) ++asked_of_finished;
    ++runs;
  }
  CHECK(ask(database, games_done) == "1314");
  CHECK(asked_of_finished <= runs);  // the canary
  const auto faults = hostile.counters().faults;
  std::uint64_t injected = 0;
  for (std::size_t kind = 0; kind < faults.size(); ++kind) {
    CAPTURE(to_string(static_cast<fault_kind>(kind)));
    CHECK(faults[kind] > 0);
    injected += faults[kind];
  }
  MESSAGE(injected << " faults in " << hostile.counters().requests << " requests, " << runs << " runs");
  // Everything but the history of the failures is the same.
  dump_options options;
  // The port is in the URL and in messages.
  options.without_columns.insert({"error", "error_class", "attempts", "source_url", "closing_evidence"});
  // One of the games without data has a play-by-play; with an empty box score beside it, it is parked.
  options.without_columns.insert({"state", "played_evidence", "closing_ground", "closing_occasions", "closing_checks"});
  options.without_tables.insert("dead_letters");
  CHECK(first_difference(dump_store(*open(expected), options), dump_store(*open(database), options)) == "");
  CHECK(ask(database,
            "SELECT game_id || ' ' || stage || ' ' || error FROM dead_letters WHERE resolved_at IS NULL AND game_id "
            "NOT LIKE '005%'") == "");
}
