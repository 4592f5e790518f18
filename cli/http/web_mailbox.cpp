#include "cli/http/web_mailbox.hpp"

#include "cli/http/web_server.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace nba::cli {

web_mailbox::web_mailbox() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

web_mailbox::~web_mailbox() { ::close(wake_); }

bool web_mailbox::post(std::function<void()> work) {
  const std::lock_guard guard(mutex_);
  if (closed_) return false;
  work_.push_back(std::move(work));
  const std::uint64_t one = 1;
  // An eventfd with a free counter always takes eight bytes.
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  return true;
}

std::vector<std::function<void()>> web_mailbox::take() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_, &count, sizeof count);
  const std::lock_guard guard(mutex_);
  return std::exchange(work_, {});
}

void web_mailbox::close() {
  std::vector<std::function<void()>> dropped;  // destroyed without the lock: it may hold the last of anything
  const std::lock_guard guard(mutex_);
  closed_ = true;
  dropped = std::exchange(work_, {});
}

bool post_to(web_mailbox& mailbox, std::function<void()> work) { return mailbox.post(std::move(work)); }

}  // namespace nba::cli
