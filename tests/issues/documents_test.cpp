// Documents that contradict the schedule, each other or what is stored, and values that are odd: end to end, the same
// on both stores.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace nba;
using namespace nba::test;
using json = nlohmann::ordered_json;

namespace {

// A game's two documents, to be edited.
struct documents {
  json box, plays;
  documents(const league& of, const game_id& id)
      : box(json::parse(of.boxscore_json(id).value())), plays(json::parse(of.playbyplay_json(id).value())) {}
  json& game() { return box["game"]; }
  json& actions() { return plays["game"]["actions"]; }
  void serve(scene& world, const game_id& id) {
    game()["gameId"] = plays["game"]["gameId"] = id.str();
    world.server().set_override(id, endpoint::boxscore, box.dump());
    world.server().set_override(id, endpoint::playbyplay, plays.dump());
  }
};

std::vector<planned_game> regular_games(const scene& world) {
  std::vector<planned_game> games;
  for (const auto& game : world.league().games())
    if (game.id.type() == game_type::regular) games.push_back(game);
  return games;
}

std::string of_game(const std::string& database, const std::string& column, const game_id& id) {
  return ask(database, "SELECT " + column + " FROM ingest_games WHERE game_id = '" + id.str() + "'");
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

const std::vector<std::string> regular_season = [] {
  auto arguments = backfill;
  arguments.insert(arguments.end(), {"--game-types", "regular"});
  return arguments;
}();

}  // namespace

TEST_CASE("documents of another game, another day or another scorer are parked with the rule and both values") {
  scene world{20};
  const auto games = regular_games(world);
  const auto &another = games.at(3), &year_one = games.at(5), &exchanged = games.at(7), &one_scorer = games.at(9);
  const auto other = std::find_if(games.begin(), games.end(), [&](const auto& game) {
    return game.home_team_id != another.home_team_id && game.away_team_id != another.away_team_id;
  });
  REQUIRE(other != games.end());
  documents{world.league(), other->id}.serve(world, another.id);

  documents dated{world.league(), year_one.id};
  dated.game()["gameEt"] = "0001-01-01T00:00:00-05:00";
  dated.game()["gameTimeUTC"] = "0001-01-01T05:00:00Z";
  dated.serve(world, year_one.id);

  documents sides{world.league(), exchanged.id};
  std::swap(sides.game()["homeTeam"], sides.game()["awayTeam"]);
  for (auto& action : sides.actions()) std::swap(action["scoreHome"], action["scoreAway"]);
  sides.serve(world, exchanged.id);

  documents scorer{world.league(), one_scorer.id};
  for (auto& action : scorer.actions())
    if (action.contains("shotResult"))
      for (const auto* side : {"homeTeam", "awayTeam"})
        if (scorer.game()[side]["teamId"] == action["teamId"])
          action["personId"] = scorer.game()[side]["players"][0]["personId"];
  scorer.serve(world, one_scorer.id);

  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    const auto run = world.run(database, regular_season);
    CHECK_MESSAGE(run.exit_code == 4, run.err);
    const auto parked = [&](const planned_game& game, const std::string& rule, const std::vector<std::string>& values) {
      CAPTURE(rule);
      CHECK(of_game(database, "state", game.id) == "parked");
      CHECK(of_game(database, "error_class", game.id) == "rejected");
      const auto error = ask(database, "SELECT error FROM dead_letters WHERE game_id = '" + game.id.str() + "'");
      CAPTURE(error);
      CHECK(error.find(rule) != std::string::npos);
      for (const auto& value : values) CHECK(error.find(value) != std::string::npos);
    };
    parked(another, "schedule_teams", {another.home_tricode, other->home_tricode});
    parked(year_one, "dates_are_sane", {"0001-01-01", "2024-25"});
    parked(exchanged, "schedule_teams", {"sides exchanged"});
    parked(one_scorer, "player_points_are_events", {"points in the box score"});
    CHECK(ask(database, "SELECT count(*) FROM games WHERE game_id IN ('" + another.id.str() + "', '" +
                            year_one.id.str() + "')") == "0");
    CHECK(world.run(database, {"validate", "--season", "2024-25"}).exit_code == 0);
  }
}

TEST_CASE("odd values that nobody needs become NULL, with one warning a field; the games are done") {
  scene world{20};
  const auto games = regular_games(world);
  for (const auto i : {1, 2}) {
    documents odd{world.league(), games.at(static_cast<std::size_t>(i)).id};
    odd.game()["attendance"] = "18,978";
    odd.game()["duration"] = i == 1 ? "2:17" : "";
    odd.game()["arena"]["arenaState"] = 0;
    odd.game()["officials"].push_back(odd.game()["officials"][0]);
    for (auto& player : odd.game()["homeTeam"]["players"]) {
      player["jerseyNum"] = 7;
      if (player["played"] == "0") player["statistics"]["minutes"] = "";
    }
    for (auto& action : odd.actions()) action["x"] = action["y"] = "";
    odd.serve(world, games.at(static_cast<std::size_t>(i)).id);
  }
  const auto& odd = games.at(1).id;
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    const auto run = world.run(database, regular_season);
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    for (const auto* field : {"game.attendance", "game.duration", "game.arena.arenaState", "game.officials[].personId",
                              "game.homeTeam.players[].jerseyNum", "game.actions[].x", "game.actions[].y"}) {
      CAPTURE(field);
      CHECK_MESSAGE(count_of(run.err, std::string("WARN payload.odd_value field=") + field + " ") == 1, run.err);
    }
    CHECK(run.err.find("18,978") != std::string::npos);
    CHECK(ask(database, "SELECT count(*) FROM games WHERE attendance IS NULL AND duration_minutes IS NULL") == "2");
    CHECK(ask(database, "SELECT count(*) FROM pbp_events WHERE x IS NOT NULL AND game_id = '" + odd.str() + "'") ==
          "0");
    CHECK(ask(database, "SELECT count(*) FROM lineup_stints WHERE game_id = '" + odd.str() + "'") != "0");
  }
}

TEST_CASE("a correction by hand is left out where the record is another one, with one warning") {
  // The synthetic league has real ids: this one has an override.
  scene world{80};
  const auto id = *game_id::parse("0022400061");
  const auto games = regular_games(world);
  REQUIRE(std::any_of(games.begin(), games.end(), [&](const auto& game) { return game.id == id; }));
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    const auto run = world.run(database, regular_season);
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    CHECK_MESSAGE(count_of(run.err, "WARN override.skipped game_id=" + id.str()) == 1, run.err);
    CHECK(run.err.find("derive.problem") == std::string::npos);
    CHECK(ask(database, "SELECT count(*) FROM lineup_stints WHERE game_id = '" + id.str() + "'") != "0");
    CHECK(world.run(database, {"status"}).out.find("Corrected by hand") == std::string::npos);
  }
}

TEST_CASE("an older document does not replace a newer one, unless it is told to") {
  scene world{20};
  const auto id = regular_games(world).at(4).id;
  documents older{world.league(), id};
  for (auto& action : older.actions()) action["edited"] = action["timeActual"];
  auto newer = older;
  newer.actions().back()["edited"] = "2026-01-01T00:00:00Z";
  newer.game()["attendance"] = 12'345;
  older.game()["attendance"] = 54;
  auto again = regular_season;
  again.insert(again.end(), {"--reprocess", "all"});
  auto forced = again;
  forced.push_back("--allow-older");
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    newer.serve(world, id);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, regular_season).exit_code == 0);
    const auto before = dump(database);
    const auto attendance = [&] {
      return ask(database, "SELECT attendance FROM games WHERE game_id = '" + id.str() + "'");
    };
    older.serve(world, id);
    const auto kept = world.run(database, again);
    CHECK_MESSAGE(kept.exit_code == 0, kept.err);
    CHECK_MESSAGE(count_of(kept.err, "WARN game.older_document game_id=" + id.str()) == 1, kept.err);
    CHECK(kept.err.find("2026-01-01") != std::string::npos);
    CHECK(attendance() == "12345");
    CHECK(of_game(database, "state", id) == "done");
    CHECK(first_difference(before, dump(database)) == "");
    REQUIRE(world.run(database, forced).exit_code == 0);
    CHECK(attendance() == "54");
    newer.serve(world, id);
    const auto newest = world.run(database, again);
    CHECK(newest.err.find("older_document") == std::string::npos);
    CHECK(attendance() == "12345");
  }
}
