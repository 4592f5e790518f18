#include "cli/signals.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace nba::cli {
namespace {

sigset_t termination_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

void block_termination_signals() {
  const auto set = termination_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void unblock_termination_signals() {
  const auto set = termination_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
}

signal_watch::signal_watch(callback on_signal) : on_signal_(std::move(on_signal)) {
  const auto set = termination_signals();
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  if (signals_ < 0) throw_errno("signalfd");
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  if (stop_ < 0) {
    const auto error = errno;
    ::close(signals_);
    errno = error;
    throw_errno("eventfd");
  }
  thread_ = std::thread([this] { watch(); });
}

signal_watch::~signal_watch() {
  const std::uint64_t one = 1;
  // An eventfd with a free counter always takes eight bytes.
  [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(stop_);
  ::close(signals_);
}

void signal_watch::watch() {
  std::array<pollfd, 2> descriptors{{{signals_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  for (;;) {
    if (::poll(descriptors.data(), descriptors.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (descriptors[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
      on_signal_(static_cast<int>(info.ssi_signo));
  }
}

int wait_for_termination() {
  const auto set = termination_signals();
  int signal_number = 0;
  // Fails only for an invalid set, which this is not.
  ::sigwait(&set, &signal_number);
  return signal_number;
}

}  // namespace nba::cli
