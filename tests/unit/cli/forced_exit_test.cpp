#include "cli/forced_exit.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace nba::cli;
using std::chrono::milliseconds;

TEST_CASE("a forced exit comes with the last code, as early as any order said") {
  std::promise<int> ended;
  {
    forced_exit last_resort{[&](int code) { ended.set_value(code); }};
    last_resort.order(std::chrono::hours{1}, 143);
    last_resort.order(milliseconds{1}, 130);
    auto code = ended.get_future();
    REQUIRE(code.wait_for(std::chrono::seconds{60}) == std::future_status::ready);
    CHECK(code.get() == 130);
  }
}

TEST_CASE("a later order to end does not put off an earlier one") {
  std::promise<int> ended;
  auto code = ended.get_future();
  forced_exit last_resort{[&](int with) { ended.set_value(with); }};
  last_resort.order(milliseconds{200}, 143);
  last_resort.order(std::chrono::hours{1}, 130);
  REQUIRE(code.wait_for(std::chrono::seconds{60}) == std::future_status::ready);
  const auto seen = code.get();
  CHECK((seen == 130 || seen == 143));  // the last one, if it came before the time of the first
}

TEST_CASE("an order that is withdrawn ends nothing") {
  bool ended = false;
  {
    forced_exit last_resort{[&](int) { ended = true; }};
    last_resort.order(std::chrono::hours{1}, 143);
  }
  CHECK_FALSE(ended);
}
