#include "actors/snapshot_json.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace nba;
using namespace std::chrono_literals;

namespace {

const utc_time noon = *parse_timestamp("2025-01-10T12:00:00.250Z");

// Every member has a value that is not its default.
run_snapshot full_snapshot() {
  run_snapshot out;
  out.number = 7;
  out.at = noon;
  out.job = {100, 40, 3, 2, 10, 3, 123'456, 4500ms, true};
  out.job.chunks = {open_chunk{4, {*parse_date("2025-01-01"), *parse_date("2025-01-07")}, 50, 20, 10, 1}};
  out.job.inserted = 30;
  out.job.replaced = 4;
  out.job.unchanged = 5;
  out.job.recovered = 1;
  out.job.parked = 2;
  out.job.closed = 1;
  out.job.left = 6;
  stage_status fetch;
  fetch.name = "fetch";
  fetch.depth = 5;
  fetch.bound = 16;
  fetch.credit = 11;
  fetch.in = 50;
  fetch.bytes_total = 987'654;
  fetch.busy = 1500ms;
  fetch.recent.busy_pct = 98.5;
  fetch.service.record(100us);
  fetch.service.record(3ms);
  out.stages = {fetch};
  host_status host;
  host.host = "cdn.nba.com";
  host.state = host_state::throttled;
  host.window = 4;
  host.in_flight = 3;
  host.waiting = 12;
  host.pause = host_pause{"cdn.nba.com", noon + 60s, "429", 2, 5, true};
  host.tokens = 2.5;
  host.requests_per_minute = 240;
  host.failed_probes = 1;
  host.answers.count({});
  host.answers.count({failure_class::throttled});
  host.answers.count({failure_class::throttled});
  host.answers.count({failure_class::internal});
  out.hosts = {host};
  out.lanes = {{"2024-25", "0022400007", 3}};
  out.rates = {1.5, 2048, 3};
  out.limit = {"load", "load was busy 98 % of the time", "engine.load_connections"};
  return out;
}

}  // namespace

TEST_SUITE("snapshot as JSON") {
  TEST_CASE("a snapshot comes back as it was written") {
    const auto text = to_json(full_snapshot());
    const auto back = snapshot_from_json(text);
    REQUIRE(back);
    CHECK(to_json(*back) == text);
    CHECK(back->at == noon);
    CHECK(back->job.left == 6);
    CHECK(back->job.inserted == 30);
    REQUIRE(back->hosts.size() == 1);
    CHECK(back->hosts[0].answers == full_snapshot().hosts[0].answers);
    CHECK(back->hosts[0].tokens == 2.5);
    CHECK(back->hosts[0].requests_per_minute == 240);
    CHECK(back->hosts[0].failed_probes == 1);
    CHECK(back->hosts[0].pause->until == noon + 60s);
    CHECK(back->stages[0].service.count() == 2);
    CHECK(back->stages[0].service.count_below_power(7) == 1);
  }

  TEST_CASE("every member of job and host is in the text by its name") {
    const auto document = nlohmann::json::parse(to_json(full_snapshot()));
    for (const auto* name : {"inserted", "replaced", "unchanged", "recovered", "parked", "closed", "left"})
      CHECK_MESSAGE(document["job"].contains(name), name);
    for (const auto* name : {"tokens", "requests_per_minute", "failed_probes", "answers"})
      CHECK_MESSAGE(document["hosts"][0].contains(name), name);
    CHECK(document["hosts"][0]["answers"] == nlohmann::json{{"good", 1}, {"throttled", 2}, {"internal", 1}});
  }

  TEST_CASE("the text of another version is read as far as it is understood") {
    const auto older = snapshot_from_json(R"({"number": 3, "job": {"games_total": 5}, "hosts": [{"host": "a.test"}]})");
    REQUIRE(older);
    CHECK(older->job.games_total == 5);
    CHECK(older->job.inserted == 0);
    CHECK(older->hosts[0].answers == answer_tally{});
    const auto newer = snapshot_from_json(
        R"({"hosts": [{"host": "a.test", "tokens": "many", "answers": {"good": -1, "throttled": 2, "tired": 9}}]})");
    REQUIRE(newer);
    CHECK(newer->hosts[0].tokens == 0);
    CHECK(newer->hosts[0].answers.good == 0);
    CHECK(newer->hosts[0].answers.of(failure_class::throttled) == 2);
    CHECK(snapshot_from_json(R"({"hosts": [{"answers": [1]}]})"));
  }

  TEST_CASE("what is no snapshot is refused") {
    for (const auto* text : {"", "[]", "3", "{\"number\": "}) {
      CAPTURE(text);
      const auto read = snapshot_from_json(text);
      REQUIRE_FALSE(read);
      CHECK(read.error().kind == failure_class::rejected);
    }
  }
}
