#include "cli/commands/watermark.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <functional>

using namespace nba::cli;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

// A migrated database of a test, and commands on it.
struct database_fixture {
  temporary_folder folder;
  std::string url = folder.sqlite_url();

  outcome on(std::vector<std::string> words) const {
    words.insert(words.end(), {"--database", url});
    return run(words);
  }
};

}  // namespace

TEST_CASE("a decree must make sense for the stages that are known, and is free for one's own") {
  const auto fine = [](std::string_view stage, std::string_view key, std::optional<std::string> value) {
    return !check_decree(stage, key, value).has_value();
  };
  CHECK(fine("schedule", "daily", "2024-10-22"));
  CHECK_FALSE(fine("schedule", "daily", "2024-02-30"));
  CHECK_FALSE(fine("schedule", "daily", "22.10.2024"));
  CHECK_FALSE(fine("schedule", "weekly", "2024-10-22"));
  CHECK(fine("schedule", "daily", std::nullopt));
  CHECK(fine("backfill", "2024-25", "0022400061"));
  CHECK(fine("backfill", "2024-25/playoffs", "0042400407"));
  CHECK_FALSE(fine("backfill", "2024-25/playoffs", "0022400061"));
  CHECK_FALSE(fine("backfill", "2024-25", "0022300061"));
  CHECK_FALSE(fine("backfill", "2024-25", "22400061"));
  CHECK_FALSE(fine("backfill", "2024", "0022400061"));
  CHECK_FALSE(fine("backfill", "2024", std::nullopt));
  CHECK(fine("my-stage", "my-key", "anything at all"));
  CHECK_FALSE(fine("my-stage", "my-key", ""));
  CHECK_FALSE(fine("", "my-key", "x"));
  CHECK(contains(*check_decree("backfill", "2024-25", "0042400407"), "watermark set backfill 2024-25/playoffs"));
}

TEST_CASE_FIXTURE(database_fixture, "set, get, list and reset tell the same story") {
  REQUIRE(on({"db", "migrate"}).code == 0);
  const auto none = on({"watermark", "list"});
  CHECK(none.code == 0);
  CHECK(contains(none.out, "No watermarks yet"));
  CHECK(on({"watermark", "list", "--json"}).out == "[]\n");

  const auto missing = on({"watermark", "get", "schedule", "daily"});
  CHECK(missing.code == 1);
  CHECK(missing.out.empty());
  CHECK(contains(missing.err, "there is no watermark schedule daily"));

  const auto set = on({"watermark", "set", "schedule", "daily", "2024-10-22"});
  CHECK(set.code == 0);
  CHECK(contains(set.out, "schedule daily: (none) -> 2024-10-22"));
  CHECK(contains(set.out, "The next daily run starts the day after it."));
  CHECK(contains(set.err, "WARN watermark.decree stage=schedule key=daily old_value=\"\" new_value=2024-10-22"));
  CHECK(on({"watermark", "get", "schedule", "daily"}).out == "2024-10-22\n");

  const auto back = on({"watermark", "set", "schedule", "daily", "2024-10-01"});
  CHECK(contains(back.out, "schedule daily: 2024-10-22 -> 2024-10-01"));

  REQUIRE(on({"watermark", "set", "my-stage", "my-key", "two words"}).code == 0);
  const auto list = on({"watermark", "list"});
  CHECK(contains(list.out, "STAGE"));
  CHECK(contains(list.out, "my-stage  my-key  two words"));
  const auto document = json::parse(on({"watermark", "list", "--json"}).out);
  REQUIRE(document.size() == 2);
  CHECK(document[0]["stage"] == "my-stage");
  CHECK(document[1]["value"] == "2024-10-01");
  CHECK(json::parse(on({"watermark", "get", "my-stage", "my-key", "--json"}).out)["value"] == "two words");

  const auto reset = on({"watermark", "reset", "schedule", "daily"});
  CHECK(reset.code == 0);
  CHECK(contains(reset.out, "schedule daily: 2024-10-01 -> (none)"));
  CHECK(contains(reset.err, "watermark.decree"));
  CHECK(on({"watermark", "get", "schedule", "daily"}).code == 1);
  CHECK(on({"watermark", "reset", "schedule", "daily"}).code == 1);
}

TEST_CASE_FIXTURE(database_fixture, "a decree that makes no sense is a usage error and changes nothing") {
  REQUIRE(on({"db", "migrate"}).code == 0);
  const auto answer = on({"watermark", "set", "schedule", "daily", "yesterday"});
  CHECK(answer.code == 100);
  CHECK(contains(answer.err, "'yesterday' is not a date"));
  CHECK(on({"watermark", "list", "--json"}).out == "[]\n");
}

TEST_CASE_FIXTURE(database_fixture, "setting a lane says what the next backfill makes of it") {
  sample_season season{url};
  const auto set = [&](const std::string& value) { return on({"watermark", "set", "backfill", "2024-25", value}).out; };
  season.complete(0);
  season.complete(1);
  season.complete(2);
  // Lower than what is finished: healed. Higher: the games below stay in the plan. Just right: nothing to say.
  CHECK(contains(set(season.id(0).str()), "Plan and ledger say " + season.id(2).str()));
  CHECK(contains(set(season.id(4).str()), "2 games up to this mark are not finished."));
  CHECK(contains(set(season.id(3).str()), "1 game up to this mark is not finished."));
  CHECK(lines_of(set(season.id(2).str())).size() == 1);
  CHECK(contains(on({"watermark", "reset", "backfill", "2024-25"}).out, "Plan and ledger say " + season.id(2).str()));
}

TEST_CASE_FIXTURE(database_fixture, "a game that nobody knows is no mark, and nothing is changed") {
  sample_season season{url};
  season.complete(0);
  const auto unknown = on({"watermark", "set", "backfill", "2024-25", "0022499999"});
  CHECK(unknown.code == 100);
  CHECK(contains(unknown.err, "there is no game 0022499999"));
  CHECK(contains(unknown.err, "from " + season.games().front().id.str() + " to " + season.games().back().id.str()));
  const auto lane = on({"watermark", "set", "backfill", "2023-24", "0022300061"});
  CHECK(lane.code == 100);
  CHECK(contains(lane.err, "backfill --season 2023-24"));
  CHECK(on({"watermark", "list", "--json"}).out == "[]\n");
}

TEST_CASE_FIXTURE(database_fixture, "the decree is one JSON object with --log-format json") {
  REQUIRE(on({"db", "migrate"}).code == 0);
  const auto answer = on({"--log-format", "json", "watermark", "set", "schedule", "daily", "2024-10-22"});
  REQUIRE(lines_of(answer.err).size() == 2);
  CHECK(json::parse(lines_of(answer.err)[1])["event"] == "job.end");
  const auto event = json::parse(lines_of(answer.err)[0]);
  CHECK(event["event"] == "watermark.decree");
  CHECK(event["level"] == "WARN");
  CHECK(event["new_value"] == "2024-10-22");
}

TEST_CASE_FIXTURE(database_fixture, "a daily date after yesterday in New York is refused; yesterday is not") {
  REQUIRE(on({"db", "migrate"}).code == 0);
  const auto yesterday = nba::yesterday_in_new_york(nba::utc_now());
  for (const auto ahead : {date::days{1}, date::days{2}, date::days{1300}}) {
    const auto refused = on({"watermark", "set", "schedule", "daily", nba::format_date(yesterday + ahead)});
    CHECK(refused.code == 100);
    CHECK(contains(refused.err, nba::format_date(yesterday + ahead) + " lies ahead"));
    CHECK(contains(refused.err, nba::format_date(yesterday)));
  }
  CHECK(on({"watermark", "get", "schedule", "daily"}).code == 1);
  CHECK(on({"watermark", "set", "schedule", "daily", nba::format_date(yesterday)}).code == 0);
}

TEST_CASE_FIXTURE(
    database_fixture,
    "a daily date that lies ahead, or is none, is an error of daily, status and doctor that says how to mend it") {
  REQUIRE(on({"db", "migrate"}).code == 0);
  const auto yesterday = nba::yesterday_in_new_york(nba::utc_now());
  for (const auto& value :
       {nba::format_date(yesterday + date::days{1}), std::string{"2099-11-17"}, std::string{"soon"}}) {
    CAPTURE(value);
    {
      const auto opened = nba::open_store(*nba::parse_database_url(url), {});
      REQUIRE(opened);
      REQUIRE((*opened)->decree_watermark("schedule", "daily", value));  // as a run with a clock ahead left it
    }
    const auto daily = on({"schedule", "daily"});
    CHECK(daily.code == 120);
    CHECK(contains(daily.err, "ERROR watermark.unusable stage=schedule key=daily"));
    CHECK(contains(daily.err, value));
    CHECK(contains(daily.err, "nba-scraper watermark reset schedule daily"));
    const auto status = on({"status"});
    CHECK(status.code == 0);
    CHECK(contains(status.out, value));
    CHECK(contains(status.out, "reset"));  // wrapped: the words may stand on two lines
    CHECK_FALSE(contains(status.out, "done through"));
    CHECK(contains(json::parse(on({"status", "--json"}).out)["daily_problem"].get<std::string>(), value));
    const auto doctor = on({"doctor", "--offline"});
    CHECK(doctor.code == 1);
    CHECK(contains(doctor.out, "daily date"));
    CHECK(contains(doctor.out, value));
  }
  CHECK(on({"watermark", "reset", "schedule", "daily"}).code == 0);
  CHECK(on({"doctor", "--offline"}).code == 0);
  CHECK(json::parse(on({"status", "--json"}).out)["daily_problem"].is_null());
}

TEST_CASE_FIXTURE(database_fixture, "a daily run is not for a day that is not over") {
  const auto tomorrow = nba::format_date(nba::yesterday_in_new_york(nba::utc_now()) + date::days{1});
  const auto refused = on({"schedule", "daily", "--date", tomorrow});
  CHECK(refused.code == 100);
  CHECK(contains(refused.err, tomorrow + " lies ahead"));
}
