// The few calls of the socket interface that the HTTP server makes itself.
//
// Threads: any. Errors: class configuration where an address cannot be listened on; it says why.
#pragma once

#include "cli/http/web_address.hpp"
#include "pipeline/result.hpp"

#include <string>
#include <utility>

struct sockaddr;

namespace nba::cli {

// Closes it, unless somebody else has taken that over.
class listening_socket {
 public:
  explicit listening_socket(int number) : number_(number) {}
  ~listening_socket();
  listening_socket(const listening_socket&) = delete;
  listening_socket& operator=(const listening_socket&) = delete;
  int number() const noexcept { return number_; }
  int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_;
};

// A socket that listens there; port 0 in `address` becomes the one that was free.
result<int> listen_on(web_address& address);

std::string address_of(const sockaddr& peer);       // "127.0.0.1"
std::string local_address_of(int descriptor);       // the same of a connection's own end
void limit_send_buffer(int descriptor, int bytes);  // what the kernel keeps for a client that does not read
void shut_down_socket(int descriptor);              // both ways: whoever waits for it sees its end

}  // namespace nba::cli
