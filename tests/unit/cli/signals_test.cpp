#include "cli/signals.hpp"

#include "cli/job_setup.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <csignal>
#include <future>
#include <vector>

using namespace nba::cli;

namespace {

// Blocked for the time of a test, with nothing left pending after it.
class blocked_signals {
 public:
  blocked_signals() { block_termination_signals(); }
  ~blocked_signals() { unblock_termination_signals(); }
};

void send_to_self(int signal_number) { REQUIRE(::kill(::getpid(), signal_number) == 0); }

}  // namespace

TEST_CASE("a watch reports every signal, one by one, on its own thread") {
  const blocked_signals blocked;
  std::promise<void> first, second;
  std::vector<int> seen;
  {
    const signal_watch watch{[&](int signal_number) {
      seen.push_back(signal_number);
      (seen.size() == 1 ? first : second).set_value();
    }};
    send_to_self(SIGINT);
    first.get_future().wait();
    send_to_self(SIGTERM);
    second.get_future().wait();
  }
  CHECK(seen == std::vector<int>{SIGINT, SIGTERM});
}

TEST_CASE("a signal that came before the watch is not lost") {
  const blocked_signals blocked;
  send_to_self(SIGTERM);
  std::promise<int> seen;
  const signal_watch watch{[&](int signal_number) { seen.set_value(signal_number); }};
  CHECK(seen.get_future().get() == SIGTERM);
}

TEST_CASE("a watch that saw nothing ends at once") {
  const blocked_signals blocked;
  const signal_watch watch{[](int) { FAIL("no signal was sent"); }};
}

TEST_CASE("waiting answers the signal that arrived") {
  const blocked_signals blocked;
  send_to_self(SIGINT);
  CHECK(wait_for_termination() == SIGINT);
}

TEST_CASE("a signal tells a job to stop, with the exit code of the signal") {
  const blocked_signals blocked;
  for (const auto signal_number : {SIGINT, SIGTERM}) {
    nba::stop_control stop;
    std::promise<int> told;
    stop.on_request([&](int number) { told.set_value(number); });
    const stop_on_signals signals{stop, std::chrono::hours{1}};
    send_to_self(signal_number);
    CHECK(told.get_future().get() == 1);
    CHECK(stop.exit_code() == 128 + signal_number);
  }
}
