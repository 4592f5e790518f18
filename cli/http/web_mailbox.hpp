// Work that other threads give to the serving thread.
//
// Threads: any; `take` is the serving thread's. Ownership: shared by the server and whoever posts.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace nba::cli {

class web_mailbox {
 public:
  web_mailbox();  // throws std::system_error when the kernel refuses a descriptor
  ~web_mailbox();
  web_mailbox(const web_mailbox&) = delete;
  web_mailbox& operator=(const web_mailbox&) = delete;

  bool post(std::function<void()> work);
  std::vector<std::function<void()>> take();
  void close();                                      // whatever comes from now on is dropped
  int descriptor() const noexcept { return wake_; }  // an eventfd: readable when there is something

 private:
  int wake_ = -1;
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::function<void()>> work_;
};

}  // namespace nba::cli
