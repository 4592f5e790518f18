#include "actors/run_history.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace std::chrono_literals;

namespace {

stage_status named_stage(const char* name) {
  stage_status out;
  out.name = name;
  return out;
}

// A run that is looked at five times a second. Members are what the next snapshot shows.
struct watched_run {
  run_history history;
  run_snapshot now;
  std::chrono::steady_clock::time_point at{};
  std::chrono::nanoseconds cpu{7s};  // used before the run began

  explicit watched_run(limit_frame frame = {}) : history(std::move(frame), 30s) {
    now.stages.push_back(named_stage("fetch"));
    now.stages.back().bound = 16;
    now.hosts.push_back({"cdn.nba.com", host_state::open, 8});
    history.add(at, cpu, now);
  }
  host_status& host() { return now.hosts.front(); }
  stage_status& fetch() { return now.stages.front(); }
  void watch(std::chrono::milliseconds time, double cores = 0) {
    for (std::chrono::milliseconds passed{0}; passed < time; passed += 200ms) {
      at += 200ms;
      cpu += std::chrono::nanoseconds{static_cast<std::int64_t>(2e8 * cores)};
      history.add(at, cpu, now);
    }
  }
};

limit_frame frame_of(double pace) {
  limit_frame out;
  out.hosts["cdn.nba.com"] = {pace, 8};
  out.parallel = 4;
  out.cores = 2;
  return out;
}

}  // namespace

TEST_SUITE("run history") {
  TEST_CASE("what a host's requests wait for is weighed with the time: pace, connections, a pause, or nothing") {
    watched_run run{frame_of(240)};
    run.host().in_flight = 3;
    run.watch(2s);  // nobody waits
    run.host().waiting = 5;
    run.watch(4s);  // connections are free: for the pace
    run.host().in_flight = 8;
    run.watch(8s);
    run.host().state = host_state::throttled;
    run.host().pause = host_pause{"cdn.nba.com", {}, "429"};
    run.host().window = 4;
    run.watch(2s);
    auto load = run.history.overall();
    REQUIRE(load.hosts.size() == 1);
    CHECK(load.time == 16s);
    CHECK(load.hosts[0].paced == doctest::Approx(0.25));
    CHECK(load.hosts[0].full == doctest::Approx(0.5));
    CHECK(load.hosts[0].paused == doctest::Approx(0.125));
    CHECK(load.hosts[0].requests_per_minute == 240);
    CHECK(load.hosts[0].connections == 8);
    CHECK(load.hosts[0].window == 4);
    CHECK(load.hosts[0].pause_reason == "429");
    CHECK_FALSE(load.hosts[0].blocked);

    run.host().state = host_state::blocked;
    run.host().pause->reason = "Access Denied";
    run.watch(200ms);
    // A probe is under way: the others wait for its outcome.
    run.host().state = host_state::half_open;
    run.host().pause.reset();
    run.watch(1800ms);
    load = run.history.overall();
    CHECK(load.hosts[0].paused == doctest::Approx(4.0 / 18));
    CHECK(load.hosts[0].blocked);
    CHECK(load.hosts[0].pause_reason == "Access Denied");
  }

  TEST_CASE("a host without a pace is waited for only when its connections are in use") {
    watched_run run{frame_of(0)};
    run.host().waiting = 5;
    run.host().in_flight = 7;
    run.watch(2s);
    CHECK(run.history.overall().hosts[0].paced == 0);
    run.host().in_flight = 8;
    run.watch(2s);
    CHECK(run.history.overall().hosts[0].full == doctest::Approx(0.5));
  }

  TEST_CASE("fetch is full when each of its games waits for a document and no request waits for its turn") {
    watched_run run{frame_of(0)};
    run.fetch().depth = 16;
    run.host().window = 64;
    run.host().in_flight = 15;
    run.watch(2s);  // one of the games waits for transform
    CHECK(run.history.overall().fetch_full == 0);
    run.host().in_flight = 16;
    run.watch(2s);
    CHECK(run.history.overall().fetch_full == doctest::Approx(0.5));
    run.host().waiting = 1;
    run.watch(4s);
    CHECK(run.history.overall().fetch_full == doctest::Approx(0.25));
    CHECK(run.history.overall().fetch_games == 16);
  }

  TEST_CASE("chunks are used up when fetch has room, those under way have no game left, and others are to come") {
    watched_run run{frame_of(0)};
    run.fetch().depth = 3;
    run.now.job.chunks_total = 5;
    run.now.job.chunks_ended = 2;
    run.now.job.chunks = {{1, {}, 10, 10, 8}, {2, {}, 10, 10, 9}};
    run.watch(2s);
    CHECK(run.history.overall().chunks_used_up == doctest::Approx(1));
    run.now.job.chunks[1].admitted = 9;
    run.watch(2s);
    CHECK(run.history.overall().chunks_used_up == doctest::Approx(0.5));
    run.now.job.chunks[1].admitted = 10;
    run.now.job.chunks_ended = 3;  // the last ones are under way: nothing would help
    run.watch(1s);
    run.now.job.chunks_ended = 2;
    run.fetch().depth = 16;
    run.watch(1s);
    run.fetch().depth = 3;
    run.now.job.draining = true;
    run.watch(2s);
    CHECK(run.history.overall().chunks_used_up == doctest::Approx(0.25));
    CHECK(run.history.overall().parallel == 4);
  }

  TEST_CASE("the cores are those that this run used, not what the process did before") {
    watched_run run{frame_of(0)};
    run.watch(10s, 1.5);
    CHECK(run.history.overall().cores_busy == doctest::Approx(0.75));
    CHECK(run.history.overall().cores == 2);
  }

  TEST_CASE("a window forgets what was before it, the whole run does not") {
    watched_run run{frame_of(240)};
    run.host().waiting = 5;
    run.watch(60s);
    run.host().waiting = 0;
    run.watch(20s);
    // Moments are some two seconds apart, so the window may reach back as far beyond its length.
    CHECK(run.history.lately().time >= 30s);
    CHECK(run.history.lately().time <= 34s);
    CHECK(run.history.lately().hosts[0].paced == doctest::Approx(0.35).epsilon(0.05));
    CHECK(run.history.overall().hosts[0].paced == doctest::Approx(0.75));
    run.watch(40s);
    CHECK(run.history.lately().hosts[0].paced == 0);
    CHECK(run.history.overall().hosts[0].paced == doctest::Approx(0.5));
  }

  TEST_CASE("a young run is looked at from its start on, and a stage that came late from when it is known") {
    watched_run run{frame_of(0)};
    run.fetch().in = 5;
    run.watch(3s);
    CHECK(run.history.recent(run.fetch()).in == 5);
    CHECK(run.history.lately().time == 3s);
    run.watch(60s);
    CHECK(run.history.recent(run.fetch()).in == 0);
    auto late = named_stage("load");
    late.in = 100;
    run.now.stages.push_back(late);  // did not answer before
    run.watch(10s);
    run.now.stages.back().in = 130;
    run.watch(200ms);
    CHECK(run.history.recent(run.now.stages.back()).in == 30);
  }

  TEST_CASE("a run that has not begun has nothing that limits it") {
    const run_history none{frame_of(240), 30s};
    CHECK(find_limit(none.lately()).stage.empty());
    CHECK(find_limit(none.overall()).stage.empty());
  }
}
