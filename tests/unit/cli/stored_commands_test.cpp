// `db verify` and `db unlock`, and what `derive` writes down about itself.
#include "cli/commands/db_unlock.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <sstream>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

struct stored_fixture : season_on_disk {
  void change(const std::string& sql) const { folder.execute("nba.db", sql); }
  std::string ask(const std::string& sql) { return season.database().query_text(sql, 1)->back().front(); }

  // `db unlock` as a person at a terminal meets it, who types `answer`.
  outcome unlock(const std::string& answer) const {
    cli::settings values;
    values.database = url;
    std::ostringstream out, err;
    terminal screen{err, true, [] { return 80; }};
    const auto events = log_sink::open({}, screen);
    REQUIRE(events);
    std::istringstream answers{answer};
    db_unlock_options options;
    options.stage = "backfill";
    options.key = "2024-25";
    options.answers = &answers;
    const context with{values, **events, screen, out, false, "db unlock"};
    const int code = run_db_unlock(with, options);
    return {code, out.str(), err.str()};
  }
};

}  // namespace

TEST_CASE_FIXTURE(stored_fixture, "db unlock releases a lock for a clear yes only") {
  const auto lock = season.database().try_lock("backfill", "2024-25", "run-of-a-test");
  REQUIRE(lock);
  for (const auto* answer : {"", "\n", "n\n", "no\n", "N\n", "what?\n", "yes, but later\n", " y\n"}) {
    CAPTURE(answer);
    const auto kept = unlock(answer);
    CHECK(kept.code == 1);
    CHECK(contains(kept.out, "run-of-a-test"));
    CHECK(contains(kept.out, "Release it? [y/N]"));
    CHECK(contains(kept.err, "nothing was released"));
    CHECK(ask("SELECT count(*) FROM run_locks") == "1");
  }
  const auto released = unlock("y\n");
  CHECK(released.code == 0);
  CHECK(contains(released.out, "Released."));
  CHECK(contains(released.err, "lock.released"));
  CHECK(ask("SELECT count(*) FROM run_locks") == "0");
}

TEST_CASE_FIXTURE(stored_fixture, "db unlock tells a holder that runs here from one that cannot be seen") {
  const auto lock = season.database().try_lock("backfill", "2024-25", "run-of-a-test");
  REQUIRE(lock);
  CHECK(contains(on({"db", "unlock"}).out, "running"));
  CHECK_FALSE(contains(on({"db", "unlock"}).out, "not seen"));
  CHECK(json::parse(on({"db", "unlock", "--json"}).out)[0]["process_seen"] == true);
  CHECK(contains(unlock("n\n").out, "is running on this machine"));
  change("UPDATE run_locks SET pid_namespace = 'of another container'");
  CHECK(contains(on({"db", "unlock"}).out, "not seen"));
  CHECK(json::parse(on({"db", "unlock", "--json"}).out)[0]["process_seen"] == false);
  CHECK(contains(unlock("n\n").out, "cannot be seen from here"));
  CHECK(on({"db", "unlock", "--stage", "backfill"}).code == 100);
  CHECK(on({"db", "unlock", "--stage", "backfill", "--key", "2023-24", "--yes"}).code == 1);
}

TEST_CASE_FIXTURE(stored_fixture, "db verify looks at the season that was asked for, and notes once what it adopts") {
  season.complete(0);
  season.complete(1);
  change("UPDATE player_game_stats SET points = points + 1 WHERE game_id = '" + season.id(0).str() + "'");
  CHECK(on({"db", "verify"}).code == 1);
  CHECK(on({"db", "verify", "--season", "2024-25"}).code == 1);
  const auto other = on({"db", "verify", "--season", "2023-24", "--json"});
  CHECK(other.code == 0);
  CHECK(json::parse(other.out)["games"] == 0);

  // Written by a version that kept no digest: nobody can tell, until somebody says that it is right.
  change("UPDATE ingest_games SET stored_rows = ''");
  auto checked = json::parse(on({"db", "verify", "--json"}).out);
  CHECK(checked["wrong"].empty());
  CHECK(checked["without_digest"] == 2);
  CHECK(checked["adopted"] == 0);
  CHECK(contains(on({"db", "verify"}).out, "db verify --adopt"));
  checked = json::parse(on({"db", "verify", "--adopt", "--json"}).out);
  CHECK(checked["without_digest"] == 0);
  CHECK(checked["adopted"] == 2);
  checked = json::parse(on({"db", "verify", "--adopt", "--json"}).out);
  CHECK(checked["without_digest"] == 0);
  CHECK(checked["adopted"] == 0);
  CHECK_FALSE(contains(on({"db", "verify"}).out, "--adopt"));
}

TEST_CASE_FIXTURE(stored_fixture, "derive writes down its failures, and calls a game current when all of it is") {
  season.complete(0);
  const auto id = season.id(0).str();
  const auto failed = on({"derive", "--season", "2024-25", "--game", id, "--game", season.id(1).str()});
  CHECK(failed.code == 1);
  CHECK(contains(failed.err, "ERROR job.end job=derive failures=1 games=1"));
  CHECK(ask("SELECT games || ' ' || failures || ' ' || exit_code FROM ingest_runs WHERE job = 'derive'") == "1 1 1");

  change("UPDATE ingest_games SET rules_version = 1");
  change("UPDATE derived_versions SET rules_version = 0 WHERE table_name IN ('possessions', 'outcomes')");
  const auto version = [&] { return ask("SELECT rules_version FROM ingest_games WHERE game_id = '" + id + "'"); };
  REQUIRE(std::to_string(derive_rules_version) != "1");
  REQUIRE(on({"derive", "--season", "2024-25", "--tables", "outcomes"}).code == 0);
  CHECK(version() == "1");  // possessions are by older rules still
  REQUIRE(on({"derive", "--season", "2024-25", "--tables", "possessions"}).code == 0);
  CHECK(version() == std::to_string(derive_rules_version));
}

TEST_CASE_FIXTURE(stored_fixture, "derive moves the watermark over what it completes, and leaves a done game done") {
  season.complete(0);
  season.load(1);
  REQUIRE(on({"derive", "--season", "2024-25"}).code == 0);
  CHECK(ask("SELECT count(*) FROM ingest_games WHERE state = 'done'") == "2");
  CHECK(ask("SELECT value FROM ingest_watermarks WHERE stage = 'backfill' AND key = '2024-25'") == season.id(1).str());

  // Rows that cannot be read back: of a done game a failure of this run alone, a loaded one is to be fetched again.
  season.load(2);
  for (const auto position : {std::size_t{0}, std::size_t{2}})
    change("DELETE FROM games WHERE game_id = '" + season.id(position).str() + "'");
  const auto failed = on({"derive", "--season", "2024-25"});
  CHECK(failed.code == 2);
  CHECK(contains(failed.out, "Derived 1 game of 2024-25"));
  CHECK(contains(failed.out, "Not derived: " + season.id(0).str()));
  CHECK(contains(failed.out, "Not derived: " + season.id(2).str()));
  CHECK(ask("SELECT state FROM ingest_games WHERE game_id = '" + season.id(0).str() + "'") == "done");
  CHECK(ask("SELECT state FROM ingest_games WHERE game_id = '" + season.id(2).str() + "'") == "planned");
  CHECK(ask("SELECT count(*) FROM dead_letters") == "0");
}

TEST_CASE_FIXTURE(stored_fixture,
                  "derive answers in JSON what it did, that there was nothing to do, and why it failed") {
  const auto answer_of = [](const outcome& answer) {
    REQUIRE_MESSAGE(json::accept(answer.out), answer.out);
    auto document = json::parse(answer.out);
    CHECK(document["exit_code"] == answer.code);
    return document;
  };
  for (const std::size_t position : {0, 1}) season.complete(position);
  auto done = answer_of(on({"derive", "--season", "2024-25", "--json"}));
  CHECK(done["job"] == "derive");
  CHECK(done["error"] == nullptr);
  CHECK(done["season"] == "2024-25");
  CHECK(done["rules_version"] == derive_rules_version);
  CHECK(done["report"]["done"] == 2);
  CHECK(done["not_derived"].empty());
  done = answer_of(on({"derive", "--season", "2024-25", "--stale", "--json"}));
  CHECK(done["nothing"].get<std::string>().starts_with("every stored game"));
  change("UPDATE ingest_games SET stored_rows = NULL; DELETE FROM pbp_events");
  done = answer_of(on({"derive", "--season", "2024-25", "--json"}));
  CHECK(done["not_derived"].size() == done["exit_code"]);
  done = answer_of(on({"derive", "--season", "2009-10", "--json"}));
  CHECK(done["exit_code"] == 123);
  CHECK(done["report"] == nullptr);
  CHECK_FALSE(done["error"].get<std::string>().empty());
  done = answer_of(run({"derive", "--season", "2024-25", "--json", "--database", folder.sqlite_url("none.db")}));
  CHECK(done["exit_code"] == 121);
}

TEST_CASE_FIXTURE(stored_fixture, "--quiet leaves warnings on the terminal, and of the answer nothing") {
  season.complete(0);
  const auto log = (folder.path() / "log").string();
  const auto derived = on({"--quiet", "--log-file", log, "derive", "--season", "2024-25"});
  CHECK(derived.code == 0);
  CHECK(derived.out.empty());
  CHECK(derived.err.empty());
  std::ifstream in{log};
  const std::string written{std::istreambuf_iterator<char>{in}, {}};
  CHECK(contains(written, "INFO job.end job=derive"));
  const auto warned = on({"--quiet", "watermark", "set", "my-stage", "my-key", "1"});
  CHECK(contains(warned.err, "WARN watermark.decree"));
  const auto wrong = on({"--quiet", "--log-file", log, "watermark", "get", "my-stage", "none"});
  CHECK(wrong.code == 1);
  CHECK(contains(wrong.err, "nba-scraper: there is no watermark my-stage none"));
  std::ifstream more{log};
  const std::string all{std::istreambuf_iterator<char>{more}, {}};
  CHECK(contains(all, "WARN command.error"));
  CHECK(contains(all, "there is no watermark my-stage none"));

  const auto run_of_a_day =
      run({"schedule", "backfill", "--season", "2024-25", "--from", "2024-10-22", "--to", "2024-10-22", "--source",
           "sim", "--database", folder.sqlite_url("sim.db"), "--quiet"});
  CHECK_MESSAGE(run_of_a_day.code == 0, run_of_a_day.err);
  CHECK(run_of_a_day.out.empty());
}

TEST_CASE_FIXTURE(stored_fixture, "a lane held by a stored game names the command that derives just that game") {
  season.complete(0);
  season.load(1);
  const auto lane = json::parse(on({"status", "--json"}).out)["seasons"][0]["lanes"][0];
  CHECK(lane["holder"]["game_id"] == season.id(1).str());
  CHECK(lane["holder"]["release"] == "nba-scraper derive --season 2024-25 --game " + season.id(1).str());
  REQUIRE(on({"derive", "--season", "2024-25", "--game", season.id(1).str()}).code == 0);
  CHECK(json::parse(on({"status", "--json"}).out)["seasons"][0]["done"] == 2);
}

TEST_CASE_FIXTURE(stored_fixture, "a lane's mark is not set beside a daily run: it moves that lane, too") {
  for (const auto& [stage, key] : {std::pair{"backfill", "2024-25"}, std::pair{"schedule", "daily"}}) {
    CAPTURE(stage);
    const auto lock = season.database().try_lock(stage, key, "run-of-a-test");
    REQUIRE(lock);
    const auto refused = on({"watermark", "set", "backfill", "2024-25", season.id(0).str()});
    CHECK(refused.code == 122);
    CHECK(contains(refused.err, "run-of-a-test"));
    CHECK(ask("SELECT count(*) FROM ingest_watermarks") == "0");
  }
  CHECK(on({"watermark", "set", "backfill", "2024-25", season.id(0).str()}).code == 0);
}
