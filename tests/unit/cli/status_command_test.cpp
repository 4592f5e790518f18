// `status`, `gaps`, `dlq` and `derive` on a small season.
#include "cli/text.hpp"
#include "pipeline/health/first_run.hpp"
#include "pipeline/source/host_pause.hpp"
#include "storage/store.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

struct season_fixture : season_on_disk {
  // 0, 1 done; 2 parked; 3 loaded; 4 without data for good; 5 done; the rest never tried.
  void mix() {
    for (const std::size_t position : {0, 1, 5}) season.complete(position);
    season.load(3);
    season.set_state(4, game_state::unavailable, 3);
    season.park(
        2, "transform",
        {failure_class::rejected, "the players' points add up to 99, the team has 101", "player_points_reconcile"});
  }
};

// Wrapped lines as one: every run of white space is one blank.
std::string flattened(const std::string& text) {
  std::istringstream words(text);
  std::string out;
  for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
  return out;
}

void check_width(const outcome& answer) {
  for (const auto& line : lines_of(answer.out)) {
    CAPTURE(line);
    // A command stays in one line, with the options that were given: it is to be copied.
    if (!contains(line, "nba-scraper ")) CHECK(display_width(line) <= 80);
    CHECK_FALSE(line.ends_with(' '));
  }
}

}  // namespace

TEST_CASE("status of a database without games says what to run") {
  const temporary_folder folder;
  REQUIRE(run({"db", "migrate", "--database", folder.sqlite_url()}).code == 0);
  const auto answer = run({"status", "--database", folder.sqlite_url()});
  CHECK(answer.code == 0);
  CHECK(contains(answer.out, "Last run   none yet"));
  CHECK(contains(answer.out, "No games are planned yet."));
  CHECK(contains(answer.out, first_run_command(utc_now())));
  CHECK(contains(run({"status", "--season", "1998-99", "--database", folder.sqlite_url()}).out,
                 "backfill --season 1998-99"));
  CHECK(json::parse(run({"status", "--json", "--database", folder.sqlite_url()}).out)["seasons"].empty());
  const auto gaps = run({"gaps", "--season", "1998-99", "--database", folder.sqlite_url()});
  CHECK(gaps.code == 123);
  CHECK(contains(gaps.err, "backfill --season 1998-99"));
}

TEST_CASE_FIXTURE(season_fixture, "status counts a lane, and names what holds its watermark and why") {
  mix();
  const auto answer = on({"status"});
  CHECK(answer.code == 0);
  CHECK(answer.err.empty());
  check_width(answer);
  CHECK(contains(answer.out, "Season 2024-25: 3 of 12 games done, 1 closed without rows,"));
  CHECK(contains(answer.out,
                 "LANE     PLANNED  DONE  CLOSED  PARKED  OPEN  WATERMARK   BEHIND\n"
                 "regular       12     3       1       1     7  " +
                     season.id(1).str() + "      10\n"));
  CHECK(contains(answer.out, "Closed in regular: 1 unavailable."));
  CHECK(contains(answer.out, "Which and why: nba-scraper gaps --season 2024-25 --closed"));
  CHECK(contains(answer.out, "The stored watermark of regular is not set; the next backfill sets it."));
  CHECK(contains(answer.out,
                 "LANE     HELD BY     DATE        WHY\n"
                 "regular  " +
                     season.id(2).str() + "  " + format_date(season.games()[2].date) +
                     "  parked in transform: rejected: the players'\n"));
  CHECK(contains(flattened(answer.out), "2 finished games above it wait"));
  CHECK(contains(answer.out, "nba-scraper dlq retry 00224000"));
}

TEST_CASE_FIXTURE(season_fixture, "status as JSON has the same facts") {
  mix();
  const auto document = json::parse(on({"status", "--season", "2024-25", "--json"}).out);
  CHECK(document["backend"] == "sqlite");
  CHECK(document["last_run"].is_null());
  REQUIRE(document["seasons"].size() == 1);
  REQUIRE(document["seasons"][0]["lanes"].size() == 1);
  const auto& lane = document["seasons"][0]["lanes"][0];
  CHECK(lane["lane"] == "2024-25");
  CHECK(lane["planned"] == 12);
  CHECK(lane["terminal"] == 4);
  CHECK(lane["states"]["done"] == 3);
  CHECK(lane["states"]["parked"] == 1);
  CHECK(lane["watermark"] == season.id(1).str());
  CHECK(lane["watermark_stored"].is_null());
  CHECK(lane["lag_games"] == 10);
  CHECK(lane["holder"]["game_id"] == season.id(2).str());
  CHECK(lane["holder"]["state"] == "parked");
  CHECK(lane["holder"]["terminal_games_above"] == 2);
}

TEST_CASE_FIXTURE(season_fixture,
                  "status of a finished season holds nothing and shows the last run and the daily date") {
  for (std::size_t position = 0; position < season.games().size(); ++position) season.complete(position);
  run_row last;
  last.run_id = "20241008T060001Z-abc123";
  last.job = "backfill";
  last.started_at = *parse_timestamp("2024-10-08T06:00:01Z");
  last.ended_at = *parse_timestamp("2024-10-08T06:03:00Z");
  last.games = 12;
  last.exit_code = 0;
  REQUIRE(season.database().start_run(last));
  REQUIRE(season.database().end_run(last));
  const auto final_id = season.games().back().id.str();
  REQUIRE(season.database().advance_watermark("backfill", "2024-25", final_id));
  REQUIRE(season.database().advance_watermark("schedule", "daily", "2025-04-13"));
  const auto answer = on({"status"});
  check_width(answer);
  CHECK(contains(flattened(answer.out),
                 "Last run backfill, ended 2024-10-08 06:03 UTC: 12 games done, 0 failures, exit code"));
  CHECK(contains(answer.out, "Daily      done through 2025-04-13"));
  CHECK(contains(answer.out, "12 of 12 games done, complete through "));
  CHECK_FALSE(contains(answer.out, "HELD BY"));
  CHECK_FALSE(contains(answer.out, "The stored watermark"));
  const auto gaps = on({"gaps", "--season", "2024-25"});
  CHECK(gaps.code == 0);
  CHECK(contains(gaps.out, "No gaps: all 12 games of 2024-25 are finished."));
}

TEST_CASE_FIXTURE(season_fixture, "game types that are not asked for are named, not counted") {
  season.complete(0);
  const auto only_others = on({"status", "--game-types", "playoffs"});
  CHECK(
      contains(flattened(only_others.out),
               "2024-25 has no game of the types asked for, but 12 regular games; to see them: --game-types regular."));
  check_width(only_others);
  auto games = season.games();
  games.push_back(games.back());
  games.back().id = *game_id::parse("0042400101");
  REQUIRE(season.database().write_plan(games.back().id.in_season(), games));
  const auto answer = on({"status", "--game-types", "playoffs"});
  CHECK(contains(answer.out, "0 of 1 games done"));
  CHECK(contains(answer.out, "Not counted: regular (12); see --game-types."));
  CHECK_FALSE(contains(on({"status"}).out, "Not counted"));
}

TEST_CASE_FIXTURE(season_fixture, "gaps lists what is missing, each with its reason, in date order") {
  mix();
  const auto answer = on({"gaps", "--season", "2024-25"});
  CHECK(answer.code == 8);
  check_width(answer);
  CHECK(contains(answer.out, "GAME        DATE        TEAMS       WHY\n"));
  CHECK(contains(answer.out, season.id(2).str()));
  CHECK(contains(answer.out, "parked in transform: rejected:"));
  CHECK(contains(flattened(answer.out), "loaded, but its derived rows are not written yet"));
  CHECK(contains(answer.out, "never tried"));
  CHECK(contains(answer.out, " at " + season.games()[2].home_tricode));
  CHECK_FALSE(contains(answer.out, season.id(0).str()));
  CHECK_FALSE(contains(answer.out, season.id(4).str()));
  CHECK(contains(answer.out, "8 of 12 games of 2024-25 are not finished."));

  const auto as_json = on({"gaps", "--season", "2024-25", "--json"});
  CHECK(as_json.code == 8);
  const auto document = json::parse(as_json.out);
  CHECK(document["planned"] == 12);
  CHECK(document["terminal"] == 4);
  REQUIRE(document["gaps"].size() == 8);
  std::string previous;
  for (const auto& gap : document["gaps"]) {
    const auto key = gap["game_date"].get<std::string>() + gap["game_id"].get<std::string>();
    CHECK(previous < key);
    previous = key;
    CHECK_FALSE(gap["reason"].get<std::string>().empty());
  }
}

TEST_CASE_FIXTURE(season_fixture, "games that are still to be played are summed up, and listed with --all") {
  planned_game ahead;
  ahead.id = *game_id::parse("0024400001");
  ahead.date = *parse_date("2044-10-20");
  REQUIRE(season.database().write_plan(ahead.id.in_season(), std::vector<planned_game>{ahead}));
  const auto answer = on({"gaps", "--season", "2044-45"});
  CHECK(answer.code == 0);  // nobody can have it yet
  CHECK(on({"gaps", "--season", "2044-45", "--all"}).code == 0);
  CHECK(contains(answer.out, "1 of 1 game of 2044-45 is not finished."));
  CHECK(contains(answer.out, "1 of them is still to be played, 2044-10-20 to 2044-10-20; --all lists them."));
  CHECK_FALSE(contains(answer.out, "0024400001"));
  CHECK(contains(on({"gaps", "--season", "2044-45", "--all"}).out,
                 "0024400001  2044-10-20         not played yet: scheduled for 2044-10-20"));
}

TEST_CASE_FIXTURE(season_fixture, "dlq shows the parked game, by number and by game id") {
  CHECK(contains(on({"dlq", "list"}).out, "No unresolved dead letters"));
  CHECK(on({"dlq", "list", "--json"}).out == "[]\n");
  mix();
  const auto list = on({"dlq", "list"});
  check_width(list);
  CHECK(contains(list.out, season.id(2).str()));
  CHECK(contains(list.out, "2024-11-13 06:30"));
  const auto number = std::to_string(json::parse(on({"dlq", "list", "--json"}).out)[0]["dead_letter_id"].get<int>());

  const auto shown = on({"dlq", "show", number});
  CHECK(shown.code == 0);
  check_width(shown);
  CHECK(contains(shown.out, "Failed in         transform"));
  CHECK(contains(shown.out, "Class             rejected"));
  CHECK(contains(shown.out, "First failed      2024-11-12 06:00 UTC"));
  CHECK(contains(shown.out, "nba-scraper dlq retry "));
  CHECK(on({"dlq", "show", season.id(2).str()}).out == shown.out);
  CHECK(json::parse(on({"dlq", "show", number, "--json"}).out)["payload_sha256"] == "0123abcd");

  CHECK(on({"dlq", "show", "99999"}).code == 1);
  CHECK(on({"dlq", "show", season.id(0).str()}).code == 1);
  CHECK(on({"dlq", "show", "x"}).code == 1);
}

TEST_CASE_FIXTURE(season_fixture, "a resolved dead letter is listed only with --all") {
  mix();
  REQUIRE(season.database().resolve_dead_letter(season.id(2), "waived", "never mind"));
  CHECK(contains(on({"dlq", "list"}).out, "No unresolved dead letters"));
  CHECK(contains(on({"dlq", "list", "--all"}).out, "[waived]"));
  const auto shown = on({"dlq", "show", season.id(2).str()});
  CHECK(contains(shown.out, "never mind"));
  CHECK_FALSE(contains(shown.out, "--reprocess"));
}

TEST_CASE_FIXTURE(season_fixture, "derive finishes loaded games, recomputes done ones, and records its run") {
  mix();
  const auto answer = on({"derive", "--season", "2024-25"});
  CHECK(answer.code == 0);
  CHECK(contains(answer.out, "Derived 4 games of 2024-25: "));
  CHECK(contains(answer.err, "INFO job.start job=derive season=2024-25 games=4"));
  CHECK(contains(answer.err, "INFO job.end job=derive failures=0 games=4"));
  const auto status = json::parse(on({"status", "--json"}).out);
  CHECK(status["seasons"][0]["lanes"][0]["states"]["done"] == 4);
  CHECK(status["last_run"]["job"] == "derive");
  CHECK(status["last_run"]["games"] == 4);
  CHECK(status["last_run"]["exit_code"] == 0);
  const auto rows = season.database().query_text("SELECT count(*) FROM outcomes", 1);
  REQUIRE(rows);
  CHECK(rows->back().front() == "4");
}

TEST_CASE_FIXTURE(season_fixture, "derive twice leaves the same derived rows") {
  mix();
  const auto dump = [&] {
    const auto rows = season.database().query_text(
        "SELECT game_id, team_id, possessions, pace, off_rating, efg_pct FROM team_game_factors ORDER BY 1, 2", 100);
    REQUIRE(rows);
    return *rows;
  };
  REQUIRE(on({"derive", "--season", "2024-25"}).code == 0);
  const auto once = dump();
  CHECK(once.size() == 1 + 8);
  REQUIRE(on({"derive", "--season", "2024-25"}).code == 0);
  CHECK(dump() == once);
}

TEST_CASE_FIXTURE(season_fixture, "status counts what older rules derived, and derive --stale makes just that anew") {
  mix();
  REQUIRE(on({"derive", "--season", "2024-25"}).code == 0);
  const auto behind = [&] { return json::parse(on({"status", "--json"}).out)["seasons"][0]["derived_by_older_rules"]; };
  CHECK(behind() == 0);
  CHECK_FALSE(contains(on({"status"}).out, "older rules"));
  CHECK(contains(on({"derive", "--season", "2024-25", "--stale"}).out, "Nothing to do"));
  const auto change = [&](const std::string& sql) { folder.execute("nba.db", sql); };
  change("UPDATE derived_versions SET rules_version = 0 WHERE table_name = 'possessions' AND game_id = '" +
         season.id(0).str() + "'");
  change("UPDATE outcomes SET margin = 99");
  CHECK(behind() == 1);
  CHECK(contains(on({"status"}).out, "nba-scraper derive --season 2024-25 --stale"));
  CHECK(contains(on({"derive", "--season", "2024-25", "--stale"}).out, "Derived 1 game of 2024-25"));
  CHECK(behind() == 0);
  const auto margins = [&] {
    return season.database().query_text("SELECT count(*) FROM outcomes WHERE margin = 99", 1)->back().front();
  };
  CHECK(margins() == "4");  // by the current rules, as far as anybody knows
  CHECK(on({"derive", "--season", "2024-25", "--tables", "early_shocks,lineup_stints"}).code == 0);
  CHECK(margins() == "4");
  CHECK(on({"derive", "--season", "2024-25", "--tables", "outcomes", "--parallel", "3"}).code == 0);
  CHECK(margins() == "0");
  CHECK(on({"derive", "--season", "2024-25", "--tables", "outcome"}).code == 105);
}

TEST_CASE_FIXTURE(season_fixture, "derive of named games names those it cannot do, and counts them") {
  mix();
  const auto answer = on({"derive", "--season", "2024-25", "--game", season.id(3).str(), "--game", season.id(2).str()});
  CHECK(answer.code == 1);
  CHECK(contains(answer.out, "Derived 1 game of 2024-25"));
  CHECK(
      contains(answer.out, "Not derived: " + season.id(2).str() + "  its rows are not stored: the ledger says parked"));
}

TEST_CASE_FIXTURE(season_fixture, "derive of a game that the database does not know is a mistake in the command line") {
  mix();
  const auto answer = on(
      {"derive", "--season", "2024-25", "--game", season.id(3).str(), "--game", "0022409999", "--game", "0022300001"});
  CHECK(answer.code == 100);
  CHECK(contains(answer.err, "there are no games 0022409999, 0022300001: this database has no such game in 2024-25"));
  CHECK(contains(answer.err, "Nothing was derived"));
}

TEST_CASE_FIXTURE(season_fixture, "derive does not run beside a run of the season or a daily run") {
  mix();
  for (const auto& [stage, key] : {std::pair{"backfill", "2024-25"}, std::pair{"schedule", "daily"}}) {
    CAPTURE(stage);
    auto lock = season.database().try_lock(stage, key, "20241008T060001Z-other0");
    REQUIRE(lock);
    REQUIRE(std::holds_alternative<std::unique_ptr<run_lock>>(*lock));
    const auto answer = on({"derive", "--season", "2024-25"});
    CHECK(answer.code == 122);
    CHECK(contains(answer.err, "ERROR job.lock_held job=derive"));
    CHECK(contains(answer.err, "20241008T060001Z-other0"));
    CHECK(answer.out.empty());
  }
  CHECK(on({"derive", "--season", "2024-25"}).code == 0);
}

TEST_CASE_FIXTURE(season_fixture, "derive of a season the database does not know says what to run first") {
  const auto answer = on({"derive", "--season", "2023-24"});
  CHECK(answer.code == 123);
  CHECK(contains(answer.err, "backfill --season 2023-24"));
}

TEST_CASE_FIXTURE(season_fixture, "closed games are listed with their evidence, and count as done nowhere") {
  CHECK(contains(on({"gaps", "--season", "2024-25", "--closed"}).out, "No game of 2024-25 is closed"));
  for (std::size_t position = 0; position < season.games().size(); ++position)
    if (position != 4 && position != 5) season.complete(position);
  const auto when = *parse_timestamp("2024-11-20T13:00:00Z");
  state_change refused{season.id(4), game_state::unavailable, 3, failure_class::unavailable, "403"};
  refused.closing = closed_by(closing_ground::refused, "the host refuses the box score (403)", when);
  state_change waived{season.id(5), game_state::waived, 0, {}, "the league's own error"};
  waived.closing = closed_by(closing_ground::waived, "the league's own error", when);
  REQUIRE(season.database().write_states(std::vector{refused, waived}, "run"));

  const auto answer = on({"gaps", "--season", "2024-25", "--closed"});
  CHECK(answer.code == 1);  // the waived one is no alarm
  CHECK(on({"gaps", "--season", "2024-25", "--closed", "--json"}).code == 1);
  CHECK(on({"gaps", "--season", "2024-25"}).code == 0);
  check_width(answer);
  CHECK(contains(answer.out, "GAME        DATE        TEAMS       STATE        WHY\n"));
  CHECK(contains(answer.out, season.id(4).str()));
  CHECK(contains(answer.out, season.id(5).str()));
  CHECK(contains(flattened(answer.out), "2 of 12 games of 2024-25 are closed without rows."));
  const auto document = json::parse(on({"gaps", "--season", "2024-25", "--closed", "--json"}).out);
  CHECK(document["done"] == 10);
  REQUIRE(document["closed"].size() == 2);
  for (const auto& game : document["closed"]) {
    const bool inferred = game["game_id"] == season.id(4).str();
    CHECK(game["inferred"] == inferred);
    CHECK(game["ground"] == (inferred ? "refused" : "waived"));
    CHECK(game["reason"] == (inferred ? "the host refuses the box score (403)" : "the league's own error"));
    CHECK(game["closed_at"] == "2024-11-20T13:00:00.000Z");
    CHECK(game["next_check"].is_null() == !inferred);
  }
  const auto gaps = on({"gaps", "--season", "2024-25"});
  CHECK(contains(gaps.out, "No gaps: 10 of 12 games of 2024-25 are done."));
  CHECK(contains(gaps.out, "2 games are closed without rows: nba-scraper gaps --season 2024-25 --closed"));
  const auto status = on({"status"});
  check_width(status);
  CHECK(contains(flattened(status.out), "10 of 12 games done, 2 closed without rows, complete through"));
  const auto all = json::parse(on({"status", "--json"}).out)["seasons"][0];
  CHECK(all["done"] == 10);
  CHECK(all["closed"] == 2);
  CHECK(all["terminal"] == 12);
}

TEST_CASE("status names hosts that are left alone, until when and why") {
  const season_fixture f;
  const auto marks = open_store(*parse_database_url(f.url));
  REQUIRE(marks);
  const auto store_pause = [&](const char* host, utc_time until, const char* reason, int probe) {
    const host_pause pause{host, until, reason, probe, probe > 0 ? 5 : 0};
    REQUIRE((*marks)->decree_watermark(host_stage, host, format_timestamp(until)));
    REQUIRE((*marks)->decree_watermark(host_reason_stage, host, stored_reason(pause)));
  };
  const auto until = utc_now() + std::chrono::minutes{10};
  store_pause("cdn.nba.com", until, "Access Denied", 2);
  store_pause("over.example", utc_now() - std::chrono::minutes{1}, "dns", 1);
  store_pause("clock.example", utc_now() + std::chrono::hours{24}, "dns", 1);
  REQUIRE((*marks)->decree_watermark(host_stage, "by-hand.example", format_timestamp(until)));

  const auto answer = f.on({"status"});
  CHECK(answer.code == 0);
  const auto minute = format_timestamp(until).substr(11, 5);
  CHECK(contains(flattened(answer.out),
                 "Host cdn.nba.com paused until " + minute + " UTC (Access Denied), probe 2 of 5"));
  CHECK(contains(flattened(answer.out), "Host by-hand.example paused until " + minute + " UTC"));
  CHECK_FALSE(contains(answer.out, "over.example"));
  CHECK_FALSE(contains(answer.out, "clock.example"));
  check_width(answer);

  const auto hosts = json::parse(f.on({"status", "--json"}).out)["hosts"];
  REQUIRE(hosts.size() == 2);
  CHECK(hosts[0] == json{{"host", "by-hand.example"},
                         {"paused_until", format_timestamp(until)},
                         {"reason", nullptr},
                         {"probe", nullptr},
                         {"probes_max", nullptr}});
  CHECK(hosts[1]["host"] == "cdn.nba.com");
  CHECK(hosts[1]["reason"] == "Access Denied");
  CHECK(hosts[1]["probe"] == 2);
  CHECK(hosts[1]["probes_max"] == 5);
}
