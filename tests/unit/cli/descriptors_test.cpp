#include "cli/descriptors.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <string>

using namespace nba;
using namespace nba::cli;

TEST_CASE("a descriptor limit that is too low is raised, or said at once") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto low = std::min<rlim_t>(before.rlim_max, 100);
  rlimit lowered{low, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
  CHECK(ensure_descriptors(low));
  if (before.rlim_max > 200) {
    CHECK(ensure_descriptors(200));
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    CHECK(now.rlim_cur == 200);
  }
  if (before.rlim_max != RLIM_INFINITY) {
    const auto refused = ensure_descriptors(before.rlim_max + 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == failure_class::configuration);
    CHECK(refused.error().message.find("ulimit -n " + std::to_string(before.rlim_max + 1)) != std::string::npos);
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("descriptors are needed for both ends of the synthetic league's connections, and for no more than are open") {
  engine_settings engine;
  engine.budgets["a"].in_flight_max = 8;
  engine.budgets["b"].in_flight_max = 1;
  engine.load_connections = 2;
  const auto asked = descriptors_needed(engine, false);
  CHECK(descriptors_needed(engine, true) == asked + 9);
  engine.budgets["a"].in_flight_max = 256;
  engine.http_requests_max = 64;
  CHECK(descriptors_needed(engine, false) == asked - 9 + 64);
  CHECK(descriptors_needed(engine_settings{}, true) < 256);  // the usual 1,024 are plenty
}
