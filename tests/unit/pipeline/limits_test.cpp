#include "pipeline/limits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace nba;
using namespace std::chrono_literals;

namespace {

run_load::stage_load& stage(run_load& of, const std::string& name) {
  return *std::find_if(of.stages.begin(), of.stages.end(), [&](const auto& one) { return one.name == name; });
}

// A run on two cores and SQLite in which nothing stands out.
run_load idle() {
  run_load out;
  out.time = 30s;
  out.stages = {{"transform", 0.2, 0.9, 1}, {"load", 0.3, 0.7, 1}, {"derive", 0.1, 0.9, 1}};
  out.hosts.push_back({"stats.nba.com", 0, 0, 0, 20, 1, 1});
  out.hosts.push_back({"cdn.nba.com", 0.1, 0.1, 0, 240, 8, 8});
  out.answer_ms = 102.4;
  out.fetch_games = 16;
  out.parallel = 4;
  out.cores_busy = 0.3;
  out.cores = 2;
  return out;
}

run_load::host_load& cdn(run_load& of) { return of.hosts.back(); }

struct expected {
  std::string stage, reason, help;
};
void check(const run_load& of, const expected& wanted) {
  const auto found = find_limit(of);
  CHECK(found.stage == wanted.stage);
  CHECK(found.reason == wanted.reason);
  CHECK(found.help == wanted.help);
}

}  // namespace

TEST_SUITE("limits") {
  TEST_CASE("nothing stands out where everything waits now and then") {
    check(idle(), {"", "", ""});
    check({}, {"", "", ""});
  }

  TEST_CASE("two seconds tell nothing, and neither does what held for less than six tenths of the time") {
    auto run = idle();
    stage(run, "load").busy = 0.98;
    run.time = 1999ms;
    check(run, {"", "", ""});
    run.time = 2s;
    CHECK(find_limit(run).stage == "load");
    stage(run, "load").busy = 0.59;
    CHECK(find_limit(run).stage.empty());
    stage(run, "load").busy = 0.6;
    CHECK(find_limit(run).stage == "load");
  }

  TEST_CASE("load: what helps depends on how many connections can write") {
    auto run = idle();
    stage(run, "load").busy = 0.98;
    check(run, {"load", "load was busy 98 % of the time", "with PostgreSQL, engine.load_connections"});
    run.writers_max = 8;
    stage(run, "load").workers = 2;
    check(run, {"load", "load was busy 98 % of the time", "engine.load_connections above 2"});
    stage(run, "load").workers = 8;
    check(run, {"load", "load was busy 98 % of the time", "a database that is nearer, or quicker"});
    run.reads_back = true;
    check(run, {"load", "load was busy 98 % of the time", "--parallel"});
  }

  TEST_CASE("transform and derive: workers while there are cores, else cores") {
    auto run = idle();
    stage(run, "transform").busy = 0.97;
    check(run, {"transform", "transform was busy 97 % of the time", "engine.transform_workers above 1"});
    stage(run, "transform").workers = 2;
    check(run, {"transform", "transform was busy 97 % of the time", "more cores"});
    stage(run, "transform").busy = 0.2;
    stage(run, "derive").busy = 0.91;
    check(run, {"derive", "derive was busy 91 % of the time", "more cores: there is one worker for four of them"});
    run.reads_back = true;
    check(run, {"derive", "derive was busy 91 % of the time", "--parallel"});
  }

  TEST_CASE("a host: its pace, its connections, those that throttling left, its pauses") {
    auto run = idle();
    cdn(run).paced = 0.97;
    check(run,
          {"budget:cdn.nba.com", "cdn.nba.com: its pace of 240 requests a minute held requests back 97 % of the time",
           "hosts.\"cdn.nba.com\".requests_per_minute, as far as the host bears it"});
    cdn(run).full = 0.98;
    check(run,
          {"budget:cdn.nba.com", "all 8 connections to cdn.nba.com were in use 98 % of the time; an answer took 102 ms",
           "hosts.\"cdn.nba.com\".connections"});
    cdn(run).connections = cdn(run).window = 1;
    CHECK(find_limit(run).reason ==
          "the only connection to cdn.nba.com was in use 98 % of the time; an answer took 102 ms");
    cdn(run).connections = 8;
    cdn(run).window = 2;
    check(run, {"budget:cdn.nba.com",
                "cdn.nba.com had asked for a slower pace: 2 of 8 connections were left to it, and in use 98 % of the "
                "time",
                "hosts.\"cdn.nba.com\".requests_per_minute, so low that it does not ask"});
    cdn(run).paused = 0.99;
    cdn(run).pause_reason = "429";
    check(run, {"budget:cdn.nba.com", "cdn.nba.com asked to wait 99 % of the time (429)",
                "hosts.\"cdn.nba.com\".requests_per_minute below 240"});
    cdn(run).requests_per_minute = 0;
    CHECK(find_limit(run).help == "hosts.\"cdn.nba.com\".requests_per_minute");
    cdn(run).blocked = true;
    cdn(run).pause_reason = "Access Denied";
    check(run, {"budget:cdn.nba.com", "cdn.nba.com was left alone 99 % of the time (Access Denied)", ""});
    cdn(run).pause_reason = "";
    CHECK(find_limit(run).reason == "cdn.nba.com was left alone 99 % of the time");
  }

  TEST_CASE("fetch: its own bound, and chunks that are used up") {
    auto run = idle();
    run.fetch_full = 0.7;
    check(run, {"fetch", "fetch held all 16 games that it may, 70 % of the time, with connections left",
                "engine.fetch_games_max above 16"});
    run.chunks_used_up = 0.8;
    check(run, {"fetch", "the 4 chunks under way had no game left to ask for, 80 % of the time",
                "--parallel above 4, or larger chunks"});
    run.parallel = 1;
    check(run, {"fetch", "the chunk under way had no game left to ask for, 80 % of the time",
                "--parallel above 1, or larger chunks"});
  }

  TEST_CASE("of several that stand out the one that held the run up longest is named") {
    auto run = idle();
    stage(run, "load").busy = 0.8;
    cdn(run).full = 0.9;
    CHECK(find_limit(run).stage == "budget:cdn.nba.com");
    stage(run, "load").busy = 0.95;
    CHECK(find_limit(run).stage == "load");
    run.chunks_used_up = 0.97;
    CHECK(find_limit(run).stage == "fetch");
  }

  TEST_CASE("cores that are used up are named before whatever waits for them") {
    auto run = idle();
    run.cores_busy = 0.95;
    stage(run, "transform") = {"transform", 0.99, 0.6, 1};
    stage(run, "load") = {"load", 0.97, 0.7, 1};
    check(run, {"load", "the 2 cores were busy 95 % of the time, above all with load", "more cores"});
    cdn(run).full = 1;  // a server on the same machine has no time to answer
    CHECK(find_limit(run).help == "more cores");
    run.cores_busy = 0.89;
    CHECK(find_limit(run).stage == "budget:cdn.nba.com");
    run.cores_busy = 1.2;  // measured a moment too early
    run.cores = 1;
    CHECK(find_limit(run).reason == "the core was busy 100 % of the time, above all with load");
  }

  TEST_CASE("more cores do nothing for the one worker that always has its own") {
    auto run = idle();
    run.cores_busy = 0.95;
    stage(run, "load") = {"load", 0.97, 0.9, 1};
    check(run, {"load", "load was busy 97 % of the time", "with PostgreSQL, engine.load_connections"});
    stage(run, "load").workers = 2;  // as many as cores: each would have one more
    CHECK(find_limit(run).help == "more cores");
  }

  TEST_CASE("whatever the figures are, a limit that is named has a reason, and one that is not has no help") {
    const std::vector<double> shares{0, 0.3, 0.6, 0.95, 1};
    for (const double load : shares)
      for (const double transform : shares)
        for (const double full : shares)
          for (const double paused : shares)
            for (const double cores : shares)
              for (const double chunks : shares) {
                auto run = idle();
                stage(run, "load").busy = load;
                stage(run, "transform").busy = transform;
                cdn(run).full = full;
                cdn(run).paused = paused;
                run.cores_busy = cores;
                run.chunks_used_up = chunks;
                const auto found = find_limit(run);
                REQUIRE(found.stage.empty() == found.reason.empty());
                if (found.stage.empty()) REQUIRE(found.help.empty());
                const bool stands_out = cores >= 0.9 || std::max({load, transform, full, paused, chunks}) >= 0.6;
                REQUIRE(found.stage.empty() == !stands_out);
              }
  }
}
