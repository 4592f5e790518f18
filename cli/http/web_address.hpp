// Where the HTTP server listens: "127.0.0.1:8099", "[::1]:8099", "localhost:8099", "8099".
//
// Only addresses, no names: a name could mean several, and the one that is meant decides whether a token is needed.
// Threads: plain values and pure functions. Errors: class configuration, with the form that is expected.
#pragma once

#include "pipeline/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nba::cli {

struct web_address {
  std::string host = "127.0.0.1";  // an IP address, an IPv6 one without brackets
  std::uint16_t port = 0;          // 0: any free one

  bool is_ipv6() const { return host.find(':') != std::string::npos; }
  bool is_loopback() const;
  bool is_wildcard() const { return host == "0.0.0.0" || host == "::"; }
  std::string text() const;       // "[::1]:8099"
  std::string url() const;        // "http://127.0.0.1:8099/"; of a wildcard with the loopback address of its kind
  std::string bound_url() const;  // with the address as it is, "http://0.0.0.0:8099/": where all of it is served
};
// `setting` is named in the message: "--http".
result<web_address> parse_web_address(std::string_view text, std::string_view setting);

// "::ffff:127.0.0.1", as a socket of both kinds calls it, is 127.0.0.1.
std::string plain_address(std::string_view address);
bool is_loopback_address(std::string_view address);

}  // namespace nba::cli
