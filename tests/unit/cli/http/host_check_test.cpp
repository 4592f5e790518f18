#include "cli/http/host_check.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace nba::cli;

TEST_CASE(
    "the server answers to its own names, the address that was asked, and those of the setting, and to no other") {
  struct row {
    std::string host, listens_on, asked;
    bool is_answered;
  };
  const std::vector<std::string> names = parse_host_names("NBA.example.org:8443, other.example.org  10.0.0.7");
  const std::vector<row> table{
      {"127.0.0.1", "127.0.0.1", "127.0.0.1", true},
      {"127.0.0.1:8099", "127.0.0.1", "127.0.0.1", true},
      {"localhost", "127.0.0.1", "127.0.0.1", true},
      {"LOCALHOST:8099", "127.0.0.1", "127.0.0.1", true},
      {"localhost.", "127.0.0.1", "127.0.0.1", true},
      {"[::1]", "::1", "::1", true},
      {"[::1]:8099", "::1", "::1", true},
      {"nba.example.org", "127.0.0.1", "127.0.0.1", true},
      {"nba.example.org:443", "127.0.0.1", "127.0.0.1", true},
      {"10.0.0.7:80", "127.0.0.1", "127.0.0.1", true},
      {"192.168.1.5:8099", "0.0.0.0", "192.168.1.5", true},
      {"192.168.1.5:8099", "::", "::ffff:192.168.1.5", true},
      {"[fe80::1]:8099", "::", "fe80::1", true},
      {"192.168.1.5", "192.168.1.5", "192.168.1.5", true},
      {"192.168.1.6", "0.0.0.0", "192.168.1.5", false},
      {"evil.example", "127.0.0.1", "127.0.0.1", false},
      {"evil.example:8099", "127.0.0.1", "127.0.0.1", false},
      {"127.0.0.1.evil.example", "127.0.0.1", "127.0.0.1", false},
      {"localhost.evil.example", "127.0.0.1", "127.0.0.1", false},
      {"127.0.0.1@evil.example", "127.0.0.1", "127.0.0.1", false},
      {"127.0.0.1:80:80", "127.0.0.1", "127.0.0.1", false},
      {"::1", "::1", "::1", false},  // no Host: an IPv6 address has brackets there
      {"[::1]evil.example", "::1", "::1", false},
      {"[::1", "::1", "::1", false},
      {"", "127.0.0.1", "127.0.0.1", false},
      {"sub.nba.example.org", "127.0.0.1", "127.0.0.1", false},
  };
  for (const auto& [host, listens_on, asked, is_answered] : table) {
    CAPTURE(host);
    const auto refused = refuse_host(host, listens_on, asked, names);
    CHECK(refused.has_value() != is_answered);
  }
}

TEST_CASE("a refusal names the setting, and what it quotes does no harm to a terminal") {
  const auto refused = refuse_host("evil.example\x1b[2J", "127.0.0.1", "127.0.0.1", {});
  REQUIRE(refused);
  CHECK(refused->find("hosts in [http]") != std::string::npos);
  CHECK(refused->find("a comma between them") != std::string::npos);
  CHECK(refused->find('\x1b') == std::string::npos);
  CHECK(refuse_host(std::string(4'000, 'x'), "127.0.0.1", "127.0.0.1", {})->size() < 500);
}
