// Rows of finished games that are gone or were changed: found by `db check`, `db verify` and `doctor`, mended by
// `db repair` and `--reprocess all`.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

const std::vector<std::string> verify{"db", "verify", "--season", "2024-25"};
const std::vector<std::string> repair{"db", "repair", "--season", "2024-25"};

}  // namespace

TEST_CASE("rows of finished games that are gone are found, named and brought back") {
  scene world{40};
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    const auto whole = dump(database);
    auto answer = world.run(database, verify);
    CHECK_MESSAGE(answer.exit_code == 0, answer.out);
    CHECK(world.run(database, {"db", "check"}).exit_code == 0);
    CHECK(world.run(database, repair).out.find("Nothing to repair") != std::string::npos);

    change(database, "DELETE FROM officials WHERE game_id = '0022400001'");
    change(database, "DELETE FROM pbp_events WHERE game_id = '0022400002' AND event_idx > 40");
    change(database, "DELETE FROM outcomes WHERE game_id = '0022400003'");
    change(database, "UPDATE player_game_stats SET points = points + 1 WHERE game_id = '0022400004'");
    const std::vector<std::string> damaged{"0022400001", "0022400002", "0022400003", "0022400004"};
    answer = world.run(database, verify);
    CHECK(answer.exit_code == 4);
    for (const auto& id : damaged) CHECK_MESSAGE(answer.out.find(id) != std::string::npos, answer.out);
    answer = world.run(database, {"db", "check"});
    CHECK(answer.exit_code == 1);
    for (std::size_t i = 0; i < 3; ++i) CHECK_MESSAGE(answer.out.find(damaged[i]) != std::string::npos, answer.out);
    // Neither an error of ours nor good rows made from bad ones.
    answer = world.run(database, {"validate", "--season", "2024-25"});
    CHECK_MESSAGE((answer.exit_code > 0 && answer.exit_code < 100), answer.out);
    answer = world.run(database, {"derive", "--season", "2024-25"});
    CHECK_MESSAGE(answer.exit_code == 3, answer.out);
    CHECK_MESSAGE(answer.out.find("pbp_events: 41 of") != std::string::npos, answer.out);

    answer = world.run(database, {"db", "repair", "--season", "2024-25", "--dry-run"});
    CHECK(answer.exit_code == 0);
    CHECK(world.run(database, verify).exit_code == 3);  // the derivation brought one back
    answer = world.run(database, repair);
    CHECK_MESSAGE(answer.exit_code == 0, answer.err);
    CHECK(world.run(database, verify).exit_code == 0);
    CHECK(first_difference(whole, dump(database)) == "");
  }
}

TEST_CASE("a game that is loaded with damaged rows is not parked: the next backfill fetches it again") {
  scene world{20};
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    const auto whole = dump(database);
    for (const std::string first : {"derive", "backfill"}) {
      CAPTURE(first);
      change(database, "UPDATE ingest_games SET state = 'loaded' WHERE game_id = '0022400002'");
      change(database, "DELETE FROM pbp_events WHERE game_id = '0022400002' AND event_idx > 40");
      const auto answer =
          world.run(database, first == "derive" ? std::vector<std::string>{"derive", "--season", "2024-25"} : backfill);
      CHECK_MESSAGE(answer.exit_code == 1, answer.err);
      CHECK_MESSAGE(unwrapped(answer.out + answer.err).find("the next backfill fetches it again") != std::string::npos,
                    answer.out);
      CHECK(ask(database, "SELECT state FROM ingest_games WHERE game_id = '0022400002'") == "planned");
      CHECK(ask(database, "SELECT COUNT(*) FROM dead_letters") == "0");
      CHECK(world.run(database, backfill).exit_code == 0);
      CHECK(first_difference(whole, dump(database)) == "");
    }
  }
}

TEST_CASE("a finished game that lacks rows of any table is named by `db check` and `doctor`, and mended") {
  // Core rows of one team, or all of them, then derived ones; a game each.
  const std::vector<std::string> tables{"officials",       "period_scores",     "team_game_stats", "player_game_stats",
                                        "pbp_events",      "outcomes",          "possessions",     "lineup_stints",
                                        "player_on_court", "team_game_factors", "schedule_travel"};
  scene world{30};
  std::vector<std::string> ids;
  for (const auto& game : world.league().games())
    if (game.id.type() == game_type::regular) ids.push_back(game.id.str());
  REQUIRE(ids.size() > tables.size());
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    const auto whole = dump(database);
    CHECK(world.run(database, {"doctor", "--offline"}).exit_code == 0);
    for (std::size_t i = 0; i < tables.size(); ++i) {
      auto gone = "DELETE FROM " + tables[i] + " WHERE game_id = '" + ids[i] + "'";
      if (tables[i] == "period_scores" || tables[i] == "team_game_stats" || tables[i] == "schedule_travel")
        gone += " AND team_id = (SELECT home_team_id FROM games WHERE game_id = '" + ids[i] + "')";
      change(database, gone);
    }
    const auto checked = world.run(database, {"db", "check"});
    CHECK(checked.exit_code == 1);
    for (std::size_t i = 0; i < tables.size(); ++i)
      CHECK_MESSAGE(checked.out.find(ids[i] + "  done   " + tables[i] + ": ") != std::string::npos, tables[i]
                                                                                                        << '\n'
                                                                                                        << checked.out);
    CHECK(checked.out.find(ids[tables.size()]) == std::string::npos);
    const auto doctor = world.run(database, {"doctor", "--offline"});
    CHECK(doctor.exit_code == 1);
    CHECK(doctor.out.find("FAIL") != std::string::npos);
    CHECK_MESSAGE(doctor.out.find(ids[0]) != std::string::npos, doctor.out);
    CHECK(world.run(database, verify).exit_code == static_cast<int>(tables.size()));

    const auto before = world.server().counters().requests;
    const auto mended = world.run(database, repair);
    CHECK_MESSAGE(mended.exit_code == 0, mended.err);
    CHECK(world.server().counters().requests == before + 5 * 2);  // derived rows need no host
    CHECK(world.run(database, {"db", "check"}).exit_code == 0);
    CHECK(world.run(database, {"doctor", "--offline"}).exit_code == 0);
    CHECK(first_difference(whole, dump(database)) == "");
  }
}

TEST_CASE("reprocessing everything calls no game unchanged whose rows are not") {
  scene world{20};
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, backfill).exit_code == 0);
  const auto whole = dump(database);
  change(database, "DELETE FROM officials WHERE game_id = '0022400001'");
  change(database, "DELETE FROM outcomes WHERE game_id = '0022400002'");
  auto words = backfill;
  words.insert(words.end(), {"--reprocess", "all"});
  const auto answer = world.run(database, words);
  CHECK_MESSAGE(answer.exit_code == 0, answer.err);
  CHECK(first_difference(whole, dump(database)) == "");
  CHECK(world.run(database, verify).exit_code == 0);
}

TEST_CASE(
    "a name that was changed by hand comes back with the last game, and a ledger row that is nonsense with its own") {
  scene world{20};
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    const auto whole = dump(database);
    change(database, "UPDATE teams SET name = 'Nobodies' WHERE team_id = (SELECT MIN(team_id) FROM teams)");
    change(database,
           "UPDATE players SET family_name = 'X', last_game_date = '2031-01-01' WHERE player_id = "
           "(SELECT MIN(player_id) FROM players)");
    change(database, "UPDATE ingest_games SET state = 'bogus' WHERE game_id = '0022400004'");
    CHECK(world.run(database, verify).exit_code == 3);
    const auto answer = world.run(database, {"db", "repair"});
    CHECK_MESSAGE(answer.exit_code == 0, (answer.err + answer.out));
    CHECK(world.run(database, verify).exit_code == 0);
    CHECK(first_difference(whole, dump(database)) == "");

    // Beside a name, a row under no game's id: that one is left, counted, and the run says the same as the program.
    change(database, "UPDATE teams SET name = 'Nobodies' WHERE team_id = (SELECT MIN(team_id) FROM teams)");
    change(database,
           "INSERT INTO ingest_games (game_id, season, game_type, game_date, state, updated_at) SELECT 'hello', "
           "season, game_type, game_date, 'planned', updated_at FROM ingest_games WHERE game_id = '0022400004'");
    const auto rest = world.run(database, {"db", "repair"});
    CHECK_MESSAGE(rest.exit_code == 1, (rest.err + rest.out));
    CHECK_MESSAGE(rest.err.find("exit_code=1 ") != std::string::npos, rest.err);
    CHECK(ask(database, "SELECT exit_code FROM ingest_runs ORDER BY started_at DESC, run_id DESC LIMIT 1") == "1");
  }
}
