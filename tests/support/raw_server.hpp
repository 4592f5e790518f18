// A loopback TCP server whose answers a test writes byte by byte: for what a well-behaved HTTP library refuses to send.
//
// Threads: one accepting thread and one per connection, on which the handler runs. The destructor shuts every
// connection down, so handlers that read, send or `linger` come back, and joins.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace nba::test {

class raw_connection {
 public:
  explicit raw_connection(int socket) : socket_(socket) {}
  ~raw_connection();
  raw_connection(const raw_connection&) = delete;
  raw_connection& operator=(const raw_connection&) = delete;

  // The next request's head, through the empty line; nullopt when the peer is gone or the server stops.
  std::optional<std::string> read_request();
  // False when the peer is gone.
  bool send(std::string_view bytes);
  // Waits until the peer or the server closes the connection, or `longest` is over. True when it was closed.
  bool linger(std::chrono::milliseconds longest);
  // The connection ends with RST instead of FIN when the handler returns.
  void reset_on_close();
  // From another thread: wakes whatever the handler waits for.
  void shut_down();

 private:
  int socket_;
  std::string buffered_;
};

class raw_server {
 public:
  using handler = std::function<void(raw_connection&)>;
  explicit raw_server(handler handle);
  ~raw_server();
  raw_server(const raw_server&) = delete;
  raw_server& operator=(const raw_server&) = delete;

  int port() const noexcept { return port_; }
  std::string url(std::string_view path) const;
  // Accepted so far.
  int connections() const noexcept { return connections_; }

 private:
  void accept_loop();

  handler handle_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards the two below
  std::vector<std::shared_ptr<raw_connection>> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// "HTTP/1.1 200 OK", the headers, Content-Length and the body.
std::string http_answer(int status, std::string_view body, std::string_view headers = {});

}  // namespace nba::test
