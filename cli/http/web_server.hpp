// The HTTP server: libmicrohttpd's epoll mode, driven by one thread for all connections.
//
// It knows sockets, limits and streams; what is answered is its site's business (cli/http/web_site.hpp).
// Threads: one of its own, the serving thread. `post` from any thread; what is marked below belongs to the serving
// thread, on which the callbacks run, too. Neither may block: everybody else waits meanwhile.
// Ownership: the callbacks live as long as the server. Errors: class configuration where the address cannot be used.
#pragma once

#include "cli/http/event_stream.hpp"
#include "cli/http/web_address.hpp"
#include "cli/http/web_limits.hpp"
#include "cli/http/web_message.hpp"
#include "pipeline/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace nba::cli {

struct web_reply {
  enum class kind {
    now,     // `response`
    later,   // finish() will be called with the number of the request
    stream,  // an event stream: what publish() is given
  };
  kind what = kind::now;
  web_response response = {};
};

// Work for the serving thread. May outlive its server: what comes too late is dropped.
class web_mailbox;

class web_server {
 public:
  using clock = std::chrono::steady_clock;
  struct callbacks {
    std::function<web_reply(const web_request&, std::uint64_t number)> answer;
    // At least every second, and every tick_interval while there are connections.
    std::function<void(clock::time_point)> tick;
    // The first event of a stream, which tells what all before have told; null or empty: the newest message does.
    std::function<std::string()> hello = nullptr;
    // A sign of life for streams, made once for all; null: a comment.
    std::function<std::string()> beat = nullptr;
  };

  // Takes the address. Nobody is answered before start().
  static result<std::unique_ptr<web_server>> listen(const web_address& address, const web_limits& limits = {});
  // Tells streams that they are over and ends; at most `web_farewell_max` later.
  ~web_server();
  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;

  // The address with the port that it has.
  const web_address& address() const;
  result<void> start(callbacks with);
  std::shared_ptr<web_mailbox> mailbox() const;

  // ---- the serving thread's
  // The request may be gone meanwhile: then nothing happens.
  void finish(std::uint64_t number, web_response response);
  // The newest message of all streams; one that has not begun with the one before never sees that.
  void publish(stream_message text);
  std::size_t streams() const;

 private:
  struct loop;
  explicit web_server(std::unique_ptr<loop> held);
  std::unique_ptr<loop> loop_;
};

inline constexpr std::chrono::milliseconds web_farewell_max{500};

// From any thread. False when the server is gone.
bool post_to(web_mailbox& mailbox, std::function<void()> work);

}  // namespace nba::cli
