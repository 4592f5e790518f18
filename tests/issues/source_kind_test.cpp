// Synthetic games never come to stand beside real ones over HTTP either: the whole program against a server that says
// what it is, on both stores.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kind_held = "SELECT coalesce((SELECT value FROM meta WHERE key = 'source_kind'), 'nothing')";
constexpr const char* stored =
    "SELECT (SELECT count(*) FROM games) + (SELECT count(*) FROM schedule_games) + (SELECT count(*) FROM ingest_games)";

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Only those of a short run.
const std::vector<std::string> some_days{"schedule", "backfill", "--season", "2024-25", "--to", "2024-12-01"};

std::vector<std::string> synthetic(std::vector<std::string> words) {
  words.insert(words.end(), {"--source", "sim"});
  return words;
}

}  // namespace

TEST_CASE("a real run that meets the synthetic league stores nothing and decides nothing, and its fix works") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world;
    world.server().set_marks_answers(true);
    const auto database = world.new_database(backend);
    const auto server = world.server().url();
    for (const auto& words : {some_days, std::vector<std::string>{"schedule", "daily", "--date", "2024-11-20"}}) {
      const auto refused = world.run(database, words);
      CHECK_MESSAGE(refused.exit_code == 120, refused.err);
      CHECK(contains(refused.err, "--source sim with NBA_SIM_URL=" + server));
      CHECK(contains(refused.err, "class=configuration"));
    }
    auto dry = some_days;
    dry.push_back("--dry-run");
    CHECK(world.run(database, dry).exit_code == 120);
    CHECK(ask(database, kind_held) == "nothing");
    CHECK(ask(database, stored) == "0");

    const auto filled = world.run(database, synthetic(some_days), {{"NBA_SIM_URL", server}});
    CHECK_MESSAGE(filled.exit_code == 0, filled.err);
    CHECK(ask(database, kind_held) == "synthetic");
    CHECK(ask(database, "SELECT min(source) || ' ' || max(source) FROM games") == "sim sim");

    // From then on by what the database holds.
    world.server().set_marks_answers(false);
    CHECK(world.run(database, some_days).exit_code == 120);
    // And a synthetic one takes nothing from a host that does not say what it serves.
    const auto other = world.new_database(backend);
    const auto unmarked = world.run(other, synthetic(some_days), {{"NBA_SIM_URL", server}});
    CHECK(unmarked.exit_code == 120);
    CHECK(contains(unmarked.err, "does not say that its games are synthetic"));
    CHECK(ask(other, kind_held) == "nothing");
    CHECK(ask(other, stored) == "0");
  }
}

TEST_CASE("a young stored plan does not help a run past a host of the other kind") {
  scene world;
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, some_days).exit_code == 0);
  world.server().set_marks_answers(true);
  const auto before = dump(database);
  const auto refused = world.run(database, {"schedule", "backfill", "--season", "2024-25"});
  CHECK_MESSAGE(refused.exit_code == 120, refused.err);
  CHECK(dump(database) == before);
  CHECK(ask(database, "SELECT count(*) FROM games WHERE game_date > '2024-12-01'") == "0");
}

TEST_CASE("a host that becomes the synthetic league in the middle of a run ends it, and no game is blamed") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world{scene_settings{{.regular_games = 120}, *parse_latency("20"), {}}};
    const auto database = world.new_database(backend);
    const auto run = world.start(database, backfill);
    for (const auto end = std::chrono::steady_clock::now() + 60s;
         world.server().counters().requests < 60 && std::chrono::steady_clock::now() < end;)
      std::this_thread::sleep_for(10ms);
    world.server().set_marks_answers(true);
    const auto ended = run->wait(60s);
    REQUIRE(ended);
    CHECK_MESSAGE(ended->exit_code == 120, ended->err);
    CHECK(contains(ended->err, "NBA_SIM_URL"));
    CHECK(ask(database, "SELECT count(*) FROM dead_letters") == "0");
    CHECK(ask(database, "SELECT exit_code FROM ingest_runs") == "120");
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state NOT IN ('planned', 'loaded', 'done')") == "0");

    world.server().set_marks_answers(false);
    CHECK(world.run(database, backfill).exit_code == 0);
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state <> 'done'") == "0");
  }
}
