// Trouble of a host is not blamed on its games, nor a game's on its host; pauses are seen.
#include "pipeline/packed_payloads.hpp"
#include "pipeline/source/canary.hpp"
#include "tests/integration/pipeline/scene.hpp"
#include "tests/support/raw_server.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <csignal>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <tuple>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* dead_letters = "SELECT count(*) FROM dead_letters";
constexpr const char* open_games = "SELECT count(*) FROM ingest_games WHERE state <> 'done'";
constexpr const char* kept_pauses = "SELECT count(*) FROM ingest_watermarks WHERE stage IN ('host', 'host_reason')";

// Repeated tries follow each other quickly.
std::map<std::string, std::string> quick(const scene& world) {
  const auto file = world.folder().path() / "quick.toml";
  std::ofstream(file) << "[retry]\nbackoff_first_ms = 20\nbackoff_max_ms = 100\n";
  return {{"NBA_SCRAPER_CONFIG", file.string()}};
}

template <class Condition>
bool comes_true(const Condition& condition, std::chrono::seconds within = 60s) {
  for (const auto end = std::chrono::steady_clock::now() + within; std::chrono::steady_clock::now() < end;) {
    if (condition()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

bool logs(const child_process& run, const std::string& words) {
  return comes_true([&] { return run.err_so_far().find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE(
    "a host that fails for everything from some request on is left alone: no dead letter, and the next run completes") {
  for (const std::string backend : {"sqlite", "postgresql"})
    for (const std::string trouble : {"html", "reset"}) {
      CAPTURE(backend);
      CAPTURE(trouble);
      scene world{scene_settings{{.regular_games = 120}, {}, {}}};
      const auto database = world.new_database(backend);
      const auto run = world.start(database, backfill, quick(world));
      const auto asked = [&] { return world.server().counters().requests; };
      REQUIRE(comes_true([&] { return asked() >= 60; }));
      world.server().set_faults({*parse_fault(trouble)});
      const auto before = asked();
      REQUIRE(logs(*run, "host.blocked"));
      // Killed in its pause: the next process knows of it, and so does a person who asks.
      REQUIRE(comes_true([&] { return ask(database, kept_pauses) == "2"; }));
      const auto host = host_of(world.server().cdn_url());
      const auto status = unwrapped(world.run(database, {"status"}).out);
      CHECK_MESSAGE(status.find(host + " paused until ") != std::string::npos, status);
      CHECK_MESSAGE(status.find("probe 1 of 5") != std::string::npos, status);
      const auto json = nlohmann::json::parse(world.run(database, {"status", "--json"}).out);
      REQUIRE(json["hosts"].size() == 1);
      CHECK(json["hosts"][0]["host"] == host);
      CHECK(json["hosts"][0]["probe"] == 1);
      CHECK(json["hosts"][0]["probes_max"] == 5);
      CHECK(json["hosts"][0]["reason"].is_string());
      run->signal(SIGTERM);
      const auto ended = run->wait(60s);
      REQUIRE(ended);
      CHECK(ended->exit_code == 143);
      CHECK(ended->err.find("reason=") != std::string::npos);
      CHECK(asked() - before <= 100);
      CHECK(ask(database, dead_letters) == "0");

      world.server().set_faults({});
      CHECK(world.run(database, {"watermark", "reset", "host", host}).exit_code == 0);
      const auto next = world.run(database, backfill);
      CHECK_MESSAGE(next.exit_code == 0, next.err);
      CHECK(ask(database, open_games) == "0");
      CHECK(ask(database, dead_letters) == "0");
    }
}

TEST_CASE("a host that answers every game with another game's document, or with an empty one, is left alone") {
  for (const std::string backend : {"sqlite", "postgresql"})
    for (const bool empty : {false, true}) {
      CAPTURE(backend);
      CAPTURE(empty);
      scene world{scene_settings{{.regular_games = 120}, {}, {}}};
      const auto& games = world.league().games();
      const auto documents = {endpoint::boxscore, endpoint::playbyplay};
      const auto database = world.new_database(backend);
      const auto& one = games.front().id;  // the document that a cache has for everybody; its own game gets another one
      const auto& two = games.back().id;
      const auto body_for = [&](const game_id& id, endpoint what) -> std::string {
        if (empty) return R"({"meta":{"version":1,"code":200},"game":{}})";
        const auto& other = id == one ? two : one;
        return what == endpoint::boxscore ? world.league().boxscore_json(other).value()
                                          : world.league().playbyplay_json(other).value();
      };
      std::vector<game_id> served;
      for (const auto& game : games) served.push_back(game.id);
      served.push_back(*game_id::parse(default_canary_game));
      std::vector<std::tuple<game_id, endpoint, std::string>> wrong;  // made before the run, which would not wait
      for (const auto& id : served)
        for (const auto what : documents) wrong.emplace_back(id, what, body_for(id, what));
      const auto run = world.start(database, backfill, quick(world));
      const auto asked = [&] { return world.server().counters().requests; };
      REQUIRE(comes_true([&] { return asked() >= 60; }));
      for (const auto& [id, what, body] : wrong) world.server().set_override(id, what, body);
      const auto before = asked();
      REQUIRE(logs(*run, "host.blocked"));
      run->signal(SIGTERM);
      const auto ended = run->wait(60s);
      REQUIRE(ended);
      CHECK(ended->exit_code == 143);
      CHECK(asked() - before <= 100);
      CHECK(std::stoi(ask(database, dead_letters)) <= 3);

      for (const auto& id : served)
        for (const auto what : documents) world.server().clear_override(id, what);
      const auto host = host_of(world.server().cdn_url());
      CHECK(world.run(database, {"watermark", "reset", "host", host}).exit_code == 0);
      const auto next = world.run(database, backfill);
      CHECK_MESSAGE(next.exit_code == 0, next.err);
      CHECK(ask(database, open_games) == "0");
    }
}

TEST_CASE("one game whose documents are another game's is parked with the rule and both ids, and keeps them") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world{40};
    const auto bad = world.league().games().at(7).id, other = world.league().games().at(8).id;
    world.server().set_override(bad, endpoint::boxscore, world.league().boxscore_json(other).value());
    world.server().set_override(bad, endpoint::playbyplay, world.league().playbyplay_json(other).value());
    const auto database = world.new_database(backend);
    const auto run = world.run(database, backfill, quick(world));
    CHECK_MESSAGE(run.exit_code == 1, run.err);
    CHECK(run.err.find("host.blocked") == std::string::npos);
    CHECK(ask(database, "SELECT game_id FROM ingest_games WHERE state <> 'done'") == bad.str());
    CHECK(ask(database, "SELECT error_class FROM dead_letters") == "rejected");
    const auto error = ask(database, "SELECT error FROM dead_letters");
    for (const auto& words : {std::string("game_as_asked"), bad.str(), other.str()})
      CHECK_MESSAGE(error.find(words) != std::string::npos, error);
    const auto letter = ask(database, "SELECT dead_letter_id FROM dead_letters");
    const auto stored = open(database)->read_dead_letter(std::stoll(letter));
    REQUIRE(stored);
    REQUIRE(*stored);
    const auto kept = unpack_payloads((*stored)->payload);
    REQUIRE(kept);
    CHECK(kept->bodies[endpoint::boxscore] == world.league().boxscore_json(other).value());
    CHECK(kept->bodies[endpoint::playbyplay] == world.league().playbyplay_json(other).value());

    // Asked again, the host has the right ones.
    world.server().clear_override(bad, endpoint::boxscore);
    world.server().clear_override(bad, endpoint::playbyplay);
    CHECK(world.run(database, {"dlq", "retry"}).exit_code == 0);
    CHECK(ask(database, open_games) == "0");
  }
}

TEST_CASE(
    "documents whose shape has changed for every game: the run stops asking, parks none, and the next one completes") {
  for (const std::string backend : {"sqlite", "postgresql"})
    for (const bool rejected : {false, true}) {
      CAPTURE(backend);
      CAPTURE(rejected);
      scene world{scene_settings{{.regular_games = 120}, {}, {}}};
      const auto& games = world.league().games();
      const auto database = world.new_database(backend);
      std::map<game_id, std::string> changed;
      for (const auto& game : games) {
        auto plays = nlohmann::json::parse(world.league().playbyplay_json(game.id).value());
        auto& actions = plays["game"]["actions"];
        if (rejected) {
          for (auto& action : actions) action.erase("shotResult");
        } else {
          plays["game"]["plays"] = std::move(actions);
          plays["game"].erase("actions");
        }
        changed.emplace(game.id, plays.dump());
      }
      const auto run = world.start(database, backfill, quick(world));
      const auto asked = [&] { return world.server().counters().requests; };
      REQUIRE(comes_true([&] { return asked() >= 60; }));
      for (const auto& [id, plays] : changed) world.server().set_override(id, endpoint::playbyplay, plays);
      const auto before = asked();
      const auto ended = run->wait(120s);
      REQUIRE(ended);
      CHECK(asked() - before <= 100);
      CHECK_MESSAGE(ended->exit_code >= 8, ended->err);
      CHECK(ended->exit_code <= 50);
      CHECK(ended->err.find("ERROR documents.changed games=8 ") != std::string::npos);
      CHECK(unwrapped(ended->out).find("documents are not what they were") != std::string::npos);
      CHECK(ask(database, dead_letters) == "0");
      CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state NOT IN ('done', 'planned')") == "0");
      const auto status = world.run(database, {"status"});
      CHECK(status.exit_code == 0);

      for (const auto& game : games) world.server().clear_override(game.id, endpoint::playbyplay);
      const auto next = world.run(database, backfill);
      CHECK_MESSAGE(next.exit_code == 0, next.err);
      CHECK(ask(database, open_games) == "0");
    }
}

TEST_CASE("one game in ten whose documents are refused alike is parked, each of them, and the others are done") {
  scene world{120};
  const auto& games = world.league().games();
  std::set<std::string> bad;
  for (std::size_t i = 5; i < 100; i += 10) {
    auto plays = nlohmann::json::parse(world.league().playbyplay_json(games[i].id).value());
    plays["game"]["plays"] = std::move(plays["game"]["actions"]);
    plays["game"].erase("actions");
    world.server().set_override(games[i].id, endpoint::playbyplay, plays.dump());
    bad.insert(games[i].id.str());
  }
  const auto database = world.new_database("sqlite");
  const auto run = world.run(database, backfill);
  CHECK_MESSAGE(run.exit_code == static_cast<int>(bad.size()), run.err);
  CHECK(run.err.find("documents.changed") == std::string::npos);
  CHECK(ask(database, dead_letters) == std::to_string(bad.size()));
  CHECK(ask(database, open_games) == std::to_string(bad.size()));
  // All that is left are bad ones, and each has its dead letter: they are looked at one by one.
  const auto again = world.run(database, {"dlq", "retry", "--refetch"});
  CHECK(again.err.find("documents.changed") == std::string::npos);
  CHECK(ask(database, dead_letters) == std::to_string(bad.size()));
}

TEST_CASE("a host that goes away in the middle of a run takes no game with it, and the next run completes") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world{120};
    const auto database = world.new_database(backend);
    const auto run = world.start(database, backfill, quick(world));
    REQUIRE(comes_true([&] { return world.server().counters().requests >= 60; }));
    world.server().stop();  // from now on nobody listens
    REQUIRE(logs(*run, "host.blocked"));
    run->signal(SIGTERM);
    const auto ended = run->wait(60s);
    REQUIRE(ended);
    CHECK_MESSAGE(ended->exit_code == 143, ended->err);
    CHECK(ask(database, dead_letters) == "0");
    CHECK(ask(database, "SELECT count(*) FROM ingest_games WHERE state NOT IN ('done', 'loaded', 'planned')") == "0");
    const auto done = ask(database, "SELECT count(*) FROM ingest_games WHERE state = 'done'");

    // The same league on another port: a host of its own, which has no pause.
    const scene back{120};
    const auto next = back.run(database, backfill);
    CHECK_MESSAGE(next.exit_code == 0, next.err);
    CHECK(ask(database, open_games) == "0");
    CHECK(ask(database, dead_letters) == "0");
    CHECK(next.out.find(done + " needed nothing") != std::string::npos);
  }
}

TEST_CASE("one game that is throttled for ever is parked, and its host goes on") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world{40};
    const auto bad = world.league().games().at(7).id;
    world.server().set_faults({*parse_fault("429:retry-after=1:game=" + bad.str())});
    const auto database = world.new_database(backend);
    const auto run = world.run(database, backfill, quick(world));
    CHECK_MESSAGE(run.exit_code == 1, run.err);
    CHECK(ask(database, "SELECT game_id FROM ingest_games WHERE state <> 'done'") == bad.str());
    CHECK(ask(database, "SELECT error_class FROM dead_letters") == "transient");
    CHECK(ask(database, "SELECT error FROM dead_letters").find("429") != std::string::npos);
    CHECK(ask(database, kept_pauses) == "0");
    CHECK(run.err.find("host.blocked") == std::string::npos);
    CHECK(world.server().counters().by_game[bad.str()] <= 12);
  }
}

TEST_CASE("a stored pause longer than any pause can be is not believed, and does not stay") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene world{20};
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
    const auto host = host_of(world.server().cdn_url());
    const auto far = format_timestamp(utc_now() + std::chrono::hours{24 * 3650});
    REQUIRE(world.run(database, {"watermark", "set", "host", host, far}).exit_code == 0);
    CHECK(world.run(database, {"status"}).out.find("paused") == std::string::npos);
    const auto run = world.run(database, backfill);
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    CHECK(run.err.find("a clock was wrong") != std::string::npos);
    CHECK(run.err.find("host.blocked") == std::string::npos);
    CHECK(ask(database, kept_pauses) == "0");
    CHECK(ask(database, open_games) == "0");
  }
}

TEST_CASE("a host that only redirects is paused before a hundred requests are lost in it") {
  for (const bool loop : {true, false}) {
    CAPTURE(loop);
    std::atomic<int> asked{0};
    raw_server lost{[&](raw_connection& client) {
      while (client.read_request()) {
        const auto target = loop ? std::string{"/round/and/round"} : "/further/" + std::to_string(asked);
        ++asked;
        client.send("HTTP/1.1 302 Found\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n");
      }
    }};
    scene world{scene_settings{{.regular_games = 120}, {}, {}}};
    const auto database = world.new_database("sqlite");
    auto variables = quick(world);
    variables["NBA_CDN_URL"] = lost.url("");
    const auto run = world.start(database, backfill, variables);
    REQUIRE(logs(*run, "host.blocked"));
    CHECK_MESSAGE(asked <= 100, asked.load());
    CHECK(ask(database, dead_letters) == "0");
  }
}
