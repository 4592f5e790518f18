#include "actors/budget_actor.hpp"

#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/testing_system.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

struct budget_fixture {
  explicit budget_fixture(budget_settings settings, std::size_t waiting_max = 1024,
                          std::chrono::milliseconds cool_down = 0ms) {
    budget_options options;
    options.cool_down = cool_down;
    options.keep_pause = [this](const std::string& host, std::chrono::milliseconds left) {
      CHECK(host == "league.test");
      kept.push_back(left);
    };
    options.host = "league.test";
    options.settings = settings;
    options.waiting_max = waiting_max;
    options.log = log;
    options.now = world.clock();
    budget = world.spawn(make_budget, std::move(options));
    world.settle();
  }
  void request(std::uint64_t ticket, bool urgent = false) {
    world.send(fetch, budget, permit_request{ticket, urgent});
    world.settle();
  }
  void give_back(budget_signal signal, std::optional<std::chrono::seconds> retry_after = std::nullopt) {
    world.send(fetch, budget, permit_return{signal, retry_after});
    world.settle();
  }
  // Tickets granted since the last call.
  std::vector<std::uint64_t> granted() {
    std::vector<std::uint64_t> tickets;
    while (const auto one = fetch.take<permit_granted>()) tickets.push_back(one->ticket);
    return tickets;
  }

  testing_system world;
  std::vector<std::chrono::milliseconds> kept;
  std::shared_ptr<recording_sink> log = std::make_shared<recording_sink>();
  probe fetch = world.make_probe();
  budget_actor budget;
};

using tickets = std::vector<std::uint64_t>;

budget_settings unpaced(int in_flight_max) {
  budget_settings settings;
  settings.requests_per_minute = 0;
  settings.in_flight_max = in_flight_max;
  return settings;
}

}  // namespace

TEST_SUITE("budget actor") {
  TEST_CASE("permits are granted in order, as many at a time as the window is wide") {
    budget_fixture f(unpaced(2));
    for (std::uint64_t ticket = 1; ticket <= 4; ++ticket) f.request(ticket);
    CHECK(f.granted() == tickets{1, 2});
    f.give_back(budget_signal::failure);
    CHECK(f.granted() == tickets{3});
    f.give_back(budget_signal::success);
    f.give_back(budget_signal::success);
    CHECK(f.granted() == tickets{4});
    const auto status = f.world.ask<stage_status>(f.budget, status_query{});
    CHECK(status.depth == 1);
    CHECK(status.depth_max == 2);
    CHECK(status.bound == 2);
  }

  TEST_CASE("an urgent request goes before everything that waits") {
    budget_fixture f(unpaced(1));
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) f.request(ticket);
    f.request(9, true);
    CHECK(f.granted() == tickets{1});
    f.give_back(budget_signal::success);
    CHECK(f.granted() == tickets{9});
  }

  TEST_CASE("the pace is kept by a timer, without anybody asking again") {
    budget_settings settings;
    settings.requests_per_minute = 60;
    settings.burst = 1;
    budget_fixture f(settings);
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) f.request(ticket);
    CHECK(f.granted() == tickets{1});
    f.world.advance(900ms);
    CHECK(f.granted().empty());
    f.world.advance(100ms);
    CHECK(f.granted() == tickets{2});
    f.world.advance(1s);
    CHECK(f.granted() == tickets{3});
  }

  TEST_CASE("throttling pauses the host for as long as it asks, and is logged when it begins and ends") {
    budget_fixture f(unpaced(4));
    f.request(1);
    CHECK(f.granted() == tickets{1});
    f.give_back(budget_signal::throttled, 30s);
    f.request(2);
    CHECK(f.granted().empty());
    CHECK(f.log->count("host.throttled") == 1);
    f.world.advance(29s);
    CHECK(f.granted().empty());
    f.world.advance(1s);
    CHECK(f.granted() == tickets{2});
    REQUIRE(f.log->count("host.recovered") == 1);
    CHECK(field(f.log->named("host.recovered").front(), "host") == "league.test");
  }

  TEST_CASE("a blocked host gets one probe after its cool-down, and is open again when that succeeds") {
    budget_fixture f(unpaced(4));
    f.request(1);
    f.give_back(budget_signal::blocked);
    for (std::uint64_t ticket = 2; ticket <= 4; ++ticket) f.request(ticket);
    CHECK(f.granted() == tickets{1});
    CHECK(f.log->count("host.blocked") == 1);
    f.world.advance(60s);
    CHECK(f.granted() == tickets{2});
    f.world.advance(600s);
    CHECK(f.granted().empty());  // the probe is still out
    f.give_back(budget_signal::success);
    CHECK(f.granted() == tickets{3});  // trust comes back slowly: the window is at its smallest
    CHECK(f.log->count("host.recovered") == 1);
  }

  TEST_CASE("a host that stays blocked is given up: everything that waits and all that comes is denied") {
    auto settings = unpaced(4);
    settings.block_probes_max = 2;
    budget_fixture f(settings);
    f.request(1);
    f.give_back(budget_signal::blocked);
    for (std::uint64_t ticket = 2; ticket <= 5; ++ticket) f.request(ticket);
    f.world.advance(60s);
    f.give_back(budget_signal::blocked);
    f.world.advance(120s);
    CHECK(f.granted() == tickets{1, 2, 3});
    f.give_back(budget_signal::blocked);
    f.request(6);
    tickets denied;
    while (const auto one = f.fetch.take<permit_denied>()) denied.push_back(one->ticket);
    CHECK(denied == tickets{4, 5, 6});
    CHECK(f.granted().empty());
    REQUIRE(f.log->count("host.blocked") >= 2);
    CHECK(f.log->named("host.blocked").back().level == event_level::error);
    CHECK(field(f.log->named("host.blocked").back(), "given_up") == "true");
  }

  TEST_CASE("more requests waiting than the bound is a bug and ends the budget") {
    budget_fixture f(unpaced(1), 2);
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) f.request(ticket);
    CHECK_FALSE(has_ended(f.budget));
    f.request(4);
    CHECK(has_ended(f.budget));
  }

  TEST_CASE("pauses are kept once each, unless they are too short to matter") {
    auto settings = unpaced(2);
    settings.throttle_pause = 5s;
    budget_fixture f(settings);
    f.request(1);
    CHECK(f.granted() == tickets{1});
    f.give_back(budget_signal::throttled);  // five seconds
    CHECK(f.kept.empty());
    f.request(2);
    f.world.advance(5s);
    CHECK(f.granted() == tickets{2});
    f.give_back(budget_signal::throttled, 600s);
    REQUIRE(f.kept.size() == 1);
    CHECK(f.kept.front() == 600s);
    f.request(3);
    f.request(4);
    CHECK(f.kept.size() == 1);
  }

  TEST_CASE("a cool-down of an earlier run is sat out, and then one request probes the host") {
    budget_fixture f(unpaced(4), 1024, 30s);
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) f.request(ticket);
    CHECK(f.granted().empty());
    CHECK(f.log->count("host.blocked") == 1);
    CHECK(f.kept.empty());  // it is kept already
    REQUIRE(f.world.fire_next_timer());
    f.world.settle();
    CHECK(f.granted() == tickets{1});
    f.give_back(budget_signal::success);
    CHECK(f.granted() == tickets{2});
    CHECK(f.log->count("host.recovered") == 1);
  }
}
