// The narrow interface between the engine and HTTP.
//
// Purpose: one seam for the real client (libcurl multi on its own thread), and for models in tests and simulation.
// Threads: `submit` and `cancel_all` may be called from any thread and never block; the completion runs on the client's
// own thread, exactly once per accepted request, and must not block (post a message and return).
// Ownership: bodies are shared, immutable, and carry at least SIMDJSON_PADDING spare bytes after their end, so a
// parser can read them in place.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// Spare bytes after a body; equals simdjson's SIMDJSON_PADDING (checked by static_assert where simdjson is included).
inline constexpr std::size_t body_padding_bytes = 64;

// An immutable byte string with body_padding_bytes of zeroed slack after it. Neither copied nor moved: share it as
// body_ptr.
class padded_body {
 public:
  // Takes over `bytes` without copying them when their capacity already has room for the padding.
  explicit padded_body(std::string bytes);
  padded_body(const padded_body&) = delete;
  padded_body& operator=(const padded_body&) = delete;

  std::string_view view() const noexcept { return {bytes_.data(), size_}; }
  std::size_t size() const noexcept { return size_; }
  // Readable bytes from view().data(): size() + body_padding_bytes.
  std::size_t capacity() const noexcept { return bytes_.size(); }

 private:
  std::size_t size_;   // of the body; declared first because it is taken before bytes_ grows
  std::string bytes_;  // the body and its padding: characters of the string, so reading them is allowed
};
using body_ptr = std::shared_ptr<const padded_body>;

struct http_request {
  std::string url;
  std::vector<std::string> headers;           // "Name: value"
  std::size_t body_bytes_max = 4 << 20;       // a longer body ends the transfer as http_error::body_too_large
  std::chrono::milliseconds timeout{30'000};  // whole transfer
  std::chrono::milliseconds connect_timeout{10'000};
  long low_speed_bytes_per_second = 200;  // slower than this for low_speed_time: http_error::stalled
  std::chrono::seconds low_speed_time{10};
  // The request starts when fewer than this many transfers of its host are open.
  int connections_max = 8;
};

enum class http_error {
  none,
  timeout,
  stalled,  // low-speed abort: how stats.nba.com refuses
  connect,  // refused, unreachable
  reset,    // closed in the middle
  dns,
  truncated,  // shorter than Content-Length
  body_too_large,
  bad_encoding,  // the compressed body does not inflate
  tls,
  cancelled,  // the client was told to stop
  other,
};
std::string_view to_string(http_error value);

struct http_response {
  std::string url;  // as requested
  http_error error = http_error::none;
  std::string error_text;  // in words; empty without an error
  long status = 0;         // 0 without an answer; may be set beside an error (a 200 that broke off)
  body_ptr body;           // decoded; null without a complete answer
  body_ptr incomplete;     // what had come when the transfer failed: for people; null when nothing had
  bool stored = false;     // read from the database: an earlier answer, nothing that the host says now
  std::string content_type;
  std::optional<std::chrono::seconds> retry_after;  // from now; 0 s when the header is in the past or unreadable
  bool is_synthetic = false;                        // it bears the mark of the synthetic league (source_kind.hpp)
  std::chrono::microseconds elapsed{0};             // in transfer, without the time in the client's queue
  std::size_t wire_bytes = 0;                       // of the body as received, before decompression
};

class http_client {
 public:
  // Must not throw, and must not destroy the client.
  using completion = std::function<void(http_response)>;
  virtual ~http_client() = default;
  virtual void submit(http_request request, completion done) = 0;
  // Ends every transfer with http_error::cancelled; later submissions end the same way.
  virtual void cancel_all() = 0;
};

// libcurl multi on one plain thread (signals blocked), woken by curl_multi_wakeup; keep-alive; HTTP/2 where the host
// speaks it over TLS; gzip and br decoded by libcurl; a few redirects followed, all within one host and port
// (redirects.hpp); another one ends as http_error::other with its 3xx status.
// A proxy from the environment is used except for a loopback host.
// Requests wait in one queue per host, first in first out; the first of them starts when fewer transfers of its host
// are open than its connections_max, so a stalled host holds up no other one and waiting does not count as transfer
// time. `requests_max` bounds what is queued and in flight together. A submission over it ends as http_error::other at
// once: its completion runs inside `submit`, on the caller's thread (a queue of refusals would be a queue without a
// bound). The destructor cancels what is open and joins the thread. Throws std::bad_alloc or std::system_error when
// there is no memory or no thread.
std::unique_ptr<http_client> make_curl_client(std::size_t requests_max = 1024, std::string ca_file = {});

}  // namespace nba
