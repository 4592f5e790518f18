// An HTTP client without a network: requests wait until the test answers them.
//
// Purpose: stands in for the libcurl client (pipeline/source/http_client.hpp) wherever a test decides what the host
// answers, when, and in which order.
// Threads: any; the completion runs inside the call that answers (answer, answer_at, cancel_all), outside the lock.
// As with the real client: every accepted request completes exactly once, `cancel_all` ends every waiting request and
// every later one as http_error::cancelled, and a submission beyond `requests_max` ends as http_error::other at once.
#pragma once

#include "pipeline/source/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::test {

// Answers, as the real client would report them. The url is filled in on delivery.
http_response ok_answer(std::string body);
http_response status_answer(long status, std::string body = {},
                            std::optional<std::chrono::seconds> retry_after = std::nullopt);
http_response error_answer(http_error error);

class model_http : public http_client {
 public:
  using server = std::function<http_response(const http_request&)>;

  explicit model_http(std::size_t requests_max = 1024) : requests_max_(requests_max) {}
  ~model_http() override;

  void submit(http_request request, completion done) override;
  void cancel_all() override;

  // Who answers answer_at and answer_all.
  void serve(server answers);
  // From now on `submit` answers at once.
  void answer_at_once(server answers);

  // Called with every submission, before anything else happens to it. Null: nobody.
  void on_submit(std::function<void(const http_request&)> observer);

  // URLs waiting for an answer, oldest first.
  std::vector<std::string> waiting() const;
  std::size_t waiting_count() const;
  // Answers the oldest waiting request for this URL. False when none waits.
  bool answer(std::string_view url, http_response response);
  // Lets the server answer the waiting request at this place (0: the oldest). False when there is none.
  bool answer_at(std::size_t place);

  // -- counters
  std::size_t submitted() const;
  std::size_t submitted(std::string_view url) const;
  std::size_t waiting_peak() const;
  // Bodies of answers that somebody still holds, and how many bytes they have.
  struct held {
    std::size_t bodies = 0;
    std::size_t bytes = 0;
  };
  held held_bodies() const;

 private:
  struct pending {
    http_request request;
    completion done;
  };
  void deliver(pending one, http_response response);

  mutable std::mutex mutex_;
  std::size_t requests_max_;
  server server_;
  std::function<void(const http_request&)> observer_;
  bool at_once_ = false;
  bool cancelled_ = false;
  std::vector<pending> waiting_;
  std::map<std::string, std::size_t, std::less<>> submitted_by_url_;
  std::size_t submitted_ = 0, waiting_peak_ = 0;
  mutable std::vector<std::weak_ptr<const padded_body>> bodies_;
};

}  // namespace nba::test
