#include "cli/signals.hpp"

#include <fcntl.h>
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
  sigaddset(&set, SIGHUP);
  return set;
}

std::function<void()>& reopen_on_hangup() {
  static std::function<void()> reopen;
  return reopen;
}

// nohup says so by ignoring the signal; a blocked signal is queued all the same.
bool hangup_is_ignored() {
  struct sigaction now {};
  return ::sigaction(SIGHUP, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_IGN;
}

// Of whatever terminal, not only of one that is standard input. A terminal that has just been closed cannot be opened
// any more, so it is asked at the start.
bool has_terminal() {
  const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return false;
  ::close(terminal);
  return true;
}

bool& hangup_stops() {
  static bool stops = false;
  return stops;
}

// What a signal is for the caller; nullopt when it was not for him.
std::optional<int> meaning_of(int signal_number) {
  if (signal_number != SIGHUP) return signal_number;
  if (const auto& reopen = reopen_on_hangup()) {
    reopen();
    return std::nullopt;
  }
  if (hangup_stops()) return SIGTERM;
  return std::nullopt;
}

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

void block_termination_signals() {
  hangup_stops() = !hangup_is_ignored() && has_terminal();
  const auto set = termination_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void unblock_termination_signals() {
  const auto set = termination_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
}

hangup_reopens::hangup_reopens(std::function<void()> reopen) { reopen_on_hangup() = std::move(reopen); }
hangup_reopens::~hangup_reopens() { reopen_on_hangup() = nullptr; }

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
    if (::read(signals_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    if (const auto signal_number = meaning_of(static_cast<int>(info.ssi_signo))) on_signal_(*signal_number);
  }
}

int wait_for_termination() {
  const auto set = termination_signals();
  for (;;) {
    int signal_number = 0;
    // Fails only for an invalid set, which this is not.
    ::sigwait(&set, &signal_number);
    if (const auto meant = meaning_of(signal_number)) return *meant;
  }
}

}  // namespace nba::cli
