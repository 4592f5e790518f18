// Collects what completions bring, from whatever thread they run on.
#pragma once

#include "pipeline/source/http_client.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace nba::test {

// Far longer than anything here takes; only a hang reaches it.
inline constexpr std::chrono::seconds patience{60};

class response_log {
 public:
  http_client::completion completion_of(int key) {
    return [this, key](http_response response) {
      const std::lock_guard lock(mutex_);
      answers_[key].push_back(std::move(response));
      ++count_;
      arrived_.notify_all();
    };
  }

  // False when they did not come in time.
  bool wait_for(int count) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, patience, [&] { return count_ >= count; });
  }

  int count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Every answer that a request got; more than one is a bug of the client.
  std::map<int, std::vector<http_response>> answers() const {
    const std::lock_guard lock(mutex_);
    return answers_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<int, std::vector<http_response>> answers_;
  int count_ = 0;
};

// One request through a client of its own.
inline http_response fetch(http_request request) {
  response_log log;
  const auto client = make_curl_client();
  client->submit(std::move(request), log.completion_of(0));
  return log.wait_for(1) ? log.answers().at(0).front() : http_response{};
}

inline http_request request_for(std::string url) {
  http_request request;
  request.url = std::move(url);
  request.connections_max = 4;  // below cpp-httplib's listen backlog of five, beyond which a connect waits a second
  return request;
}

// True when `condition` holds within `patience`.
template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace nba::test
