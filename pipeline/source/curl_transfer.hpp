// One request on its way through libcurl. Private to the curl client.
//
// Threads: made by the submitting thread, then owned and used by the client's thread alone.
#pragma once

#include "pipeline/source/http_client.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

namespace nba {

struct curl_easy_deleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using curl_easy_ptr = std::unique_ptr<CURL, curl_easy_deleter>;

// A handle with every option that is the same for all requests; null when libcurl refuses one of them. Handles are used
// again as they are, without curl_easy_reset: after an HTTP/2 transfer libcurl 7.88 keeps the receive buffer and takes
// no new size for it. `ca_file`: PEM certificates to trust; empty: the system's.
curl_easy_ptr make_easy_handle(const std::string& ca_file);

class curl_transfer {
 public:
  curl_transfer(http_request request, http_client::completion done);
  curl_transfer(const curl_transfer&) = delete;  // libcurl holds pointers into it
  curl_transfer& operator=(const curl_transfer&) = delete;

  const http_request& request() const noexcept { return request_; }

  // Takes a handle of make_easy_handle, fresh or used, and puts the request on it: every option that differs between
  // requests. CURLE_OK, or why libcurl does not take it.
  CURLcode attach(curl_easy_ptr easy);
  CURL* handle() const noexcept { return easy_.get(); }
  // Gives the handle back, with no pointer into this transfer left on it.
  curl_easy_ptr detach() noexcept;

  // Of a transfer that libcurl has ended well: whether the answer is a redirect that is followed (redirects.hpp). Then
  // the handle, which the multi handle must have given back, is ready for the next address.
  bool follow_redirect();

  // What became of it; once. The second form is for transfers that libcurl did not end itself.
  http_response finish(CURLcode code);
  http_response finish(http_error error, std::string text) const;
  void complete(http_response response) { done_(std::move(response)); }

 private:
  friend curl_easy_ptr make_easy_handle(const std::string&);
  static std::size_t on_body(char* data, std::size_t, std::size_t bytes, void* self) noexcept;

  struct slist_deleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void refuse_redirect(http_response& response) const;
  CURLcode set_protocol();
  CURLcode set_address(std::chrono::milliseconds timeout);
  CURLcode set_headers();
  void append(const char* data, std::size_t bytes);
  std::size_t expected_body_bytes() const;
  http_error error_of(CURLcode code) const;
  std::chrono::microseconds elapsed() const;
  std::optional<std::chrono::seconds> retry_after() const;

  http_request request_;
  std::string url_;  // where it goes now: the request's, or where that was redirected to
  int redirects_ = 0;
  http_client::completion done_;
  curl_easy_ptr easy_;
  std::unique_ptr<curl_slist, slist_deleter> headers_;
  std::chrono::steady_clock::time_point started_at_;
  std::string body_;
  bool body_too_large_ = false;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace nba
