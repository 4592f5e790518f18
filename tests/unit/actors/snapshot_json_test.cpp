#include "actors/snapshot_json.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace nba;
using namespace std::chrono_literals;

namespace {

run_snapshot full_snapshot() {
  run_snapshot out;
  out.number = 7;
  out.at = *parse_timestamp("2025-01-02T03:04:05.678Z");
  out.job = {1'320, 611, 3, 2, 24, 11, 812'345, 4'200ms, true, {}};
  out.job.chunks.push_back({12, {*parse_date("2024-11-03"), *parse_date("2024-11-09")}, 50, 20, 10, 1});
  stage_status load;
  load.name = "load";
  load.depth = 5, load.depth_max = 9, load.bound = 32, load.bytes = 1'000, load.bytes_max = 2'000;
  load.bytes_bound = 3'000, load.credit = 27, load.in = 100, load.out = 95, load.failed = 1, load.bytes_total = 4'000;
  load.workers = 2, load.busy = 2s, load.cpu = 1s, load.up = 4s;
  load.service.record(3ms), load.service.record(90ms);
  load.recent = {97.5, 2.5, 80, 40, 39, 1};
  out.stages.push_back(load);
  out.hosts.push_back({"cdn.nba.com", host_state::blocked, 1, 2, 3, std::nullopt});
  out.hosts.back().pause = host_pause{"cdn.nba.com", out.at + 1min, "Access Denied", 2, 5, true};
  out.lanes.push_back({"2024-25/playoffs", "0042400101", 12});
  out.rates = {38.25, 1e6, 80.5};
  out.limit = {"load", "load was busy 98 % of the time", "with PostgreSQL, engine.load_connections"};
  return out;
}

}  // namespace

TEST_CASE("a snapshot that was written is read back whole") {
  const auto text = to_json(full_snapshot());
  const auto read = snapshot_from_json(text);
  REQUIRE(read.has_value());
  CHECK(to_json(*read) == text);
  CHECK(read->at == full_snapshot().at);
  CHECK(read->job.chunks.at(0).dates.last == *parse_date("2024-11-09"));
  CHECK(read->stages.at(0).service.count() == 2);
  CHECK(read->stages.at(0).service.percentile_ms(1) == full_snapshot().stages.at(0).service.percentile_ms(1));
  CHECK(read->stages.at(0).recent.busy_pct == 97.5);
  REQUIRE(read->hosts.at(0).pause.has_value());
  CHECK(read->hosts.at(0).state == host_state::blocked);
  CHECK(read->hosts.at(0).pause->given_up);
  CHECK(read->limit.help == full_snapshot().limit.help);
}

TEST_CASE("every member is written under a name of its own") {
  // One that is forgotten in the list of members comes back with its default, and this text would differ from it.
  const auto document = nlohmann::json::parse(to_json(full_snapshot()));
  const auto empty = nlohmann::json::parse(to_json(run_snapshot{}));
  for (const auto& [name, value] : empty.items()) {
    CAPTURE(name);
    CHECK(document.at(name) != value);
  }
  const auto stage = nlohmann::json::parse(to_json([] {
    run_snapshot one;
    one.stages.emplace_back();
    return one;
  }()))["stages"][0];
  for (const auto& [name, value] : stage.items()) {
    CAPTURE(name);
    CHECK(document["stages"][0].at(name) != value);
  }
}

TEST_CASE("what another version wrote is read as far as it goes") {
  const auto read = snapshot_from_json(
      R"({"number":3,"added_later":{"a":[1]},"job":{"games_total":"many","games_done":5},"stages":[{"name":"fetch"},7],)"
      R"("hosts":[{"host":"h","state":"asleep","pause":null}],"lanes":null,"at":"yesterday"})");
  REQUIRE(read.has_value());
  CHECK(read->number == 3);
  CHECK(read->job.games_total == 0);
  CHECK(read->job.games_done == 5);
  REQUIRE(read->stages.size() == 2);
  CHECK(read->stages[0].name == "fetch");
  CHECK(read->stages[1].name.empty());
  CHECK(read->hosts.at(0).state == host_state::open);
  CHECK_FALSE(read->hosts.at(0).pause.has_value());
  CHECK(read->lanes.empty());
}

TEST_CASE("a text that is no snapshot is refused") {
  for (const auto* text : {"", "null", "[]", "{", "3", "\xff"}) {
    CAPTURE(text);
    const auto read = snapshot_from_json(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().kind == failure_class::rejected);
  }
}

TEST_CASE("a report counts all games and names some") {
  run_report report;
  report.ending = run_ending::host_lost;
  report.ending_reason = "cdn.nba.com \xff refused";
  report.inserted = 3, report.recovered = 2, report.failures = 60;
  for (int i = 0; i < 60; ++i)
    report.parked.push_back(
        {*game_id::parse("00224" + std::to_string(10'001 + i)), {}, game_state::parked, "transform", "no points"});
  const auto document = nlohmann::json::parse(to_json(report, {"fetch", "r", ""}));
  CHECK(document["done"] == 5);
  CHECK(document["ending"] == to_string(run_ending::host_lost));
  CHECK(document["parked"]["games"] == 60);
  CHECK(document["parked"]["named"].size() == report_games_max);
  CHECK(document["parked"]["named"][0]["stage"] == "transform");
  CHECK(document["limit"]["stage"] == "fetch");
  CHECK(document["ending_reason"] == "cdn.nba.com \xef\xbf\xbd refused");
}
