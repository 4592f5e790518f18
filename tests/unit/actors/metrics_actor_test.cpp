#include "actors/metrics_actor.hpp"

#include "actors/snapshot_json.hpp"
#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/testing_system.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

// Seven items came in at its start, and nothing since.
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

// A stage that is what the test says.
status_source source_of(testing_system& world, std::shared_ptr<stage_status> what) {
  return world.spawn([what](status_source::pointer) -> status_source::behavior_type {
    return {[what](const status_query&) { return *what; }};
  });
}

// One worker of a stage for so long: `busy` of it with transactions of a length.
void works(stage_status& of, std::chrono::milliseconds time, int transactions, std::chrono::milliseconds each) {
  of.up += time;
  for (int i = 0; i < transactions; ++i) {
    of.service.record(each);
    of.busy += each;
    ++of.in;
    ++of.out;
  }
}

host_source host_named(testing_system& world, std::string name) {
  return world.spawn([name](host_source::pointer) -> host_source::behavior_type {
    return {[name](const host_query&) {
      host_status status;
      status.host = name;
      status.waiting = 4;
      return status;
    }};
  });
}

lanes_source one_lane(testing_system& world) {
  return world.spawn([](lanes_source::pointer) -> lanes_source::behavior_type {
    return {[](const lanes_query&) { return lanes_status{{{"2024-25/regular", "0022400007", 3}}}; }};
  });
}

// A job that ends ten games a second.
job_source steady_job(testing_system& world) {
  return world.spawn(
      [clock = world.clock(), begin = world.clock()()](job_source::pointer) -> job_source::behavior_type {
        return {[clock, begin](const job_query&) {
          job_status status;
          status.games_total = 1'000;
          status.games_done = std::chrono::duration_cast<std::chrono::milliseconds>(clock() - begin).count() / 100;
          return status;
        }};
      });
}

metrics_options every_ten_seconds(testing_system& world, std::shared_ptr<event_sink> log) {
  metrics_options options;
  options.log = std::move(log);
  options.now = world.clock();
  return options;
}

}  // namespace

TEST_SUITE("metrics actor") {
  TEST_CASE("what all say is one snapshot, which is there for everybody and told once") {
    testing_system world;
    auto options = every_ten_seconds(world, nullptr);
    const auto board = options.board = std::make_shared<snapshot_board>();
    std::vector<std::uint64_t> told;
    options.on_snapshot = [&](const run_snapshot& one) { told.push_back(one.number); };
    CHECK_FALSE(board->newest());
    world.spawn(make_metrics, std::move(options),
                metrics_sources{{source_named(world, "fetch"), source_named(world, "load")},
                                {host_named(world, "cdn.nba.com")},
                                one_lane(world),
                                steady_job(world)});
    world.advance(100ms);
    const auto first = board->newest();
    REQUIRE(first);
    CHECK(first->number == 1);
    REQUIRE(first->stages.size() == 2);
    CHECK(first->stages[0].name == "fetch");
    REQUIRE(first->stage("load"));
    CHECK(first->stage("load")->depth == 3);
    CHECK(first->stage("derive") == nullptr);
    REQUIRE(first->hosts.size() == 1);
    CHECK(first->hosts[0].waiting == 4);
    REQUIRE(first->lanes.size() == 1);
    CHECK(first->lanes[0].durable == "0022400007");
    CHECK(first->job.games_total == 1'000);
    world.advance(2s);
    CHECK(told == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    CHECK(first->number == 1);  // whoever holds an old one keeps it
    CHECK(board->newest()->rates.games_per_second == doctest::Approx(10).epsilon(0.01));
    world.advance(50s);  // longer than the window of the rates
    CHECK(board->newest()->rates.games_per_second == doctest::Approx(10).epsilon(0.01));
  }

  TEST_CASE("a line says what a stage did since its last one, and a stage that did nothing has none") {
    testing_system world;
    auto log = std::make_shared<recording_sink>();
    auto load = std::make_shared<stage_status>();
    load->name = "load";
    load->workers = 1;
    world.spawn(make_metrics, every_ten_seconds(world, log),
                metrics_sources{{source_of(world, load), source_named(world, "fetch")}, {}, {}, {}});
    works(*load, 10s, 8, 1s);
    load->depth_max = 9;
    world.advance(9s);
    CHECK(log->count("actor.metrics") == 0);
    world.advance(1s);
    auto events = log->named("actor.metrics");
    REQUIRE(events.size() == 2);
    CHECK(field(events[0], "actor") == "load");
    CHECK(field(events[0], "in") == "8");
    CHECK(field(events[0], "depth_max") == "9");
    CHECK(std::stod(field(events[0], "busy_pct")) == 80);
    CHECK(std::stod(field(events[0], "service_ms_p50")) == doctest::Approx(1000).epsilon(0.1));
    CHECK(field(events[1], "actor") == "fetch");
    CHECK(field(events[1], "depth") == "3");
    CHECK(field(events[1], "in") == "7");

    // Quicker and less: nothing of the first ten seconds is in it. The peak of those is no news; a depth that was seen
    // is.
    works(*load, 10s, 20, 100ms);
    load->failed = 2;
    load->depth = 4;
    world.advance(5s);
    load->depth = 1;
    world.advance(5s);
    events = log->named("actor.metrics");
    REQUIRE(events.size() == 3);  // fetch has stood still
    CHECK(field(events[2], "actor") == "load");
    CHECK(field(events[2], "in") == "20");
    CHECK(field(events[2], "out") == "20");
    CHECK(field(events[2], "failed") == "2");
    CHECK(field(events[2], "depth") == "1");
    CHECK(field(events[2], "depth_max") == "4");
    CHECK(std::stod(field(events[2], "busy_pct")) == 20);
    CHECK(std::stod(field(events[2], "service_ms_p99")) == doctest::Approx(100).epsilon(0.1));

    load->up += 30s;
    world.advance(30s);
    CHECK(log->count("actor.metrics") == 3);
    load->depth_max = 12;  // deeper than ever between two snapshots
    works(*load, 10s, 1, 100ms);
    world.advance(10s);
    events = log->named("actor.metrics");
    REQUIRE(events.size() == 4);
    CHECK(field(events[3], "depth_max") == "12");
    CHECK(field(events[3], "in") == "1");
  }

  TEST_CASE("a snapshot tells what each stage did lately, and what limits the run now and on the whole") {
    testing_system world;
    auto options = every_ten_seconds(world, nullptr);
    const auto board = options.board = std::make_shared<snapshot_board>();
    options.cpu = [] { return std::chrono::nanoseconds{0}; };
    options.frame.cores = 2;
    auto load = std::make_shared<stage_status>();
    load->name = "load";
    load->workers = 1;
    world.spawn(make_metrics, std::move(options), metrics_sources{{source_of(world, load)}, {}, {}, {}});
    const auto a_second_of = [&](int transactions) {
      works(*load, 1s, transactions, 100ms);
      world.advance(1s);
    };
    for (int i = 0; i < 40; ++i) a_second_of(10);
    auto newest = board->newest();
    CHECK(newest->stage("load")->recent.busy_pct == doctest::Approx(100).epsilon(0.01));
    CHECK(newest->limit.stage == "load");
    CHECK(newest->limit_of_run.stage == "load");
    for (int i = 0; i < 35; ++i) a_second_of(1);
    newest = board->newest();
    CHECK(newest->stage("load")->recent.busy_pct == doctest::Approx(10).epsilon(0.2));
    CHECK(newest->stage("load")->recent.in <= 35);
    CHECK(newest->limit.stage.empty());
    CHECK(newest->limit_of_run.stage.empty());  // 435 of 750
    for (int i = 0; i < 100; ++i) a_second_of(10);
    newest = board->newest();
    CHECK(newest->limit.reason == "load was busy 100 % of the time");
    CHECK(newest->limit_of_run.reason == "load was busy 82 % of the time");
    // Others read it as text.
    const auto read = snapshot_from_json(to_json(*newest));
    REQUIRE(read);
    CHECK(read->limit.reason == newest->limit.reason);
    CHECK(read->limit_of_run.reason == newest->limit_of_run.reason);
    CHECK(read->stage("load")->recent.busy_pct == newest->stage("load")->recent.busy_pct);
  }

  TEST_CASE("a source that does not answer or has ended is left out, and the others go on") {
    testing_system world;
    auto log = std::make_shared<recording_sink>();
    auto silent = source_named(world, "silent"), gone = source_named(world, "gone");
    world.settle();
    world.hold(silent);
    caf::anon_send_exit(gone, caf::exit_reason::kill);
    auto options = every_ten_seconds(world, log);
    const auto board = options.board = std::make_shared<snapshot_board>();
    world.spawn(make_metrics, std::move(options),
                metrics_sources{{silent, gone, source_named(world, "load")}, {}, {}, {}});
    world.advance(35s);
    REQUIRE(board->newest());
    CHECK(board->newest()->stages.size() == 1);
    CHECK(log->count("actor.metrics") == 1);
    for (const auto& event : log->named("actor.metrics")) CHECK(field(event, "actor") == "load");
  }

  TEST_CASE("a job that has ended is shown as it was, and nothing goes back") {
    testing_system world;
    auto options = every_ten_seconds(world, nullptr);
    const auto board = options.board = std::make_shared<snapshot_board>();
    const auto job = steady_job(world);
    world.spawn(make_metrics, std::move(options), metrics_sources{{}, {}, {}, job});
    world.advance(5s);
    const auto before = board->newest();
    REQUIRE(before->job.games_done > 0);
    caf::anon_send_exit(job, caf::exit_reason::kill);
    world.advance(5s);
    CHECK(board->newest()->number > before->number);
    CHECK(board->newest()->job.games_done >= before->job.games_done);
    CHECK(board->newest()->rates.games_per_second <= before->rates.games_per_second + 0.1);
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
