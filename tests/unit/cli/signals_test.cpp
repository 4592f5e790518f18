#include "cli/signals.hpp"

#include "cli/job_setup.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <future>
#include <string>
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

TEST_CASE("SIGHUP opens the log again, however often it comes, and is no reason to stop") {
  const blocked_signals blocked;
  int reopened = 0;
  std::promise<void> twice;
  std::promise<int> seen;
  const hangup_reopens reopening{[&] {
    if (++reopened == 2) twice.set_value();
  }};
  const signal_watch watch{[&](int signal_number) { seen.set_value(signal_number); }};
  send_to_self(SIGHUP);
  // Two signals of one kind that are pending count as one: the second is sent when the first has been taken.
  for (sigset_t pending; ::sigpending(&pending) == 0 && sigismember(&pending, SIGHUP) == 1;) ::usleep(1000);
  send_to_self(SIGHUP);
  twice.get_future().wait();
  send_to_self(SIGTERM);
  CHECK(seen.get_future().get() == SIGTERM);
  CHECK(reopened == 2);
}

TEST_CASE(
    "without a log file SIGHUP is nothing to a program that has no terminal, and to one that was told so (nohup)") {
  // A session of its own has no terminal; nohup ignores the signal.
  for (const bool nohup : {false, true}) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      if (!nohup) ::setsid();
      if (nohup) std::signal(SIGHUP, SIG_IGN);
      block_termination_signals();
      ::kill(::getpid(), SIGHUP);
      ::kill(::getpid(), SIGINT);
      ::_exit(wait_for_termination());
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == SIGINT);
  }
}

TEST_CASE("a terminal that is closed stops what was started on it, as SIGTERM does") {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    block_termination_signals();
    [[maybe_unused]] const auto said = ::write(STDOUT_FILENO, "ready", 5);
    ::_exit(wait_for_termination());
  }
  std::array<char, 16> ready{};
  CHECK(::read(terminal, ready.data(), ready.size()) > 0);
  ::close(terminal);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == SIGTERM);
}

TEST_CASE("a command with a log file goes on at SIGHUP and writes into the new file") {
  const nba::cli::test::temporary_folder folder;
  const auto log = (folder.path() / "run.log").string();
  nba::cli::test::child_process child{{"simulate", "--port", "0", "--regular-games", "30", "--log-file", log}};
  while (const auto line = child.read_line())
    if (nba::cli::test::contains(*line, "Ctrl-C")) break;
  CHECK(std::filesystem::exists(log));
  for (int round = 0; round < 2; ++round) {
    std::filesystem::rename(log, log + "." + std::to_string(round));
    child.send(SIGHUP);
    for (int waited = 0; waited < 3000 && !std::filesystem::exists(log); ++waited) ::usleep(10'000);
    CHECK(std::filesystem::exists(log));
  }
  child.send(SIGTERM);
  CHECK(child.wait() == 0);
}
