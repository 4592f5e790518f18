// The channel of type command: a program of the user's.
#include "cli/alerts/alert_sender.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace nba::cli {
namespace {

constexpr std::size_t complaints_bytes_max = 1'024;
constexpr std::chrono::milliseconds look_interval{20};

class pipe_pair {
 public:
  pipe_pair() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  ~pipe_pair() {
    close_end(0);
    close_end(1);
  }
  pipe_pair(const pipe_pair&) = delete;
  pipe_pair& operator=(const pipe_pair&) = delete;
  int end(std::size_t which) const { return ends_.at(which); }
  void close_end(std::size_t which) {
    if (ends_.at(which) >= 0) ::close(ends_.at(which));
    ends_.at(which) = -1;
  }
  bool is_open() const { return ends_[0] >= 0; }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> words_of(const std::string& command, bool shell) {
  if (shell) return {"/bin/sh", "-c", command};
  std::vector<std::string> words;
  for (std::size_t at = 0; at < command.size();) {
    const auto end = std::min(command.find_first_of(" \t", at), command.size());
    if (end > at) words.push_back(command.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// A group of its own, so that what it starts ends with it; signals as a program expects them.
int spawn(std::vector<std::string> words, const pipe_pair& input, const pipe_pair& complaints, pid_t& child) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string mark = std::string{outer_run_variable} + "=alerts";
  std::vector<char*> variables;
  for (char** one = environ; *one; ++one) variables.push_back(*one);
  variables.push_back(mark.data());
  variables.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input.end(0), 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, complaints.end(1), 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const auto code = ::posix_spawnp(&child, arguments[0], &files, &attributes, arguments.data(), variables.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return code;
}

// A program that does not read its input is no reason to end: the write says so. Only this thread, only meanwhile.
class without_broken_pipes {
 public:
  without_broken_pipes() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~without_broken_pipes() {
    const timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0)
      while (::sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
      }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  without_broken_pipes(const without_broken_pipes&) = delete;
  without_broken_pipes& operator=(const without_broken_pipes&) = delete;

 private:
  sigset_t pipe_{}, before_{};
};

class conversation {
 public:
  conversation(pipe_pair& input, pipe_pair& complaints, std::string_view text)
      : input_(input), complaints_(complaints), left_(text) {
    ::fcntl(input_.end(1), F_SETFL, O_NONBLOCK);
    ::fcntl(complaints_.end(0), F_SETFL, O_NONBLOCK);
  }
  // Whatever can be written and read now.
  void go_on() {
    while (!left_.empty()) {
      const auto put = ::write(input_.end(1), left_.data(), left_.size());
      if (put <= 0) {
        if (put < 0 && errno != EAGAIN && errno != EINTR) left_ = {};  // it does not read: that is its business
        break;
      }
      left_.remove_prefix(static_cast<std::size_t>(put));
    }
    if (left_.empty()) input_.close_end(1);
    std::array<char, 512> buffer{};
    for (ssize_t got = 0; (got = ::read(complaints_.end(0), buffer.data(), buffer.size())) > 0;)
      if (said_.size() < complaints_bytes_max) said_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  std::string said() const {
    auto text = cut_to(said_, complaints_bytes_max);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
  }

 private:
  pipe_pair& input_;
  pipe_pair& complaints_;
  std::string_view left_;
  std::string said_;
};

delivery_answer judge_exit(int status, const std::string& said) {
  const auto why = [&](std::string text) { return said.empty() ? text : text + ": " + said; };
  if (WIFSIGNALED(status))
    return {delivery_outcome::try_later, why(fmt::format("ended by signal {}", WTERMSIG(status))), {}};
  const auto code = WEXITSTATUS(status);
  if (code == 0) return {delivery_outcome::delivered, {}, {}};
  const bool cannot_run = code == 126 || code == 127;
  return {
      cannot_run ? delivery_outcome::refused : delivery_outcome::try_later, why(fmt::format("exit code {}", code)), {}};
}

}  // namespace

delivery_answer run_command(const std::string& command, bool shell, const std::string& input,
                            std::chrono::milliseconds patience, const std::atomic<bool>* stop) {
  auto words = words_of(command, shell);
  if (words.empty()) return {delivery_outcome::refused, "no command", {}};
  pipe_pair to, from;
  if (!to.is_open() || !from.is_open()) return {delivery_outcome::try_later, std::strerror(errno), {}};
  pid_t child = -1;
  if (const auto code = spawn(std::move(words), to, from, child); code != 0)
    return {delivery_outcome::refused, fmt::format("cannot be started: {}", std::strerror(code)), {}};
  to.close_end(0);
  from.close_end(1);
  const without_broken_pipes quiet;
  conversation talk{to, from, input};
  const auto end = std::chrono::steady_clock::now() + patience;
  for (int status = 0;;) {
    talk.go_on();
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) {
      talk.go_on();
      return judge_exit(status, talk.said());
    }
    if (ended < 0 && errno != EINTR) return {delivery_outcome::try_later, "its end was not seen", {}};
    if (std::chrono::steady_clock::now() >= end || (stop && stop->load())) {
      ::kill(-child, SIGKILL);
      ::waitpid(child, &status, 0);
      return {delivery_outcome::try_later, "took too long and was ended", {}};
    }
    std::this_thread::sleep_for(look_interval);
  }
}

}  // namespace nba::cli
