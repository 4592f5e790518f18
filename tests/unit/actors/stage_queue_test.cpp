#include "actors/stage_queue.hpp"

#include <doctest/doctest.h>

using nba::idle_workers;
using nba::outbox;

namespace {

struct item {
  int number = 0;
  std::size_t bytes = 0;
};

}  // namespace

TEST_SUITE("outbox") {
  TEST_CASE("results leave in order, each with the next stage's credit taken") {
    outbox<item> box{"load", {2, 100}};
    for (int i = 1; i <= 3; ++i) box.push({i, 10});
    REQUIRE(box.take_ready()->number == 1);
    REQUIRE(box.take_ready()->number == 2);
    CHECK(box.credit().games() == 2);
    CHECK_FALSE(box.take_ready().has_value());
    CHECK(box.waiting() == 1);
    box.give_back(10);
    REQUIRE(box.take_ready()->number == 3);
    CHECK(box.waiting() == 0);
    CHECK(box.credit().games() == 2);
  }

  TEST_CASE("a large result is not overtaken by a small one after it") {
    outbox<item> box{"load", {10, 100}};
    box.push({1, 60});
    box.push({2, 60});
    box.push({3, 1});
    REQUIRE(box.take_ready()->number == 1);
    CHECK_FALSE(box.take_ready().has_value());
    box.give_back(60);
    CHECK(box.take_ready()->number == 2);
    CHECK(box.take_ready()->number == 3);
  }

  TEST_CASE("nothing waits in a new outbox, and credit that was never taken is refused") {
    outbox<item> box{"load", {2, 100}};
    CHECK_FALSE(box.take_ready().has_value());
    CHECK_THROWS_AS(box.give_back(0), nba::invariant_violation);
  }
}

TEST_SUITE("idle workers") {
  TEST_CASE("every worker is handed out once, the first one first") {
    idle_workers idle{3};
    CHECK(idle.count() == 3);
    CHECK(idle.take() == std::size_t{0});
    CHECK(idle.take() == std::size_t{1});
    CHECK(idle.take() == std::size_t{2});
    CHECK_FALSE(idle.take().has_value());
  }

  TEST_CASE("the worker used last is the next one") {
    idle_workers idle{3};
    const auto first = idle.take();
    (void)idle.take();
    idle.put(*first);
    CHECK(idle.take() == first);
    CHECK(idle.take() == std::size_t{2});
  }
}
