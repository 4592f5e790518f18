#include "actors/metrics_actor.hpp"

#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/testing_system.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

status_source source_named(testing_system& world, std::string name) {
  return world.spawn([name](status_source::pointer) -> status_source::behavior_type {
    return {[name](const status_query&) {
      stage_status status;
      status.name = name;
      status.depth = 3;
      status.in = 7;
      return status;
    }};
  });
}

}  // namespace

TEST_SUITE("metrics actor") {
  TEST_CASE("every source is logged once an interval") {
    testing_system world;
    auto log = std::make_shared<recording_sink>();
    world.spawn(make_metrics, metrics_options{10s, log},
                std::vector{source_named(world, "fetch"), source_named(world, "load")});
    world.advance(9s);
    CHECK(log->count("actor.metrics") == 0);
    world.advance(1s);
    CHECK(log->count("actor.metrics") == 2);
    world.advance(20s);
    const auto events = log->named("actor.metrics");
    REQUIRE(events.size() == 6);
    CHECK(field(events[0], "actor") == "fetch");
    CHECK(field(events[0], "depth") == "3");
    CHECK(field(events[0], "in") == "7");
  }

  TEST_CASE("a source that does not answer or has ended is left out, and the others go on") {
    testing_system world;
    auto log = std::make_shared<recording_sink>();
    auto silent = source_named(world, "silent"), gone = source_named(world, "gone");
    world.settle();
    world.hold(silent);
    caf::anon_send_exit(gone, caf::exit_reason::kill);
    world.spawn(make_metrics, metrics_options{10s, log}, std::vector{silent, gone, source_named(world, "load")});
    world.advance(35s);
    CHECK(log->count("actor.metrics") == 3);
    for (const auto& event : log->named("actor.metrics")) CHECK(field(event, "actor") == "load");
  }

  TEST_CASE("a line names all the figures of the contract") {
    const auto event = metrics_event(stage_status{});
    for (const char* name : {"actor", "depth", "depth_max", "credit", "in", "out", "failed", "service_ms_p50",
                             "service_ms_p99", "busy_pct"})
      CHECK_MESSAGE(std::count_if(event.fields.begin(), event.fields.end(),
                                  [&](const event_field& one) { return one.key == name; }) == 1,
                    name);
  }

  TEST_CASE("each figure of a line is the stage's own") {
    stage_status status;
    status.name = "load";
    status.depth = 1;
    status.depth_max = 2;
    status.bound = 3;
    status.credit = 4;
    status.in = 5;
    status.out = 6;
    status.failed = 7;
    status.workers = 2;
    status.busy = 1s;
    status.up = 2s;
    for (const auto spent : {10ms, 10ms, 10ms, 500ms}) status.service.record(spent);
    const auto event = metrics_event(status);
    CHECK(field(event, "actor") == "load");
    CHECK(field(event, "depth") == "1");
    CHECK(field(event, "depth_max") == "2");
    CHECK(field(event, "bound") == "3");
    CHECK(field(event, "credit") == "4");
    CHECK(field(event, "in") == "5");
    CHECK(field(event, "out") == "6");
    CHECK(field(event, "failed") == "7");
    CHECK(std::stod(field(event, "service_ms_p50")) < 20);
    CHECK(std::stod(field(event, "service_ms_p99")) > 400);
    CHECK(std::stod(field(event, "busy_pct")) == 25);
  }
}
