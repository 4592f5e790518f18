#include "cli/http/web_address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace nba;
using namespace nba::cli;

TEST_CASE("an address to listen on is an IP address and a port, and says whether others can reach it") {
  struct row {
    std::string text, shown;
    bool is_loopback;
  };
  const std::vector<row> table{
      {"127.0.0.1:8099", "127.0.0.1:8099", true},
      {"8099", "127.0.0.1:8099", true},
      {"localhost:0", "127.0.0.1:0", true},
      {"[::1]:65535", "[::1]:65535", true},
      {"127.8.8.8:1", "127.8.8.8:1", true},
      {"0.0.0.0:8099", "0.0.0.0:8099", false},
      {"[::]:8099", "[::]:8099", false},
      {"10.0.0.5:80", "10.0.0.5:80", false},
      {"[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:80", true},
  };
  for (const auto& [text, shown, is_loopback] : table) {
    CAPTURE(text);
    const auto address = parse_web_address(text, "--http");
    REQUIRE(address);
    CHECK(address->text() == shown);
    CHECK(address->is_loopback() == is_loopback);
  }
  for (const std::string text : {"", ":", "nba.example.org:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                                 "127.0.0.1:-1", "::1:80", "[::1]", "1.2.3:80", "127.0.0.1:80x", ":8099"}) {
    CAPTURE(text);
    const auto address = parse_web_address(text, "--http");
    REQUIRE_FALSE(address);
    CHECK(address.error().kind == failure_class::configuration);
    CHECK(address.error().message.find("--http must be ADDRESS:PORT") == 0);
  }
  CHECK(parse_web_address("0.0.0.0:80", "x")->url() == "http://127.0.0.1:80/");
}
