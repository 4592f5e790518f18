// Dead letters end to end: parked with everything, retried alone, waived by decree; the same on both stores.
#include "pipeline/exit_codes.hpp"
#include "tests/integration/pipeline/scene.hpp"
#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace nba;
using namespace nba::test;

namespace {

constexpr const char* unresolved = "SELECT count(*) FROM dead_letters WHERE resolved_at IS NULL";

std::string state_of(const std::string& database, const game_id& id) {
  return ask(database, "SELECT state FROM ingest_games WHERE game_id = '" + id.str() + "'");
}

std::string mark_of(const std::string& database) {
  return ask(database, "SELECT value FROM ingest_watermarks WHERE stage = 'backfill' AND key = '2024-25'");
}

// A game's own box score with one point too many for one player: well-formed, and wrong.
std::string with_a_point_too_many(const league& of, const game_id& id) {
  auto text = of.boxscore_json(id).value();
  const auto at = text.find("\"points\":", text.find("\"players\":"));
  const auto digits = at + std::string_view{"\"points\":"}.size();
  const auto end = text.find_first_of(",}", digits);
  return text.replace(digits, end - digits, std::to_string(std::stoi(text.substr(digits, end - digits)) + 1));
}

// A season of which two games of the regular season are parked: the third is rejected, the fifth is no game at all.
struct parked_season {
  scene world{40};
  std::string database;
  std::vector<game_id> regular;
  game_id rejected, html;

  explicit parked_season(const std::string& backend) : database(world.new_database(backend)) {
    for (const auto& game : world.league().games())
      if (game.id.type() == game_type::regular) regular.push_back(game.id);
    std::sort(regular.begin(), regular.end());
    rejected = regular.at(2);
    html = regular.at(4);
    world.server().set_override(rejected, endpoint::boxscore, with_a_point_too_many(world.league(), rejected));
    world.server().set_override(html, endpoint::boxscore, "<html><title>Just a moment</title></html>");
    const auto run = world.run(database, backfill);
    REQUIRE_MESSAGE(run.exit_code == 2, run.err);
    REQUIRE(mark_of(database) == regular.at(1).str());
  }
  void mend() {
    world.server().clear_override(rejected, endpoint::boxscore);
    world.server().clear_override(html, endpoint::boxscore);
  }
  std::uint64_t requests(const game_id& id) { return world.server().counters().by_game[id.str()]; }
};

}  // namespace

TEST_CASE(
    "what a host answered in place of a document is kept, can be looked at, and is not what a retry starts from") {
  parked_season season{"sqlite"};
  auto& [world, database, regular, rejected, html] = season;
  // Broken off in the middle: what had come of it.
  const auto cut = regular.at(8);
  world.server().set_faults({*parse_fault("drop:game=" + cut.str())});
  auto once_more = backfill;
  once_more.insert(once_more.end(), {"--game", cut.str(), "--reprocess", "all"});
  world.run(database, once_more);
  const auto shown = world.run(database, {"dlq", "show", html.str()});
  CHECK(shown.out.find("what the host answered: no retry starts from it") != std::string::npos);
  CHECK(shown.out.find("--refetch") == std::string::npos);
  const auto folder = world.folder().path() / "saved";
  const auto saved = world.run(database, {"dlq", "show", html.str(), "--save", folder.string()});
  CHECK(saved.exit_code == 0);
  CHECK(read_file(folder / (html.str() + ".boxscore")) == "<html><title>Just a moment</title></html>");
  // Not over what is there; and of a game whose documents came, both.
  CHECK(world.run(database, {"dlq", "show", html.str(), "--save", folder.string()}).exit_code == 119);
  CHECK(world.run(database, {"dlq", "show", rejected.str(), "--save", folder.string()}).exit_code == 0);
  CHECK(read_file(folder / (rejected.str() + ".playbyplay")) == world.league().playbyplay_json(rejected).value());
}

TEST_CASE("a parked game is retried alone: from its stored payload, or from the host when that is what failed") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    parked_season season{backend};
    auto& [world, database, regular, rejected, html] = season;
    CHECK(ask(database, "SELECT error FROM dead_letters WHERE game_id = '" + rejected.str() + "'").find("points") !=
          std::string::npos);
    CHECK(ask(database, "SELECT count(*) FROM dead_letters WHERE payload IS NOT NULL AND payload_sha256 <> ''") == "1");
    const auto shown = world.run(database, {"dlq", "show", rejected.str()});
    CHECK(shown.out.find("dlq retry") != std::string::npos);

    // The host is right by now, but what is stored is not: without a request the game fails as it did.
    season.mend();
    const auto requests_before = world.server().counters().requests;
    const auto again = world.run(database, {"dlq", "retry", rejected.str()});
    CHECK_MESSAGE(again.exit_code == 1, again.err);
    CHECK(world.server().counters().requests == requests_before);
    CHECK(ask(database, "SELECT attempts FROM dead_letters WHERE game_id = '" + rejected.str() + "'") == "2");
    CHECK(ask(database, "SELECT count(*) FROM dead_letters WHERE payload_sha256 IS NOT NULL") == "1");

    // All of them: one from the store, one from the host; no neighbour is asked for.
    const auto both = world.run(database, {"dlq", "retry", "--season", "2024-25"});
    CHECK_MESSAGE(both.exit_code == 1, both.err);
    CHECK(world.server().counters().requests == requests_before + 2);
    CHECK(state_of(database, html) == "done");
    CHECK(state_of(database, rejected) == "parked");
    CHECK(ask(database, "SELECT resolution FROM dead_letters WHERE game_id = '" + html.str() + "'") == "retried");
    CHECK(mark_of(database) == regular.at(1).str());

    // Asked again, the game is as it should be, and the watermark moves over everything after it.
    CHECK(world.run(database, {"dlq", "retry", "--class", "transient", "--refetch"}).out.find("Nothing to do") !=
          std::string::npos);
    const auto fetched = world.run(database, {"dlq", "retry", "--class", "rejected", "--refetch"});
    CHECK_MESSAGE(fetched.exit_code == 0, fetched.err);
    CHECK(world.server().counters().requests == requests_before + 4);
    CHECK(state_of(database, rejected) == "done");
    CHECK(ask(database, unresolved) == "0");
    CHECK(mark_of(database) == regular.back().str());
    CHECK(world.run(database, {"dlq", "retry"}).exit_code == 0);

    // As if nothing had ever been wrong.
    const auto undisturbed = world.new_database(backend);
    REQUIRE(world.run(undisturbed, backfill).exit_code == 0);
    auto expected = dump(undisturbed), found = dump(database);
    expected.erase("dead_letters");
    found.erase("dead_letters");
    CHECK(first_difference(expected, found) == "");
  }
}

TEST_CASE("a game with a dead letter is retried whatever a later run found it to be") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    parked_season season{backend};
    auto& [world, database, regular, rejected, html] = season;
    season.mend();
    // The host has no data for one of them: a suspicion, and the letter stays open.
    world.server().set_faults({*parse_fault("403:game=" + html.str())});
    REQUIRE(world.run(database, backfill).exit_code == 0);
    REQUIRE(state_of(database, html) == "parked");
    REQUIRE(ask(database, unresolved) == "1");
    REQUIRE(ask(database, "SELECT closing_ground || closing_occasions FROM ingest_games WHERE game_id = '" +
                              html.str() + "'") == "refused1");
    world.server().set_faults({});
    const auto done = season.requests(rejected);
    CHECK(world.run(database, {"dlq", "retry", "--dry-run"}).out.find("not tried") == std::string::npos);
    const auto again = world.run(database, {"dlq", "retry", html.str()});
    CHECK_MESSAGE(again.exit_code == 0, again.err);
    CHECK(again.out.find("1 done") != std::string::npos);
    CHECK(state_of(database, html) == "done");
    CHECK(ask(database, unresolved) == "0");
    CHECK(season.requests(rejected) == done);  // nobody named it
  }
}

TEST_CASE("a game that was named and cannot be tried is named in turn, with the reason") {
  parked_season season{"sqlite"};
  auto& [world, database, regular, rejected, html] = season;
  season.mend();
  const auto replan = [&](const game_id& id, const std::function<void(planned_game&)>& change) {
    const auto store = open(database);
    auto plan = *store->read_plan(nba::season{2024});
    const auto found = std::find_if(plan.begin(), plan.end(), [&](const auto& game) { return game.id == id; });
    REQUIRE(found != plan.end());
    found->status = game_status::scheduled;
    found->home_score = found->away_score = std::nullopt;
    change(*found);
    REQUIRE(store->write_plan(nba::season{2024}, plan));
    // As if the schedule had never had a result of it.
    nba::test::change(database, "UPDATE ingest_games SET played_evidence = NULL WHERE game_id = '" + id.str() + "'");
  };
  const auto requests = world.server().counters().requests;
  const auto is_named = [&](const game_id& id, const std::string& reason) {
    const auto choice = world.run(database, {"dlq", "retry", "--dry-run", id.str()});
    CHECK_MESSAGE(choice.out.find(id.str() + " is not tried: " + reason) != std::string::npos, choice.out);
    const auto retried = world.run(database, {"dlq", "retry", id.str()});
    CHECK_MESSAGE(retried.exit_code == 0, retried.err);
    CHECK_MESSAGE(retried.out.find(reason) != std::string::npos, retried.out);
    CHECK(retried.out.find(id.str()) != std::string::npos);
    CHECK(world.server().counters().requests == requests);
  };
  // Off its date; a retry plans by the stored schedule, which closes nothing.
  replan(rejected, [](auto& game) { game.postponed = true; });
  is_named(rejected, "postponed from");
  CHECK(state_of(database, rejected) == "parked");
  // Still to come.
  replan(html, [](auto& game) { game.date = et_date_of(utc_now()) + date::days{30}; });
  is_named(html, "scheduled for");
  CHECK(state_of(database, html) == "parked");
  CHECK(ask(database, unresolved) == "2");
}

TEST_CASE("a stored payload that cannot be read counts as none: the host is asked, at its pace") {
  parked_season season{"sqlite"};
  auto& [world, database, regular, rejected, html] = season;
  season.mend();
  nba::test::change(database,
                    "UPDATE dead_letters SET payload = 'no packed payload' WHERE game_id = '" + rejected.str() + "'");
  const auto choice = world.run(database, {"dlq", "retry", "--dry-run", rejected.str()});
  CHECK(choice.out.find("the host") != std::string::npos);
  CHECK(choice.out.find("stored payload") == std::string::npos);
  const auto before = season.requests(rejected);
  const auto again = world.run(database, {"dlq", "retry", rejected.str()});
  CHECK_MESSAGE(again.exit_code == 0, again.err);
  CHECK(season.requests(rejected) == before + 2);
  CHECK(state_of(database, rejected) == "done");
}

TEST_CASE("a waived game is terminal, with its reason, and the watermark moves over it") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    parked_season season{backend};
    auto& [world, database, regular, rejected, html] = season;
    CHECK(world.run(database, {"dlq", "waive", rejected.str(), "--reason", " "}).exit_code == 100);
    CHECK(world.run(database, {"dlq", "waive", "77", "--reason", "no such letter"}).exit_code == exit_usage);
    CHECK(world.run(database, {"dlq", "waive", regular.at(0).str(), "--reason", "it is done"}).exit_code == 100);
    CHECK(state_of(database, rejected) == "parked");

    const auto waived = world.run(database, {"dlq", "waive", rejected.str(), "--reason", "the league's own error"});
    CHECK_MESSAGE(waived.exit_code == 0, waived.err);
    CHECK(waived.err.find("WARN game.waived game_id=" + rejected.str() + " reason=\"the league's own error\"") !=
          std::string::npos);
    CHECK(state_of(database, rejected) == "waived");
    CHECK(ask(database, "SELECT resolution || ': ' || reason FROM dead_letters WHERE game_id = '" + rejected.str() +
                            "'") == "waived: the league's own error");
    CHECK(mark_of(database) == regular.at(3).str());  // up to the next dead letter
    CHECK(ask(database, unresolved) == "1");

    // What is waived is asked for no more.
    season.mend();
    const auto before = season.requests(rejected);
    const auto run = world.run(database, backfill);
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("1 closed before, without rows") != std::string::npos);
    CHECK(season.requests(rejected) == before);
    CHECK(mark_of(database) == regular.back().str());
    CHECK(state_of(database, rejected) == "waived");
    const auto listed = world.run(database, {"gaps", "--season", "2024-25", "--closed"});
    CHECK(listed.out.find(rejected.str()) != std::string::npos);
    CHECK(listed.out.find("the league's own error") != std::string::npos);

    // Taken back: it is expected again, the mark stays, and the next run has it.
    CHECK(world.run(database, {"dlq", "reopen", regular.at(0).str()}).exit_code == 100);
    CHECK(world.run(database, {"dlq", "reopen", "77"}).exit_code == exit_usage);
    const auto opened = world.run(database, {"dlq", "reopen", rejected.str()});
    CHECK_MESSAGE(opened.exit_code == 0, opened.err);
    CHECK(opened.err.find("WARN game.reopened game_id=" + rejected.str()) != std::string::npos);
    CHECK(state_of(database, rejected) == "planned");
    CHECK(mark_of(database) == regular.back().str());
    CHECK(world.run(database, {"gaps", "--season", "2024-25"}).out.find(rejected.str()) != std::string::npos);
    CHECK(world.run(database, backfill).exit_code == 0);
    CHECK(state_of(database, rejected) == "done");
  }
}

TEST_CASE("a game that holds its lane without a dead letter can be waived too") {
  scene world{40};
  const auto database = world.new_database("sqlite");
  std::vector<game_id> regular;
  for (const auto& game : world.league().games())
    if (game.id.type() == game_type::regular) regular.push_back(game.id);
  std::sort(regular.begin(), regular.end());
  const auto missing = regular.at(2);
  auto rule = *parse_fault("403:game=" + missing.str());
  world.server().set_faults({rule});
  REQUIRE(world.run(database, backfill).exit_code == 0);
  REQUIRE(state_of(database, missing) == "planned");  // one confirmation of three
  CHECK(mark_of(database) == regular.at(1).str());
  CHECK(world.run(database, {"dlq", "waive", missing.str(), "--reason", "was never recorded"}).exit_code == 0);
  CHECK(state_of(database, missing) == "waived");
  CHECK(ask(database, "SELECT error FROM ingest_games WHERE game_id = '" + missing.str() + "'") ==
        "was never recorded");
  CHECK(mark_of(database) == regular.back().str());
}

TEST_CASE("retry and waive beside a run are told who holds the lock, and change nothing") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    parked_season season{backend};
    auto& [world, database, regular, rejected, html] = season;
    season.mend();
    for (const auto& [stage, key] : {std::pair{"backfill", "2024-25"}, std::pair{"schedule", "daily"}}) {
      const auto holder = open(database);
      auto lock = holder->try_lock(stage, key, "the-other-run");
      REQUIRE(lock);
      REQUIRE(std::holds_alternative<std::unique_ptr<run_lock>>(*lock));
      const auto before = dump(database);
      for (const auto& words : {std::vector<std::string>{"dlq", "retry"},
                                std::vector<std::string>{"dlq", "waive", rejected.str(), "--reason", "late"}}) {
        const auto second = world.run(database, words);
        CHECK(second.exit_code == 122);
        CHECK(second.err.find("the-other-run") != std::string::npos);
      }
      CHECK(first_difference(before, dump(database)) == "");
    }
    CHECK(world.run(database, {"dlq", "retry", "--refetch"}).exit_code == 0);
  }
}
