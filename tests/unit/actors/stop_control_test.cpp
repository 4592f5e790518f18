#include "actors/stop_control.hpp"

#include <doctest/doctest.h>

#include <vector>

using nba::stop_control;

TEST_SUITE("stop control") {
  TEST_CASE("requests are counted and handed on with their number") {
    stop_control stop;
    std::vector<int> seen;
    stop.on_request([&](int number) { seen.push_back(number); });
    stop.request();
    stop.request();
    CHECK(stop.requests() == 2);
    CHECK(seen == std::vector{1, 2});
  }

  TEST_CASE("requests made before there is a handler are handed on when it is installed") {
    stop_control stop;
    stop.request();
    stop.request();
    std::vector<int> seen;
    stop.on_request([&](int number) { seen.push_back(number); });
    CHECK(seen == std::vector{1, 2});
  }

  TEST_CASE("a removed handler hears nothing more") {
    stop_control stop;
    int calls = 0;
    stop.on_request([&](int) { ++calls; });
    stop.on_request(nullptr);
    stop.request();
    CHECK(calls == 0);
    CHECK(stop.requests() == 1);
  }
}
