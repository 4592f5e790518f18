#include "actors/budget_actor.hpp"

#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/testing_system.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

const utc_time wall = *parse_timestamp("2026-02-03T04:00:00.000Z");

struct budget_fixture {
  explicit budget_fixture(budget_settings settings, std::size_t waiting_max = 1024,
                          std::chrono::milliseconds cool_down = 0ms) {
    budget_options options;
    options.cool_down = cool_down;
    options.cool_down_reason = "Access Denied";
    options.on_pause = [this](const std::string& host, const std::optional<host_pause>& pause) {
      CHECK(host == "league.test");
      told.push_back(pause);
    };
    options.wall_clock = [] { return wall; };
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
  void give_back(budget_signal signal, std::optional<std::chrono::seconds> retry_after = std::nullopt,
                 std::string reason = {}) {
    world.send(fetch, budget, permit_return{signal, retry_after, std::move(reason)});
    world.settle();
  }
  // Tickets granted since the last call.
  std::vector<std::uint64_t> granted() {
    std::vector<std::uint64_t> tickets;
    while (const auto one = fetch.take<permit_granted>()) tickets.push_back(one->ticket);
    return tickets;
  }

  testing_system world;
  std::vector<std::optional<host_pause>> told;  // nullopt: recovered
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

  TEST_CASE("a host's status has its pace, and its answers by class") {
    budget_settings settings;
    settings.requests_per_minute = 60;
    settings.burst = 3;
    budget_fixture f(settings);
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) f.request(ticket);
    auto status = f.world.ask<host_status>(f.budget, host_query{});
    CHECK(status.requests_per_minute == 60);
    CHECK(status.tokens < 0.5);
    CHECK(status.answers == answer_tally{});
    const auto give_back = [&f](std::optional<host_answer> answer) {
      f.world.send(f.fetch, f.budget, permit_return{budget_signal::failure, std::nullopt, "", answer});
      f.world.settle();
    };
    give_back(host_answer{});
    give_back(host_answer{failure_class::unavailable});
    give_back(std::nullopt);  // cancelled
    status = f.world.ask<host_status>(f.budget, host_query{});
    CHECK(status.answers.good == 1);
    CHECK(status.answers.of(failure_class::unavailable) == 1);
    CHECK(status.answers.of(failure_class::transient) == 0);
    CHECK(status.failed_probes == 0);
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

  TEST_CASE("each pause is told and logged once, with its reason; so is its end") {
    auto settings = unpaced(4);
    settings.throttle_pause = 5s;
    budget_fixture f(settings);
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) f.request(ticket);
    CHECK(f.granted() == tickets{1, 2, 3});
    f.give_back(budget_signal::throttled, std::nullopt, "status 429");
    REQUIRE(f.told.size() == 1);
    CHECK(f.told.back()->host == "league.test");
    CHECK(f.told.back()->until == wall + 5s);
    CHECK(f.told.back()->reason == "status 429");
    CHECK(f.told.back()->probe == 0);
    f.give_back(budget_signal::throttled, 7s);  // sent together: a little longer, the same pause
    CHECK(f.told.size() == 1);
    f.give_back(budget_signal::throttled, 60s);  // much longer
    REQUIRE(f.told.size() == 2);
    CHECK(f.told.back()->until == wall + 60s);
    f.request(4);
    f.world.advance(60s);
    CHECK(f.granted() == tickets{4});
    REQUIRE(f.told.size() == 3);
    CHECK_FALSE(f.told.back());
    f.give_back(budget_signal::throttled, 600s);
    CHECK(f.told.size() == 4);
    CHECK(f.log->count("host.throttled") == 3);
    const auto last = f.log->named("host.throttled").back();
    CHECK(field(last, "pause_s") == "600");
    CHECK(field(last, "reason") == "status 429");
    CHECK(field(last, "until") == "2026-02-03T04:10:00.000Z");
  }

  TEST_CASE("every probe that fails is another pause, with its number and the reason") {
    auto settings = unpaced(4);
    settings.block_probes_max = 3;
    budget_fixture f(settings);
    f.request(1);
    CHECK_FALSE(f.fetch.take<permit_granted>()->probe);
    f.give_back(budget_signal::blocked, std::nullopt, "Access Denied");
    for (std::uint64_t ticket = 2; ticket <= 5; ++ticket) f.request(ticket);
    for (int probe = 1; probe <= 3; ++probe) {
      const auto pause = std::chrono::seconds{60 << (probe - 1)};
      REQUIRE(f.told.size() == static_cast<std::size_t>(probe));
      REQUIRE(f.told.back());
      CHECK(f.told.back()->reason == "Access Denied");
      CHECK(f.told.back()->until == wall + pause);
      CHECK(f.told.back()->probe == probe);
      CHECK(f.told.back()->probes_max == 3);
      CHECK_FALSE(f.told.back()->given_up);
      CHECK(field(f.log->named("host.blocked").back(), "probe") == std::to_string(probe));
      f.world.advance(pause);
      const auto permit = f.fetch.take<permit_granted>();
      REQUIRE(permit);
      CHECK(permit->probe);
      f.give_back(budget_signal::failure);
    }
    CHECK(f.told.back()->given_up);
    CHECK(f.fetch.take<permit_denied>()->reason == "Access Denied");
    CHECK(f.log->count("host.blocked") == 4);
  }

  TEST_CASE("a cool-down of an earlier run is sat out, and then one request probes the host") {
    budget_fixture f(unpaced(4), 1024, 30s);
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) f.request(ticket);
    CHECK(f.granted().empty());
    CHECK(f.log->count("host.blocked") == 1);
    REQUIRE(f.told.size() == 1);
    CHECK(f.told.back()->reason == "Access Denied");
    CHECK(f.told.back()->probe == 1);
    CHECK(f.told.back()->probes_max == 5);
    REQUIRE(f.world.fire_next_timer());
    f.world.settle();
    CHECK(f.granted() == tickets{1});
    f.give_back(budget_signal::success);
    CHECK(f.granted() == tickets{2});
    CHECK(f.log->count("host.recovered") == 1);
  }
}
