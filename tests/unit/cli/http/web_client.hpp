// A client of the HTTP server that does what a test says, byte by byte.
//
// Threads: one at a time. Errors: a socket that cannot be had fails the test by std::runtime_error; what does not come
// in time is not there.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace nba::cli::test {

struct web_answer {
  int status = 0;    // 0: none came
  std::string head;  // with its lines
  std::string body;
  std::string header(std::string_view name) const;  // as it is written; empty: none
};

class web_client {
 public:
  explicit web_client(std::uint16_t port, const std::string& address = "127.0.0.1");
  ~web_client();
  web_client(web_client&& other) noexcept;
  web_client& operator=(web_client&&) = delete;

  bool send(std::string_view bytes) const;
  // Until `text` has come, the other side has closed, or the time is over. What has come so far stays.
  bool read_until(std::string_view text, std::chrono::milliseconds longest = std::chrono::seconds{20});
  // Whether the other side closes within that time; what it still sends is read.
  bool is_closed_within(std::chrono::milliseconds longest = std::chrono::seconds{20});
  // Whether it has closed already; does not wait.
  bool is_open();
  const std::string& received() const { return received_; }

 private:
  enum class came { something, nothing, the_end };
  came wait(std::chrono::milliseconds longest);

  int socket_ = -1;
  std::string received_;
};

// One request on a connection of its own. `headers`: whole lines, "Host: …" among them if it is to be another.
web_answer fetch(std::uint16_t port, std::string_view method, std::string_view target, std::string headers = {},
                 std::string_view body = {});
inline web_answer get(std::uint16_t port, std::string_view target, std::string headers = {}) {
  return fetch(port, "GET", target, std::move(headers));
}

}  // namespace nba::cli::test
